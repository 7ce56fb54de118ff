"""A run that is killed in the middle goes on as if nothing had happened."""

import dataclasses
import os
import re
import signal

import pytest

pytest.importorskip("lightning")

from auricle.training.fitting import train
from auricle.training.progress import Progress

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")


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


@pytest.mark.parametrize("kind", ["adamw", "muon"])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the child is forked")
def test_a_killed_run_has_the_losses_of_one_that_was_not(options, tmp_path, capsys, kind):
    optimiser = dataclasses.replace(options.optimiser, kind=kind)
    options = dataclasses.replace(options, optimiser=optimiser)
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
