"""What can happen to a run: each has its message, and leaves a checkpoint to go on from."""

import dataclasses
import errno
import os
import re
import signal

import pytest

pytest.importorskip("lightning")

import torch

from auricle.errors import TrainingError
from auricle.training import acoustic, checkpoints
from auricle.training.fitting import train
from auricle.training.progress import Progress
from printed import losses

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def whole(options, tmp_path, capsys):
    """The losses of the run that nothing happens to."""
    train(options, tmp_path / "whole")
    return losses(capsys.readouterr().out)


def at_step(monkeypatch, step, action):
    """Do something when a step begins, the first time."""
    done = []

    def act(self, trainer, *arguments):
        if trainer.global_step == step and not done:
            done.append(step)
            action()

    monkeypatch.setattr(Progress, "on_train_batch_start", act, raising=False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_end_ends_its_step_and_goes_on_later(
    options, tmp_path, capsys, monkeypatch, whole, number
):
    before = signal.getsignal(number)
    at_step(monkeypatch, 4, lambda: os.kill(os.getpid(), number))
    with pytest.raises(KeyboardInterrupt):
        train(options, tmp_path / "run")
    told = capsys.readouterr()
    assert "ending after this step; Ctrl-C again ends at once" in told.err
    assert f"ended after step 5; start the run in {tmp_path / 'run'} again to go on" in told.out
    assert signal.getsignal(number) is before
    train(options, tmp_path / "run")
    again = capsys.readouterr().out
    assert "going on from last.ckpt: step 5," in again
    assert losses(told.out) | losses(again) == whole


def test_a_run_ends_with_its_last_step_kept_and_looked_at(options, tmp_path):
    rare = dataclasses.replace(options.checkpoints, minutes=60.0)
    train(dataclasses.replace(options, checkpoints=rare), tmp_path / "run")
    files = {path.name.partition("-dev_wer")[0] for path in (tmp_path / "run").glob("*.ckpt")}
    assert files == {"last.ckpt", "dev-step=12"}
    assert torch.load(tmp_path / "run" / "last.ckpt", weights_only=False)["global_step"] == 12


def test_a_second_interruption_ends_at_once_with_an_earlier_checkpoint(
    options, tmp_path, capsys, monkeypatch, whole
):
    def twice():
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)

    at_step(monkeypatch, 4, twice)
    with pytest.raises(KeyboardInterrupt):
        train(options, tmp_path / "run")
    first = losses(capsys.readouterr().out)
    train(options, tmp_path / "run")
    again = capsys.readouterr().out
    assert "going on from last.ckpt: step 4," in again
    assert first | losses(again) == whole


def test_a_full_disk_leaves_the_last_checkpoint_whole(
    options, tmp_path, capsys, monkeypatch, whole
):
    write = checkpoints._write

    def half(path, content):
        written = torch.load(tmp_path / "run" / "last.ckpt", weights_only=False)
        if written["global_step"] < 3:
            return write(path, content)
        path.write_bytes(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    at_step(monkeypatch, 2, lambda: monkeypatch.setattr(checkpoints, "_write", half))
    message = r"last\.ckpt: the checkpoint of .* MB could not be written \(No space left.*Make room"
    with pytest.raises(TrainingError, match=message):
        train(options, tmp_path / "run")
    first = losses(capsys.readouterr().out)
    assert not list((tmp_path / "run").glob("*.part"))
    monkeypatch.setattr(checkpoints, "_write", write)
    train(options, tmp_path / "run")
    again = capsys.readouterr().out
    assert "going on from last.ckpt: step 3," in again
    assert first | losses(again) == whole


def test_a_recording_that_breaks_in_an_epoch_is_named_and_left_out(
    options, tmp_path, capsys, monkeypatch
):
    at_step(monkeypatch, 2, lambda: (tmp_path / "5.wav").write_bytes(b"RIFF, and then nothing"))
    train(options, tmp_path / "run")
    printed = capsys.readouterr()
    assert f"left out: {tmp_path / '5.wav'}" in printed.err
    assert len(losses(printed.out)) == 12


def test_recordings_that_vanish_end_the_run_when_they_are_many(
    options, tmp_path, capsys, monkeypatch
):
    at_step(monkeypatch, 2, lambda: [path.unlink() for path in tmp_path.glob("*.wav")])
    with pytest.raises(TrainingError, match=r"recordings could not be read, the last one: .*wav"):
        train(options, tmp_path / "run")
    assert capsys.readouterr().err.count("left out: ") > 3


def no_number(losses, log_probs):
    return losses * torch.nan


def no_number_in_its_gradient(losses, log_probs):
    return losses + 0.0 * torch.sqrt(0.0 * log_probs.sum())


@pytest.mark.parametrize(
    ("what", "spoil"), [("loss", no_number), ("gradient", no_number_in_its_gradient)]
)
@pytest.mark.parametrize("limit", [1, 20])
def test_a_batch_that_cannot_be_learnt_is_named_and_skipped(
    options, tmp_path, capsys, monkeypatch, limit, what, spoil
):
    def some_are_not(log_probs, frames, targets):
        loss = ctc_loss(log_probs, frames, targets)
        return spoil(loss, log_probs) if len(targets) > 1 else loss

    ctc_loss = acoustic.ctc_losses
    monkeypatch.setattr(acoustic, "ctc_losses", some_are_not)
    object.__setattr__(options.optimiser, "skipped", limit)
    if limit == 1:
        with pytest.raises(TrainingError, match="2 batches had a loss or a gradient that is not"):
            train(options, tmp_path / "run")
    else:
        train(options, tmp_path / "run")
        kept = torch.load(tmp_path / "run" / "last.ckpt", weights_only=False)["state_dict"]
        assert all(value.isfinite().all() for value in kept.values())
    assert re.search(rf"skipped a batch whose {what} is nan: u\d+, u\d+", capsys.readouterr().out)
