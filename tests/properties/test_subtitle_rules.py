"""Whatever is said, and however fast, the subtitles keep the rules of their layout."""

from __future__ import annotations

from itertools import pairwise

import pysubs2
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.subtitles import SubtitleLayout, layout_cues, text_width
from auricle.transcript import Transcript, Word
from auricle.writers import open_writer

LETTERS = st.characters(categories=["L", "N"]) | st.sampled_from("'.,-")


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    time, words = 0.0, []
    steps = draw(
        st.lists(
            st.tuples(
                st.text(LETTERS, min_size=1, max_size=30),
                st.floats(0.0, 1.5) | st.just(0.0),  # seconds before the word
                st.floats(0.0, 1.0) | st.just(9.0),  # seconds that it lasts
            ),
            max_size=40,
        )
    )
    for text, gap, length in steps:
        words.append(Word(text, time + gap, time + gap + length, 0.5))
        time += gap + length
    separator, language = draw(st.sampled_from([" ", ""])), draw(st.sampled_from(["en", "de"]))
    return Transcript.from_words(words, separator=separator, language=language)


layouts = st.builds(
    SubtitleLayout,
    max_line_width=st.integers(8, 60),
    max_lines=st.integers(1, 3),
    reading_speed=st.floats(5, 40),
    min_duration=st.floats(0.2, 2.0),
    max_duration=st.floats(2.0, 10.0),
    min_gap=st.floats(0.0, 0.2),
    flicker_gap=st.floats(0.2, 1.0),
)
MS = 0.0021  # start, end and gap are each rounded to a millisecond


@settings(max_examples=200)
@given(transcripts(), layouts)
def test_every_rule_holds(transcript, layout):
    cues = layout_cues(transcript, layout)
    for cue in cues:
        assert 1 <= len(cue.lines) <= layout.max_lines
        assert all(0 < text_width(line) <= layout.max_line_width for line in cue.lines)
        assert cue.end - cue.start >= layout.min_duration - MS
        assert cue.end - cue.start <= layout.max_duration + MS
    for before, after in pairwise(cues):
        assert after.start - before.end >= layout.min_gap - MS


@settings(max_examples=200)
@given(transcripts(), layouts)
def test_every_word_appears_once_in_order(transcript, layout):
    shown = "".join("".join(cue.lines) for cue in layout_cues(transcript, layout))
    assert shown.replace(" ", "") == "".join(word.text for word in transcript.words)


@settings(max_examples=200)
@given(transcripts(), layouts)
def test_a_cue_goes_before_it_can_be_read_only_for_the_next_one(transcript, layout):
    cues = layout_cues(transcript, layout)
    for before, after in pairwise(cues):
        shown = before.end - before.start
        reading = text_width(" ".join(before.lines)) / layout.reading_speed
        if shown < min(reading, layout.max_duration) - 1 / layout.reading_speed * 3 - MS:
            assert after.start - before.end <= layout.min_gap + MS


@settings(max_examples=200)
@given(transcripts(), layouts)
def test_no_gap_flickers(transcript, layout):
    for before, after in pairwise(layout_cues(transcript, layout)):
        gap = after.start - before.end
        if before.end - before.start < layout.max_duration - MS:
            assert gap <= layout.min_gap + MS or gap >= layout.flicker_gap - MS


@settings(max_examples=200)
@given(transcripts())
def test_no_cue_comes_before_its_words(transcript):
    layout = SubtitleLayout()
    text = "".join(word.text for word in transcript.words)
    begins = [word.start for word in transcript.words for _ in word.text]
    at = 0
    for cue in layout_cues(transcript, layout):
        assert cue.start >= begins[at] - MS
        at += len("".join(cue.lines).replace(" ", ""))
    assert at == len(text)


@settings(max_examples=100)
@given(transcripts(), layouts, st.sampled_from(["srt", "vtt"]))
def test_another_programs_reader_finds_the_same_cues(transcript, layout, name):
    written = open_writer(name, layout).write(transcript)
    read = pysubs2.SSAFile.from_string(written, format_=name)
    cues = layout_cues(transcript, layout)
    assert [(event.start, event.end) for event in read] == [
        (round(cue.start * 1000), round(cue.end * 1000)) for cue in cues
    ]
