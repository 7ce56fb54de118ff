"""Streams without an end: what is committed stays, and memory does not grow."""

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auricle.decoder import Decoder, DecodingOptions, EndpointOptions, Vocabulary

VOCABULARY = Vocabulary(["<blank>", " ", "a", "b", "c"], blank=0, boundary="separator")
ENDPOINTS = st.builds(
    EndpointOptions,
    silence=st.sampled_from([0.0, 0.3, 0.6]),
    unsure_silence=st.sampled_from([0.0, 0.9]),
    certainty=st.floats(0.0, 1.0),
    no_speech=st.sampled_from([0.0, 0.5]),
    maximum=st.sampled_from([0.0, 1.0, 2.0]),
)

HOURS = """
import resource, sys
import numpy as np
from auricle.decoder import Decoder, DecodingOptions, EndpointOptions, Vocabulary

pauses, hours = sys.argv[1] == "pauses", 2
random = np.random.default_rng(0)
vocabulary = Vocabulary(["<blank>", " ", "a", "b", "c"], blank=0, boundary="separator")
endpoint = EndpointOptions(maximum=20.0)
decoder = Decoder(vocabulary, None, DecodingOptions(beam_width=8), endpoint, frame_seconds=0.08)
minute = random.standard_normal((750, 5)) * 3.0
minute[:, 0] += np.repeat(random.choice([-2.0, 6.0 if pauses else -2.0], 75), 10)
minute -= np.logaddexp.reduce(minute, axis=1, keepdims=True)
minute = minute.astype(np.float32)
segments = 0
for number in range(60 * hours):
    segments += len(decoder.step(minute))
    if number == 10:
        begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(segments, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun)
"""


def log_probs(seed, frames=80):
    random = np.random.default_rng(seed)
    logits = random.standard_normal((frames, 5)) * 3.0
    logits[:, 0] += np.repeat(random.choice([0.0, 8.0], frames // 4), 4)  # stretches of blank
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


@given(seed=st.integers(0, 1000), endpoint=ENDPOINTS)
def test_what_is_committed_is_the_beginning_of_the_result(seed, endpoint):
    rows = log_probs(seed)
    decoder = Decoder(VOCABULARY, None, DecodingOptions(), endpoint, frame_seconds=0.1)
    committed, seen = [], []
    for row in rows:
        committed += [segment.alternatives[0].text for segment in decoder.step(row[None])]
        seen.append(list(committed))
    committed += [segment.alternatives[0].text for segment in decoder.finish()]
    whole = Decoder(VOCABULARY, None, DecodingOptions(), endpoint, frame_seconds=0.1)
    segments = [*whole.step(rows), *whole.finish()]
    assert committed == [segment.alternatives[0].text for segment in segments]
    assert all(committed[: len(earlier)] == earlier for earlier in seen)


@given(seed=st.integers(0, 1000), endpoint=ENDPOINTS)
def test_segments_follow_each_other(seed, endpoint):
    decoder = Decoder(VOCABULARY, None, DecodingOptions(), endpoint, frame_seconds=0.1)
    segments = [*decoder.step(log_probs(seed)), *decoder.finish()]
    edges = [edge for segment in segments for edge in (segment.first_frame, segment.end_frame)]
    assert edges == sorted(edges)
    times = [t for s in segments for w in s.alternatives[0].words for t in (w.start, w.end)]
    assert times == sorted(times)


def memory_growth(kind):
    command = [sys.executable, "-c", HOURS, kind]
    result = subprocess.run(command, capture_output=True, check=True)
    segments, kilobytes = map(int, result.stdout.split())
    return segments, kilobytes


def test_memory_does_not_grow_over_hours_of_speech_with_pauses():
    segments, kilobytes = memory_growth("pauses")
    assert segments > 200
    assert kilobytes < 1024


def test_memory_does_not_grow_over_hours_without_a_pause():
    segments, kilobytes = memory_growth("no pauses")
    assert segments > 100
    assert kilobytes < 1024
