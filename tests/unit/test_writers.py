from __future__ import annotations

import json

import pysubs2
import pytest

from auricle.errors import OptionError
from auricle.subtitles import SubtitleLayout, layout_cues
from auricle.transcript import Transcript, Word
from auricle.writers import WRITERS, open_writer

TRANSCRIPT = Transcript.from_words(
    [
        Word("hello", 0.5, 0.9, 0.9),
        Word("world", 1.0, 1.75, 0.8),
        Word("a<b>&c", 3661.25, 3662.5, 0.7),
    ],
    language="en",
    duration=3700.0,
    model="en",
)


def test_txt_is_one_segment_a_line():
    assert open_writer("txt").write(TRANSCRIPT) == "hello world\na<b>&c\n"


def test_json_is_the_whole_transcript():
    assert Transcript.from_dict(json.loads(open_writer("json").write(TRANSCRIPT))) == TRANSCRIPT


def test_tsv_is_a_table_in_seconds():
    assert open_writer("tsv").write(TRANSCRIPT) == (
        "start\tend\ttext\n0.500\t1.750\thello world\n3661.250\t3662.500\ta<b>&c\n"
    )


def test_srt_is_numbered_cues():
    assert open_writer("srt").write(TRANSCRIPT) == (
        "1\n00:00:00,500 --> 00:00:01,750\nhello world\n\n"
        "2\n01:01:01,250 --> 01:01:02,500\na<b>&c\n"
    )


def test_vtt_escapes_what_it_reserves():
    assert open_writer("vtt").write(TRANSCRIPT) == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.750\nhello world\n\n"
        "01:01:01.250 --> 01:01:02.500\na&lt;b&gt;&amp;c\n"
    )


@pytest.mark.parametrize(("name", "bare"), [("srt", ""), ("vtt", "WEBVTT\n"), ("txt", "")])
def test_silence_is_a_file_without_cues(name, bare):
    assert open_writer(name).write(Transcript()) == bare


@pytest.mark.parametrize("name", ["srt", "vtt"])
def test_subtitles_come_back_from_another_programs_reader(name):
    words = [Word(f"word{k}", 0.4 * k, 0.4 * k + 0.3, 0.9) for k in range(60)]
    transcript = Transcript.from_words(words, language="en")
    read = pysubs2.SSAFile.from_string(open_writer(name).write(transcript), format_=name)
    cues = layout_cues(transcript)
    assert [(event.start, event.end, event.plaintext) for event in read] == [
        (round(cue.start * 1000), round(cue.end * 1000), "\n".join(cue.lines)) for cue in cues
    ]


def test_an_arrow_in_the_text_does_not_end_a_cue():
    transcript = Transcript.from_words([Word("-->", 0.0, 1.0, 1.0), Word("on", 1.0, 2.0, 1.0)])
    for name in ("srt", "vtt"):
        written = open_writer(name).write(transcript)
        assert written.count("-->") == 1
        assert len(pysubs2.SSAFile.from_string(written, format_=name)) == 1


def test_the_layout_reaches_the_subtitles():
    narrow = open_writer("srt", SubtitleLayout(max_line_width=8)).write(TRANSCRIPT)
    assert "hello\nworld" in narrow


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(OptionError, match=", ".join(WRITERS)):
        open_writer("doc")
