"""A run that is killed in the middle goes on as if nothing had happened."""

import dataclasses
import os
import signal

import pytest

pytest.importorskip("lightning")

from auricle.errors import OptionError
from auricle.training.configuration import BeginOptions, OptimiserOptions
from auricle.training.fitting import train
from auricle.training.progress import Progress
from printed import losses

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")


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
    assert list(whole) == list(range(1, 13))
    train_and_die(options, tmp_path / "killed", step=6)
    capsys.readouterr()
    train(options, tmp_path / "killed")
    printed = capsys.readouterr().out
    assert "going on from last.ckpt: step " in printed
    rest = losses(printed)
    assert 6 <= len(rest) < 12
    assert rest.items() <= whole.items()


CHANGES = {
    "kind": (
        {"optimiser": OptimiserOptions(kind="muon", steps=3)},
        r"\.ckpt: the run began with \[optimiser\] kind = .adamw., and .* says .muon.",
    ),
    "network": (
        {"network": {"hidden": 16, "layers": 1, "convolutions": [4, 4], "dropout": 0.2}},
        r"\.ckpt: the run has \[network\] hidden = 8 and not 16, dropout = 0\.1 and not 0\.2",
    ),
    "freeze": (
        {"begin": BeginOptions(freeze=("subsampling",))},
        r"\.ckpt: the run trains \d+ tensors of its network, and would train \d+ with",
    ),
}


@pytest.mark.parametrize(("changed", "message"), CHANGES.values(), ids=CHANGES)
def test_what_the_state_of_a_run_belongs_to_may_not_change(options, tmp_path, changed, message):
    short = dataclasses.replace(options, optimiser=OptimiserOptions(steps=1))
    train(short, tmp_path / "run")
    before = (tmp_path / "run" / "last.ckpt").read_bytes()
    with pytest.raises(OptionError, match=message):
        train(dataclasses.replace(short, **changed), tmp_path / "run")
    assert (tmp_path / "run" / "last.ckpt").read_bytes() == before


def test_a_run_that_is_given_more_steps_has_their_rates_from_its_first_step_on(
    options, tmp_path, monkeypatch
):
    rates = {}

    def note(self, trainer, *arguments):
        (rate,) = {group["lr"] for group in trainer.optimizers[0].param_groups}
        (decay,) = {group["weight_decay"] for group in trainer.optimizers[0].param_groups}
        rates[trainer.global_step] = (rate, decay)

    monkeypatch.setattr(Progress, "on_train_batch_start", note, raising=False)
    first = OptimiserOptions(steps=4, warm_up_steps=1, decay_steps=3)
    more = OptimiserOptions(
        steps=8, warm_up_steps=1, decay_steps=3, learning_rate=0.5e-3, weight_decay=0.1
    )
    for each in (first, more):
        train(dataclasses.replace(options, optimiser=each), tmp_path / "run")
    for step in range(8):
        each = first if step < 4 else more
        rate = each.learning_rate * each.rate_at(step)
        assert rates[step] == (pytest.approx(rate), each.weight_decay), step
