"""Checkpoints: written whole or not at all, of whole steps only, also when a run is told to end.

every so many minutes -> last.ckpt        what a run goes on from
after a look at the dev set -> dev-*.ckpt the best ones, which the package averages
Ctrl-C, SIGTERM -> the step is ended -> last.ckpt -> the run ends
the last step -> last.ckpt
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from lightning.fabric.plugins import TorchCheckpointIO
from lightning.pytorch.callbacks import Callback, ModelCheckpoint

from auricle.errors import TrainingError
from auricle.training.configuration import CheckpointOptions

LAST = "last"


class Told(BaseException):
    """A run was told to end, and has written its checkpoint."""


class WholeFiles(TorchCheckpointIO):
    """Writes a checkpoint beside its place and moves it there when it is on the disk."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | os.PathLike[str], storage_options: Any = None
    ) -> None:
        """Write a checkpoint.

        Raises:
            TrainingError: The disk is full or broken; what was there before is still whole.
        """
        path = Path(path)
        part = path.with_name(f"{path.name}.part")
        content = io.BytesIO()
        torch.save(checkpoint, content)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(part, content.getbuffer())
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            last = last_checkpoint(path.parent)
            kept = f"{last.name} is whole" if last else "there is no earlier one"
            raise TrainingError(
                f"{path}: the checkpoint of {len(content.getbuffer()) / 1e6:.1f} MB could not be "
                f"written ({error.strerror}); {kept}. Make room and start the run again to go on"
            ) from error


def _write(path: Path, content: memoryview) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


class LastStep(Callback):
    """Ends a run with a look at the dev set and a checkpoint of its last step.

    Or with a checkpoint of the step in which it is told to end.

    A checkpoint in the middle of a step would hold half of an update, or count a batch as done
    whose gradients are lost. A second Ctrl-C ends the run at once, without a checkpoint.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told = False
        self._before: dict[int, Any] = {}

    def on_train_start(self, trainer: Any, model: Any) -> None:
        """Listen to Ctrl-C and to being ended by the system, where Python lets this thread."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._note)

    def on_train_batch_end(
        self, trainer: Any, model: Any, outputs: Any, batch: Any, index: int
    ) -> None:
        """Write the checkpoint and end, in all processes alike."""
        told = self.told
        if trainer.world_size > 1:
            told = trainer.strategy.reduce_boolean_decision(told, all=False)
        ended = trainer.global_step >= trainer.max_steps
        if told or ended:
            trainer.save_checkpoint(self.folder / f"{LAST}.ckpt")
        if ended:
            trainer.should_stop = True  # lightning looks at the dev set before it stops
        if told:
            raise Told(f"step {trainer.global_step}")

    def teardown(self, trainer: Any, model: Any, stage: str) -> None:
        """Let go of the signals."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT and self.told:
            raise KeyboardInterrupt
        self.told = True
        print("ending after this step; Ctrl-C again ends at once", file=sys.stderr, flush=True)


def last_checkpoint(folder: Path) -> Path | None:
    """Return the newest checkpoint of a run."""
    checkpoints = sorted(folder.glob("*.ckpt"), key=lambda path: path.stat().st_mtime_ns)
    return checkpoints[-1] if checkpoints else None


def checkpoint_callbacks(folder: Path, options: CheckpointOptions) -> list[Callback]:
    """Return what writes the checkpoints of a run."""
    return [
        LastStep(folder),
        ModelCheckpoint(
            folder,
            filename="dev-{step}-{dev_wer:.4f}",
            monitor="dev_wer",
            save_top_k=options.average_best,
            save_on_train_epoch_end=False,
        ),
        ModelCheckpoint(
            folder,
            filename=LAST,
            train_time_interval=timedelta(minutes=options.minutes),
            enable_version_counter=False,
        ),
    ]
