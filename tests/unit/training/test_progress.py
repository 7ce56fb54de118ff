"""What a run says every so many steps."""

import re
from types import SimpleNamespace

import pytest

pytest.importorskip("lightning")
import torch

from auricle.training import progress
from auricle.training.batches import Batch
from auricle.training.planning import Place
from auricle.training.progress import Progress

BATCH = Batch(
    samples=torch.zeros(2, 160000),
    sample_counts=torch.tensor([160000, 128000]),  # 18 seconds
    texts=["good day", "bye"],
    names=[["a", "b"], ["c"]],
    following=Place(3, 8),
)


def printed_after(steps, monkeypatch, capsys, processes=1, **metrics):
    """What is printed after steps of two seconds each, 40 of them being the whole run."""
    now = iter(range(1000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: 2.0 * steps * next(now))
    each = Progress(steps)
    for step in range(1, steps + 1):
        trainer = SimpleNamespace(
            global_step=step,
            max_steps=40,
            world_size=processes,
            is_global_zero=True,
            callback_metrics=metrics,
        )
        each.on_train_batch_end(trainer, None, None, BATCH, step)
    return capsys.readouterr().out


def test_losses_errors_speed_and_time_left(monkeypatch, capsys):
    heads = {"loss_0": 1.5, "loss_1": 0.25}
    said = printed_after(10, monkeypatch, capsys, loss=1.75, dev_wer=torch.tensor(0.473), **heads)
    assert said == (
        "step 10: loss 1.750, epoch 3, losses of the heads 1.500 0.250, dev errors 47.30 %, "
        "9 h of speech (5400 utterances) an hour, 1 min left\n"
    )


def test_errors_to_be_expected(monkeypatch, capsys):
    said = printed_after(10, monkeypatch, capsys, loss=1.75, expected_errors=torch.tensor(0.2148))
    assert "epoch 3, errors to be expected 21.5 %, 9 h of speech" in said


def test_one_head_and_no_look_at_the_dev_set_yet(monkeypatch, capsys):
    said = printed_after(10, monkeypatch, capsys, loss=1.75, loss_0=1.75)
    assert said.startswith("step 10: loss 1.750, epoch 3, 9 h of speech (5400 utterances) an hour")


def test_all_processes_are_counted(monkeypatch, capsys):
    said = printed_after(10, monkeypatch, capsys, processes=3, loss=1.0)
    assert re.search(r"27 h of speech \(16200 utterances\)", said)
