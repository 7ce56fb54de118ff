"""The blocks in which frames arrive change nothing; wider beams never find a worse score."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from auricle.decoder import Decoder, DecodingOptions, EndpointOptions, Vocabulary

VOCABULARY = Vocabulary(["<blank>", " ", "a", "b", "c"], blank=0, boundary="separator")


def log_probs(seed, frames=40):
    random = np.random.default_rng(seed)
    logits = random.standard_normal((frames, 5)) * 3.0
    logits[:, 0] += np.repeat(random.choice([0.0, 8.0], frames // 4), 4)  # stretches of blank
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def decode(rows, cuts=(), beam_width=8):
    decoder = Decoder(
        VOCABULARY,
        None,
        DecodingOptions(beam_width=beam_width, alternatives=3, hot_words={"ab c": 1.0}),
        EndpointOptions(silence=0.4, unsure_silence=0.7, maximum=2.0, no_speech=1.0),
        frame_seconds=0.1,
    )
    segments = []
    for block in np.split(rows, sorted(cuts)):
        segments += decoder.step(block)
    segments += decoder.finish()
    return [
        (
            s.first_frame,
            s.end_frame,
            h.text,
            h.score,
            [(w.first_frame, w.confidence) for w in h.words],
        )
        for s in segments
        for h in s.alternatives
    ]


@given(seed=st.integers(0, 1000), cuts=st.lists(st.integers(0, 40), max_size=12))
def test_any_blocks_give_the_same_segments(seed, cuts):
    rows = log_probs(seed)
    assert decode(rows, cuts) == decode(rows)


@given(seed=st.integers(0, 1000))
def test_a_beam_of_everything_finds_the_best_score(seed):
    def best(beam_width):
        options = DecodingOptions(
            beam_width=beam_width, beam_margin=float("inf"), token_margin=float("inf")
        )
        decoder = Decoder(VOCABULARY, None, options)
        decoder.step(log_probs(seed, 8))
        segments = decoder.finish()
        return segments[0].alternatives[0].score if segments else -np.inf

    exact = best(10_000)
    assume(exact > -np.inf)  # where silence is best there is no segment to compare
    assert all(best(width) <= exact + 1e-3 for width in (1, 4, 16))
