"""The part of the test sets that lies in the project."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("tomllib", reason="the recipes need Python 3.11")

from speech import Utterance
from test_part import every

from auricle.audio import read_audio
from auricle.manifest import read_manifest

TABLE = Path(__file__).parents[2] / "data" / "recognition" / "en.tsv"


def test_every_speaker_gives_the_same_share() -> None:
    said = [Utterance(f"{n}", speaker, "", b"") for speaker in "ba" for n in range(5)]
    assert [(each.speaker, each.name) for each in every(2, said)] == [
        (speaker, name) for speaker in "ab" for name in "024"
    ]


def test_the_table_names_what_is_there() -> None:
    utterances = read_manifest(TABLE)
    assert Counter(each.source for each in utterances) == {
        "librispeech": 270,
        "common_voice_test": 71,
    }
    assert all(Path(each.audio).is_file() and each.text for each in utterances)


def test_the_parts_of_all_languages_are_small() -> None:
    assert sum(path.stat().st_size for path in TABLE.parent.rglob("*.*")) < 10e6


def test_the_recordings_can_be_read() -> None:
    for each in read_manifest(TABLE)[::60]:
        assert len(read_audio(each.audio, 16000)) > 8000
