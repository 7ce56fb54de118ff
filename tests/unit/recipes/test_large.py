"""Full corpora join the training set; what the tests hold stays out."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("tomllib", reason="the recipes need Python 3.11")

import large

from auricle.errors import OptionError
from auricle.manifest import Utterance, measure, read_manifest, write_manifest

CLIPS = Path(__file__).parents[2] / "data" / "speech"
TESTED = "and the boy who was lost in the wood that night was found again"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder as the stages before leave it, and LibriSpeech with a speaker and one of dev."""
    clips = sorted(CLIPS.glob("*.flac"))[:2]
    said = {"1272": ["A NEW SENTENCE", f"SO {TESTED.upper()}"], "2035": ["ANOTHER SENTENCE"]}
    for speaker, texts in said.items():
        chapter = tmp_path / f"corpora/librispeech/train-clean-100/{speaker}/1"
        chapter.mkdir(parents=True)
        for number, clip in enumerate(clips[: len(texts)]):
            shutil.copy(clip, chapter / f"{speaker}-1-000{number}.flac")
        lines = [f"{speaker}-1-000{number} {text}\n" for number, text in enumerate(texts)]
        (chapter / f"{speaker}-1.trans.txt").write_text("".join(lines))
    manifests = tmp_path / "manifests"
    small = measure(Utterance("small", str(clips[0]), "what there was before"))
    test = measure(Utterance("test", str(clips[1]), TESTED))
    dev = measure(Utterance("dev", str(clips[1]), "what a dev speaker says", speaker="2035"))
    sets = {"train": small, **dict.fromkeys(large.HELD_OUT, test), "dev": dev}
    for name, utterance in sets.items():
        write_manifest([utterance], manifests / f"{name}.jsonl.gz")
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, data: Path, corpora: str) -> None:
    monkeypatch.setattr(sys, "argv", ["large.py", str(data), "--corpora", corpora])
    large.main()


def test_what_shares_words_with_a_test_is_left_out_and_so_are_readers_of_the_dev_set(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, data, "librispeech")
    texts = [each.text for each in read_manifest(data / "manifests/train_large.jsonl.gz")]
    assert texts == ["what there was before", "a new sentence"]
    told = capsys.readouterr().out
    assert "'kept': 1" in told
    assert "'a reader of the dev set': 1" in told
    run(monkeypatch, data, "librispeech")  # what is imported already is left alone
    assert len(read_manifest(data / "manifests/train_large.jsonl.gz")) == 2


def test_a_corpus_that_is_not_there_is_asked_for(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OptionError, match="put the corpus commonvoice there"):
        run(monkeypatch, data, "commonvoice")
    with pytest.raises(OptionError, match="there are librispeech, commonvoice"):
        run(monkeypatch, data, "timit")
