from __future__ import annotations

import pytest

from auricle.errors import OptionError
from auricle.subtitles import Cue, SubtitleLayout, layout_cues, text_width
from auricle.transcript import Transcript, Word


def speak(text: str, *, start: float = 0.0, word_seconds: float = 0.3, **options) -> Transcript:
    """Say a text; each "_" is a pause of 0.4 s before the next word."""
    words, time = [], start
    for token in text.split():
        if token == "_":
            time += 0.4
            continue
        words.append(Word(token, time, time + word_seconds, 0.9))
        time += word_seconds
    return Transcript.from_words(words, **options)


def lines(transcript: Transcript, **rules) -> list[tuple[str, ...]]:
    return [cue.lines for cue in layout_cues(transcript, SubtitleLayout(**rules))]


def test_a_short_text_is_one_line():
    assert layout_cues(speak("hello there my friend")) == [
        Cue(0.0, 1.235, ("hello there my friend",))
    ]


def test_silence_has_no_cues():
    assert layout_cues(Transcript()) == []


def test_a_line_breaks_at_the_pause():
    transcript = speak("it was the best of times _ it was the worst of times")
    assert lines(transcript) == [("it was the best of times", "it was the worst of times")]


def test_a_line_breaks_after_a_clause():
    transcript = speak("when it rains in the morning, we always stay at home")
    assert lines(transcript) == [("when it rains in the morning,", "we always stay at home")]


def test_a_line_does_not_end_in_a_word_that_leans_on_the_next():
    text = "everybody remembered the extraordinary celebration"
    assert lines(speak(text, language="en")) == [
        ("everybody remembered", "the extraordinary celebration")
    ]


def test_lines_of_a_cue_are_balanced():
    text = "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj"
    assert lines(speak(text)) == [("aaaa bbbb cccc dddd eeee", "ffff gggg hhhh iiii jjjj")]


def test_a_cue_ends_with_the_sentence():
    transcript = speak("this sentence is here. and a second one follows it right away")
    first = layout_cues(transcript, SubtitleLayout(max_lines=1))[0]
    assert first.lines == ("this sentence is here.",)


def test_segments_begin_new_cues():
    words = [Word("yes", 0.0, 0.3, 1.0), Word("no", 2.0, 2.3, 1.0)]
    assert lines(Transcript.from_words(words, pause=0.8)) == [("yes",), ("no",)]


def test_width_and_lines_can_be_chosen():
    text = "one two three four five six seven eight nine ten"
    for cue in lines(speak(text), max_line_width=12, max_lines=3):
        assert len(cue) <= 3
        assert all(len(line) <= 12 for line in cue)
    assert lines(speak(text), max_line_width=80, max_lines=1) == [(text,)]


def test_a_word_wider_than_a_line_is_divided():
    assert lines(speak("a Donaudampfschiff fährt"), max_line_width=10, max_lines=4) == [
        ("a", "Donaudampf", "schiff", "fährt")
    ]


def test_chinese_counts_two_columns_and_has_no_spaces():
    words = [Word(c, 0.2 * k, 0.2 * k + 0.2, 1.0) for k, c in enumerate("今天天气很好我们去公园")]
    transcript = Transcript.from_words(words, separator="", language="zh")
    assert lines(transcript, max_line_width=12) == [("今天天气很好", "我们去公园")]
    assert text_width("今天") == 4
    assert text_width("e\u0301") == 1


def test_a_cue_stays_long_enough_to_be_read():
    transcript = speak("extraordinarily complicated", word_seconds=0.1)
    assert layout_cues(transcript)[0].end == pytest.approx(27 / 17, abs=0.001)


def test_a_cue_stays_for_the_minimum():
    assert layout_cues(speak("no", word_seconds=0.1))[0].end == 1.0


def test_a_short_gap_is_closed_up_to_the_minimum():
    words = [Word("first", 0.0, 1.5, 1.0), Word("second", 1.9, 3.5, 1.0)]
    first, second = layout_cues(Transcript.from_words(words, pause=0.3))
    assert (first.end, second.start) == (1.82, 1.9)


def test_a_long_gap_is_left_open():
    words = [Word("first", 0.0, 1.5, 1.0), Word("second", 3.0, 4.5, 1.0)]
    first, second = layout_cues(Transcript.from_words(words))
    assert (first.end, second.start) == (1.5, 3.0)


@pytest.mark.parametrize(
    "rule",
    [
        {"max_line_width": 7},
        {"max_lines": 0},
        {"reading_speed": 0},
        {"min_duration": 0},
        {"max_duration": 0.5},
        {"min_gap": -0.1},
        {"flicker_gap": 0.01},
        {"max_duration": float("nan")},
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(rule):
    with pytest.raises(OptionError, match=next(iter(rule))):
        SubtitleLayout(**rule)
