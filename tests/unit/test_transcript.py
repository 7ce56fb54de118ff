from __future__ import annotations

import json

import pytest

from auricle.errors import OptionError
from auricle.transcript import Alternative, Segment, Transcript, Word


def words(*entries: tuple[str, float, float]) -> list[Word]:
    return [Word(text, start, end, 0.9) for text, start, end in entries]


HELLO = words(("hello", 0.5, 0.9), ("there", 1.0, 1.3), ("friend", 2.5, 3.0))


def test_a_pause_ends_a_segment():
    transcript = Transcript.from_words(HELLO, pause=0.8)
    assert [segment.text for segment in transcript.segments] == ["hello there", "friend"]
    assert [(s.start, s.end) for s in transcript.segments] == [(0.5, 1.3), (2.5, 3.0)]


def test_text_and_words_are_those_of_the_segments():
    transcript = Transcript.from_words(HELLO)
    assert transcript.text == "hello there friend"
    assert transcript.words == tuple(HELLO)


def test_languages_without_spaces_are_joined_without_them():
    transcript = Transcript.from_words(
        words(("你", 0, 0.2), ("好", 0.2, 0.4), ("吗", 3.0, 3.2)), separator=""
    )
    assert [segment.text for segment in transcript.segments] == ["你好", "吗"]
    assert transcript.text == "你好吗"


def test_silence_is_an_empty_transcript():
    transcript = Transcript.from_words([], duration=3.0)
    assert (transcript.text, transcript.words, transcript.segments) == ("", (), ())
    assert transcript.duration == 3.0


def test_a_transcript_comes_back_from_its_json():
    other = Alternative(
        "hello their friend",
        0.25,
        tuple(words(("hello", 0.5, 0.9))) + tuple(words(("their", 1.0, 1.3), ("friend", 2.5, 3.0))),
    )
    transcript = Transcript.from_words(
        HELLO, alternatives=[other], language="en", duration=4.125, model="en"
    )
    assert Transcript.from_dict(json.loads(transcript.to_json())) == transcript


def test_json_keeps_every_script_and_rounds_to_the_millisecond():
    transcript = Transcript.from_words(words(("你好", 1 / 3, 2 / 3)), language="zh", duration=1.0)
    assert '"你好"' in transcript.to_json()
    word = transcript.to_dict()["segments"][0]["words"][0]
    assert word == {"text": "你好", "start": 0.333, "end": 0.667, "confidence": 0.9}


@pytest.mark.parametrize(
    ("text", "start", "end", "confidence"),
    [
        ("", 0, 1, 0.5),
        (" ", 0, 1, 0.5),
        ("a", 2, 1, 0.5),
        ("a", -1, 1, 0.5),
        ("a", 0, float("nan"), 0.5),
        ("a", 0, float("inf"), 0.5),
        ("a", 0, 1, 1.1),
        ("a", 0, 1, float("nan")),
    ],
)
def test_a_word_that_cannot_be_is_refused(text, start, end, confidence):
    with pytest.raises(OptionError):
        Word(text, start, end, confidence)


def test_a_text_that_is_not_that_of_the_words_is_refused():
    with pytest.raises(OptionError, match="not that of its words"):
        Segment("goodbye", 0.5, 1.3, tuple(HELLO[:2]))
    with pytest.raises(OptionError, match="not that of its words"):
        Alternative("goodbye", 0.5, tuple(HELLO))


def test_a_segment_without_words_is_refused():
    with pytest.raises(OptionError, match="at least one word"):
        Segment("", 0, 1, ())
    with pytest.raises(OptionError, match="at least one word"):
        Segment.from_words([])


@pytest.mark.parametrize("values", [{}, {"segments": [{}], "duration": 1}, {"segments": 3}, []])
def test_what_is_no_transcript_is_refused(values):
    with pytest.raises(OptionError, match="not a transcript"):
        Transcript.from_dict(values)
