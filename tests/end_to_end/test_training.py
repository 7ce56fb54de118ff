"""From a recording to a model that transcribes it, with the commands of docs/training.md."""

import os
import re
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("lightning")

from tests.conftest import SPEECH

COMMAND = [sys.executable, "-c", "from auricle.cli import main; main()"]
CLIP = sorted(SPEECH.glob("*.flac"))[0]
TEXT = CLIP.with_suffix(".txt").read_text().strip().lower()

RUN = """
[data]
train = ["one.jsonl.gz"]
dev = ["one.jsonl.gz"]
normaliser = "english"
[network]
hidden = 96
layers = 2
rows = 2
look_ahead = 2
convolutions = [32, 48]
[batches]
batch_seconds = 12.0
pause_seconds = [0.0, 0.0]
[masks]
frequency_masks = 0
time_masks_per_second = 0.0
[speed]
probability = 0.0
[room]
probability = 0.0
[noise]
probability = 0.0
[optimiser]
steps = {steps}
warm_up_steps = 20
decay_steps = 100
learning_rate = 5.0e-3
[checkpoints]
dev_every_steps = {steps}
average_best = 1
report_every_steps = {report}
[machine]
precision = "32-true"
threads = 1
workers = 0
[package]
name = "one"
language = "en"
"""


def processor_seconds():
    """Of all commands so far, which a busy machine does not make more."""
    times = os.times()
    return times.children_user + times.children_system


def auricle(*arguments):
    command = [*COMMAND, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def write_run(path, steps=300, report=100):
    path.write_text(RUN.format(steps=steps, report=report))
    return path


@pytest.fixture(scope="module")
def began():
    """The processor time before the first command."""
    return processor_seconds()


@pytest.fixture(scope="module")
def one(tmp_path_factory, began):
    """A folder with the manifest of one recording."""
    folder = tmp_path_factory.mktemp("one")
    for source in (CLIP, CLIP.with_suffix(".txt")):
        shutil.copy(source, folder)
    auricle("data", "import", "folder", folder, "-o", folder / "one.jsonl.gz")
    return folder


@pytest.fixture(scope="module")
def learnt(one):
    """The package of a run that has learnt its only recording by heart."""
    run = write_run(one / "run.toml")
    auricle("train", run)
    printed = auricle("export", one / "run", "-o", one / "model")
    assert "averaged 1 checkpoints" in printed
    return one / "model"


def test_one_recording_is_learnt_by_heart(one, learnt, began):
    assert "1 of 1 utterances are sound" in auricle("data", "check", one / "one.jsonl.gz")
    assert auricle("transcribe", "-m", learnt, CLIP).split() == TEXT.split()
    assert "words wrong       0.0 %" in auricle("evaluate", learnt, one / "one.jsonl.gz")
    assert "# Model card: one 0.1.0" in (learnt / "MODEL_CARD.md").read_text()
    assert list((one / "run").glob("events.out.tfevents.*"))
    assert processor_seconds() - began < 120


def test_what_a_model_knows_is_trained_on(one, learnt):
    run = write_run(one / "more.toml", steps=2, report=1)
    without_geometry = re.sub(
        r"\[network\].*?(?=\[batches\])", "", run.read_text(), flags=re.DOTALL
    )
    run.write_text(without_geometry + '[begin]\nfreeze = ["subsampling"]\n')
    printed = auricle("finetune", run, "--from", learnt)
    assert re.search(r"(\d+) of \1 tensors are those of .*the same units", printed)
    first_loss = float(re.search(r"step 1: loss ([\d.]+)", printed)[1])
    assert first_loss < 1.0
