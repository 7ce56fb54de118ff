"""`zh`: simplified characters, joined without spaces, with times for whole words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import auricle
from auricle.cli import main
from auricle.evaluation import evaluate
from auricle.manifest import read_manifest
from auricle.package import find_package

CLIPS = Path(__file__).parents[1] / "data" / "recognition" / "zh.tsv"
LARGEST_PACKAGE = 30_000_000  # bytes, without the checkpoint for finetuning


@pytest.fixture(scope="module")
def clips():
    return read_manifest(CLIPS)


@pytest.fixture(scope="module")
def model():
    return auricle.load("zh")


def test_most_characters_of_the_first_clips_are_heard(model, clips):
    assert evaluate(model, clips[:20]).cer.value < 0.7


def test_words_have_several_characters_and_follow_each_other(model, clips):
    words = [word for clip in clips[:10] for word in model.transcribe(clip.audio).words]
    assert any(len(word.text) > 1 for word in words)
    assert all(word.start < word.end and 0.0 <= word.confidence <= 1.0 for word in words)


def test_the_command_writes_text_without_spaces(clips):
    done = CliRunner().invoke(main, ["transcribe", "-m", "zh", clips[0].audio, "-f", "json"])
    assert done.exit_code == 0, done.output
    transcript = json.loads(done.stdout)
    words = [word["text"] for segment in transcript["segments"] for word in segment["words"]]
    assert transcript["text"] == "".join(words)
    assert transcript["language"] == "zh"
    assert all("\u4e00" <= character <= "\u9fff" for character in transcript["text"])


def test_the_package_is_small():
    files = [path for path in find_package("zh").iterdir() if path.suffix != ".safetensors"]
    assert sum(path.stat().st_size for path in files) < LARGEST_PACKAGE
