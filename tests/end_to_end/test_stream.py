"""What a stream promises while samples arrive, with the bundled model."""

import difflib

import numpy as np
import pytest
from tests.conftest import SPEECH

import auricle
from auricle.manifest import Utterance
from hearing import heard_at_once


@pytest.fixture
def speech(clips):
    return next(iter(clips.values()))


def test_the_whole_recording_is_the_stream_run_once(model, speech):
    stream = model.stream(low_latency=False)
    stream.feed(speech)
    assert stream.finish() == model.transcribe(speech, sample_rate=16000)


def test_files_are_heard_further_ahead_than_streams(model, clips):
    """So that there are other words here and there."""
    assert model.info.acoustic.file_chunk_frames > model.info.acoustic.chunk_frames
    for samples in clips.values():
        live = heard_at_once(model, samples).text.split()
        file = model.transcribe(samples, sample_rate=16000).text.split()
        assert difflib.SequenceMatcher(None, live, file, autojunk=False).ratio() > 0.6


def test_a_live_evaluation_counts_what_a_stream_hears(model, clips):
    pytest.importorskip("jiwer")
    from auricle.evaluation import Condition, evaluate

    name, samples = next(iter(clips.items()))
    path = SPEECH / f"{name}.flac"
    said = Utterance(name, str(path), path.with_suffix(".txt").read_text())
    evaluation = evaluate(model, [said], Condition(live=True))
    assert evaluation.condition == "live"
    assert evaluation.scored[0].result == heard_at_once(model, samples).text


def test_int16_is_heard_like_float(model, speech):
    whole = (speech * 32768).clip(-32768, 32767).astype(np.int16)
    from_int, from_float = model.stream(), model.stream()
    from_int.feed(whole)
    from_float.feed(whole.astype(np.float32) / 32768)
    assert from_int.finish() == from_float.finish()


def test_duration_is_that_of_the_samples(model):
    stream = model.stream()
    stream.feed(np.zeros(24_000, np.float32))
    assert stream.finish().duration == pytest.approx(1.5)


def test_a_stream_of_nothing_is_an_empty_transcript(model):
    transcript = model.stream().finish()
    assert (transcript.text, transcript.duration) == ("", 0.0)


def test_partial_words_grow_while_closed_segments_stay(model, speech):
    stream = model.stream()
    pause = np.zeros(32_000, np.float32)
    stream.feed(np.concatenate([speech, pause]))
    closed = stream.partial()
    stream.feed(np.concatenate([speech, pause]))
    later = stream.partial()
    assert later.segments[: len(closed.segments)] == closed.segments
    assert stream.finish().segments[: len(closed.segments)] == closed.segments


def test_times_lie_within_the_recording_and_in_order(model, clips):
    samples = np.concatenate(list(clips.values()))
    transcript = model.transcribe(samples, sample_rate=16000)
    times = [time for word in transcript.words for time in (word.start, word.end)]
    assert transcript.words
    assert times == sorted(times)
    assert times[-1] <= transcript.duration


def test_streams_of_one_model_do_not_touch_each_other(model, clips):
    samples = list(clips.values())[:3]
    alone = [heard_at_once(model, each).text for each in samples]
    streams = [model.stream() for _ in samples]
    for start in range(0, max(map(len, samples)), 1600):
        for stream, one in zip(streams, samples, strict=True):
            stream.feed(one[start : start + 1600])
    assert [stream.finish().text for stream in streams] == alone


def test_alternatives_are_other_readings_of_the_whole(model, speech):
    samples = np.concatenate([speech, np.zeros(32_000, np.float32), speech])
    transcript = model.transcribe(samples, sample_rate=16000, alternatives=4)
    readings = [alternative.text for alternative in transcript.alternatives]
    assert readings[0] == transcript.text
    assert 1 < len(set(readings)) == len(readings) <= 4


def test_a_finished_stream_takes_nothing(model):
    stream = model.stream()
    stream.finish()
    with pytest.raises(auricle.StreamError, match="make a new one"):
        stream.feed(np.zeros(10, np.float32))
    with pytest.raises(auricle.StreamError):
        stream.finish()


@pytest.mark.parametrize(
    ("samples", "error"),
    [
        (np.zeros((10, 2), np.float32), auricle.OptionError),
        (np.zeros(10, np.float64), auricle.OptionError),
        (np.full(10, np.nan, np.float32), auricle.AudioError),
        (np.full(10, np.inf, np.float32), auricle.AudioError),
    ],
)
def test_wrong_samples_are_refused_and_lose_nothing(model, speech, samples, error):
    stream, undisturbed = model.stream(), model.stream()
    for each in (stream, undisturbed):
        each.feed(speech[:20_000])
    with pytest.raises(error):
        stream.feed(samples)
    for each in (stream, undisturbed):
        each.feed(speech[20_000:])
    assert stream.finish() == undisturbed.finish()


def test_flushing_nothing_changes_nothing(model, speech):
    flushed, plain = model.stream(), model.stream()
    flushed.flush()
    flushed.flush()
    for each in (flushed, plain):
        each.feed(speech)
    assert flushed.finish() == plain.finish()
