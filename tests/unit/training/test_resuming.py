"""A run that is killed in the middle goes on as if nothing had happened."""

import os
import re
import signal

import numpy as np
import pytest
import soundfile

pytest.importorskip("lightning")

from auricle.errors import TrainingError
from auricle.manifest import Utterance, write_manifest
from auricle.training.configuration import run_options
from auricle.training.fitting import train
from auricle.training.progress import Progress

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")

RUN = {
    "data": {"train": "set.jsonl.gz", "dev": "set.jsonl.gz"},
    "network": {"hidden": 8, "layers": 1, "convolutions": [4, 4], "dropout": 0.1},
    "batches": {"batch_seconds": 4.0, "row_seconds": [1.0, 2.0], "unreadable": 3},
    "noise": {"probability": 0.5},
    "optimiser": {"steps": 12, "warm_up_steps": 2, "decay_steps": 2},
    "checkpoints": {"dev_every_steps": 100, "minutes": 0.0, "report_every_steps": 1},
    "machine": {"precision": "32-true", "threads": 1, "workers": 0},
}


@pytest.fixture
def options(tmp_path):
    random = np.random.default_rng(0)
    utterances = []
    for number in range(12):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, random.uniform(-0.1, 0.1, 12000 + 999 * number), 16000)
        utterances.append(Utterance(f"u{number}", str(path), "abcd"[number % 3 :]))
    write_manifest(utterances, tmp_path / "set.jsonl.gz")
    return run_options(RUN, tmp_path)


def losses(printed):
    return dict(re.findall(r"^step (\d+): loss (\S+), epoch", printed, re.MULTILINE))


def train_and_die(options, folder, step):
    """Train in a child process that is killed at a step."""
    child = os.fork()
    if child == 0:

        def die(self, trainer, *arguments):
            if trainer.global_step == step:
                os.kill(os.getpid(), signal.SIGKILL)

        Progress.on_train_batch_start = die
        train(options, folder)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the child is forked")
def test_a_killed_run_has_the_losses_of_one_that_was_not(options, tmp_path, capsys):
    train(options, tmp_path / "whole")
    whole = losses(capsys.readouterr().out)
    assert list(whole) == [str(step) for step in range(1, 13)]
    train_and_die(options, tmp_path / "killed", step=6)
    capsys.readouterr()
    train(options, tmp_path / "killed")
    printed = capsys.readouterr().out
    assert "going on from last.ckpt: step " in printed
    rest = losses(printed)
    assert 6 <= len(rest) < 12
    assert rest.items() <= whole.items()


def test_recordings_that_vanish_are_named_and_end_the_run_when_they_are_many(
    options, tmp_path, capsys, monkeypatch
):
    def vanish(self, trainer, *arguments):
        for path in tmp_path.glob("*.wav"):
            path.unlink()

    monkeypatch.setattr(Progress, "on_train_start", vanish, raising=False)
    with pytest.raises(TrainingError, match="recordings could not be read"):
        train(options, tmp_path / "run")
    assert "left out: " in capsys.readouterr().err
