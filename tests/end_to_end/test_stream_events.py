"""What a listener hears of a running stream: events, flushes, changes, resets."""

from __future__ import annotations

import numpy as np
import pytest
import soxr

import auricle
from auricle.events import event_to_dict
from hearing import heard_at_once

PAUSE = np.zeros(32_000, np.float32)


@pytest.fixture(scope="session")
def speech(clips):
    return next(iter(clips.values()))


def blocks_of(samples, size=1600):
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def test_events_tell_the_transcript_piece_by_piece(model, speech):
    samples = np.concatenate([speech, PAUSE, speech])
    events = list(model.stream().events(blocks_of(samples)))
    finals = [event for event in events if isinstance(event, auricle.FinalEvent)]
    expected = heard_at_once(model, samples)
    assert tuple(event.segment for event in finals) == expected.segments
    assert [event.number for event in finals] == list(range(len(finals)))
    assert events[-1] == auricle.EndEvent(expected)
    assert len(finals) > 1


def test_a_partial_is_told_only_when_its_words_change(model, speech):
    stream = model.stream()
    stream.feed(speech[:32_000])
    (partial,) = stream.take_events()
    assert partial.text == " ".join(word.text for word in partial.words) != ""
    assert stream.take_events() == []


def test_the_end_is_told_once(model):
    stream = model.stream()
    stream.finish()
    assert [event.kind for event in stream.take_events()] == ["end"]
    assert stream.take_events() == []


def test_events_are_plain_values_for_json(model, speech):
    events = [event_to_dict(event) for event in model.stream().events([speech])]
    assert [event["type"] for event in events][-2:] == ["final", "end"]
    assert {"type", "number", "text", "start", "end", "words"} <= set(events[-2])
    assert events[-1]["text"] == heard_at_once(model, speech).text


def test_flush_gives_everything_that_finish_would_and_the_stream_goes_on(model, speech):
    stream = model.stream()
    stream.feed(speech)
    flushed = stream.flush()
    assert flushed == heard_at_once(model, speech)
    stream.feed(speech)
    whole = stream.finish()
    assert whole.segments[: len(flushed.segments)] == flushed.segments
    later = whole.segments[len(flushed.segments)]
    assert later.start >= flushed.duration - 0.1


def test_a_flush_in_a_pause_changes_no_time(model, speech):
    # Without the scorer, which begins a sentence at a flush: the waveform does not.
    once, flushed = model.stream(use_scorer=False), model.stream(use_scorer=False)
    for stream in (once, flushed):
        stream.feed(np.concatenate([speech, PAUSE]))
    flushed.flush()
    for stream in (once, flushed):
        stream.feed(np.concatenate([speech, PAUSE]))
    times = [[(w.text, w.start) for w in stream.finish().words] for stream in (once, flushed)]
    assert times[0] == times[1] != []


def test_flushing_twice_adds_nothing(model, speech):
    stream = model.stream()
    stream.feed(speech)
    assert stream.flush() == stream.flush() == stream.finish()


@pytest.mark.parametrize(
    "choices", [{"use_scorer": False}, {"alpha": 0.0, "beta": 4.0}], ids=["no scorer", "weights"]
)
def test_a_change_waits_for_the_end_of_the_segment(model, speech, choices):
    samples = np.concatenate([speech, PAUSE, speech])
    stream = model.stream()
    stream.feed(speech)
    stream.change(**choices)
    stream.feed(samples[len(speech) :])
    changed = stream.finish()
    before, after = heard_at_once(model, samples), heard_at_once(model, samples, **choices)
    assert changed.segments[0] == before.segments[0]
    assert changed.segments[-1].text == after.segments[-1].text != before.segments[-1].text


def test_a_grammar_holds_from_the_next_segment_until_it_is_taken_away(model, speech):
    free = heard_at_once(model, speech).text
    question = ["another voice snapped with a harsh urgency", "yes", "no"]
    stream = model.stream()
    stream.feed(speech)
    stream.change(grammar=[free, *question], unknown_phrase_cost=50.0)
    stream.feed(np.concatenate([PAUSE, speech]))
    stream.change(grammar=None)
    stream.feed(np.concatenate([PAUSE, speech]))
    segments = stream.finish().segments
    assert [segment.in_grammar for segment in segments] == [None, True, None]
    assert [segments[0].text, segments[1].text] == [free, free]


def test_a_change_holds_at_once_where_no_word_is_open(model, speech):
    stream = model.stream()
    stream.change(hot_words={"auricle": 4.0}, use_scorer=False)
    stream.feed(speech)
    expected = heard_at_once(model, speech, hot_words={"auricle": 4.0}, use_scorer=False)
    assert stream.finish() == expected


def test_other_hot_words_hold_from_the_open_segment_on(model, speech):
    stream = model.stream()
    stream.feed(speech[:8_000])
    stream.change(hot_words={"auricle": 4.0})
    stream.feed(speech[8_000:])
    expected = heard_at_once(model, speech, hot_words={"auricle": 4.0})
    assert stream.finish().text == expected.text


def test_a_wrong_change_is_refused_and_the_stream_goes_on(model, speech):
    stream = model.stream()
    stream.feed(speech[:16_000])
    with pytest.raises(auricle.OptionError, match="beam_width"):
        stream.change(beam_width=0)
    with pytest.raises(auricle.OptionError, match="begin a new stream"):
        stream.change(alternatives=3)
    stream.feed(speech[16_000:])
    assert stream.finish() == heard_at_once(model, speech)


def test_a_reset_stream_is_a_new_one(model, speech):
    stream = model.stream()
    stream.feed(speech[:30_000])
    stream.finish()
    stream.reset()
    stream.feed(speech)
    assert stream.finish() == heard_at_once(model, speech)


def test_a_with_statement_closes_the_stream(model, speech):
    with model.stream() as stream:
        stream.feed(speech)
    for call in (stream.partial, stream.finish, stream.flush, stream.reset, stream.take_events):
        with pytest.raises(auricle.StreamError, match="closed"):
            call()


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_other_rates_are_resampled_as_a_file_is(model, speech, rate):
    other = soxr.resample(speech, 16_000, rate)
    stream = model.stream(low_latency=False)
    for block in blocks_of(other, 777):
        stream.feed(block, sample_rate=rate)
    heard, expected = stream.finish(), model.transcribe(other, sample_rate=rate)
    assert heard.text == expected.text
    assert heard.duration == pytest.approx(expected.duration, abs=0.001)


def test_the_rate_may_change_in_mid_stream(model, speech):
    stream = model.stream()
    stream.feed(soxr.resample(speech, 16_000, 48_000), sample_rate=48_000)
    stream.feed(PAUSE)
    stream.feed(speech)
    assert stream.finish().duration == pytest.approx((2 * len(speech) + 32_000) / 16_000, abs=0.01)


@pytest.mark.parametrize("rate", [0, 999, 1_000_000])
def test_absurd_rates_are_refused(model, rate):
    stream = model.stream()
    with pytest.raises(auricle.OptionError, match="1000 to 768000"):
        stream.feed(PAUSE, sample_rate=rate)
    assert stream.finish().duration == 0.0


def test_times_are_right_after_hours(model, speech):
    # The clock counts samples, so it is set forward here instead of listening to hours of silence.
    stream = model.stream()
    frame_samples = model.info.acoustic.frame_samples
    hours = 10 * 3600 * 16_000  # whole frames
    stream.acoustics.pushed_samples = hours
    stream._first_frame = hours // frame_samples
    stream.acoustics._computed_frames += hours // frame_samples
    stream.acoustics._handed_frames = hours // frame_samples
    stream.feed(speech)
    late = stream.finish()
    early = heard_at_once(model, speech)
    assert late.text == early.text
    for one, other in zip(late.words, early.words, strict=True):
        assert one.start - 36_000.0 == pytest.approx(other.start, abs=0.001)
