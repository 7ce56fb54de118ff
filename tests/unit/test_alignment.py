"""What an alignment holds, and how it is written."""

import json

import numpy as np
import pytest

from auricle.alignment import Aligner, AlignmentOptions
from auricle.alignment_writers import ALIGNMENT_WRITERS, write_alignment
from auricle.calibration import Calibration
from auricle.decoder import Vocabulary
from auricle.errors import AlignmentError, OptionError, StreamError
from auricle.spoken_words import read_text
from auricle.text import english, whitespace

TOKENS = ["<blank>", " ", *"abcdefghijklmnopqrstuvwxyz"]
VOCABULARY = Vocabulary(TOKENS, blank=0, boundary="separator")


def spell(text, certainty=0.95):
    """Make log-probabilities (T, V) that spell a text, "-" for a frame of blank."""
    rows = np.full((len(text), len(TOKENS)), (1 - certainty) / (len(TOKENS) - 1))
    for t, character in enumerate(text):
        rows[t, 0 if character == "-" else TOKENS.index(character)] = certainty
    return np.log(rows).astype(np.float32)


def align(text, frames, *, normalise=english, calibration=None):
    lines = read_text(text, normalise)
    aligner = Aligner(VOCABULARY, lines, frame_seconds=0.1, calibration=calibration)
    aligner.step(spell(frames))
    return aligner.finish()


PLANTED = "Dr. Who paid 5\nbut never left the red planet again\nYes!"
HEARD = "--doctor-who---paid--five-----yes---quite other matters were said-----"


def test_words_keep_their_writing_and_get_their_times():
    alignment = align("Dr. Who", "--doctor---who-")
    assert [(w.text, w.start, w.end) for w in alignment.words] == [
        ("Dr.", pytest.approx(0.2), pytest.approx(0.8)),
        ("Who", pytest.approx(1.1), pytest.approx(1.4)),
    ]
    assert [unit.text for unit in alignment.words[1].units] == list("who")
    assert alignment.words[0].score == pytest.approx(0.95, abs=1e-3)


def test_words_may_reach_beyond_their_peaks():
    reach = Calibration(lead=0.2, tail=0.1)
    alignment = align("who who", "--who-----who--", calibration=reach)
    assert [(w.start, w.end) for w in alignment.words] == [
        (pytest.approx(0.0), pytest.approx(0.6)),
        (pytest.approx(0.8), pytest.approx(1.4)),
    ]


def test_differences_of_text_and_speech_are_told():
    alignment = align(PLANTED, HEARD)
    assert [word.text for word in alignment.unsaid] == [
        "but",
        "never",
        "left",
        "the",
        "red",
        "planet",
        "again",
    ]
    assert [word.text for word in alignment.words if word.said] == [
        "Dr.",
        "Who",
        "paid",
        "5",
        "Yes!",
    ]
    (extra,) = alignment.extra
    assert extra.start <= 3.7
    assert extra.end >= 6.3


def test_unsaid_words_have_the_time_where_they_were_expected():
    alignment = align(PLANTED, HEARD)
    times = [time for word in alignment.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert {word.score for word in alignment.unsaid} == {0.0}
    assert {word.start for word in alignment.unsaid} == {alignment.words[3].end}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no words.*give the text"),
        (" -- \n", "no words"),
        ("na\u00efve", "cannot be spelled.*na\u00efve.*leave it out"),
        ("a very long text indeed", "19 units, 4 frames.*the part of the text"),
    ],
)
def test_texts_that_cannot_be_aligned_are_refused(text, message):
    with pytest.raises(AlignmentError, match=message):
        align(text, "-ab-", normalise=whitespace if "\u00ef" in text else english)


def test_a_finished_aligner_takes_nothing():
    aligner = Aligner(VOCABULARY, read_text("a", whitespace), frame_seconds=0.1)
    aligner.step(spell("-a-"))
    aligner.finish()
    with pytest.raises(StreamError):
        aligner.step(spell("a"))


@pytest.mark.parametrize("options", [{"skip_cost": -1.0}, {"filler_cost": float("nan")}])
def test_costs_outside_their_range_are_refused(options):
    with pytest.raises(OptionError, match="at least 0"):
        AlignmentOptions(**options)


class TestFormats:
    alignment = align(PLANTED, HEARD)

    def test_json_tells_everything(self):
        values = json.loads(write_alignment(self.alignment, "json"))
        words = [word for line in values["lines"] for word in line]
        assert [word["text"] for word in words] == [word.text for word in self.alignment.words]
        assert [word["said"] for word in words].count(False) == 7
        assert words[0]["units"][0] == {"text": "d", "start": 0.2, "end": 0.3, "probability": 0.95}
        assert len(values["extra"]) == 1

    def test_tsv_has_a_row_for_each_word(self):
        head, *rows = write_alignment(self.alignment, "tsv").splitlines()
        assert head.split("\t") == ["start", "end", "score", "said", "text"]
        assert rows[0].split("\t") == ["0.200", "0.800", "0.950", "yes", "Dr."]
        assert len(rows) == len(self.alignment.words)

    def test_subtitles_have_the_words_that_were_said(self):
        assert "Dr. Who paid 5" in write_alignment(self.alignment, "srt")
        assert "planet" not in write_alignment(self.alignment, "vtt")

    def test_intervals_of_a_text_grid_follow_each_other(self):
        grid = write_alignment(self.alignment, "textgrid")
        tiers = grid.split("    item [")[1:]
        assert ['name = "words"' in tiers[0], len(tiers)] == [True, 4]
        edges = [
            line.split("= ")[1]
            for line in tiers[0].splitlines()
            if line.startswith("            xm")
        ]
        assert edges[0] == "0.0000"
        assert edges[1:-1:2] == edges[2::2]
        assert float(edges[-1]) == pytest.approx(self.alignment.duration)

    def test_quotes_in_a_text_grid_are_doubled(self):
        assert '""a""' in write_alignment(align('"a"', "-a-"), "textgrid")

    def test_there_is_no_other_format(self):
        with pytest.raises(OptionError, match=", ".join(ALIGNMENT_WRITERS)):
            write_alignment(self.alignment, "docx")


def test_lines_and_pauses_end_segments():
    segments = (
        align("who paid\nwho paid", "who paid---------who---paid---").to_transcript().segments
    )
    assert [segment.text for segment in segments] == ["who paid", "who paid"]
