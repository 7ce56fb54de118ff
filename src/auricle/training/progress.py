"""What a run says while it goes on."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping
from typing import Any

from lightning.pytorch.callbacks import Callback

from auricle.errors import TrainingError
from auricle.training.batches import Batch

_SAMPLE_RATE = 16000


class Progress(Callback):
    """Prints losses, the last dev error, the speed and the time left every so many steps."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.seconds = 0.0
        self.utterances = 0
        self.steps = 0
        self.since = time.monotonic()

    def on_train_batch_end(
        self, trainer: Any, model: Any, outputs: Any, batch: Batch, index: int
    ) -> None:
        """Count what is in the batch and report at the end of an interval."""
        self.seconds += float(batch.sample_counts.sum()) / _SAMPLE_RATE * trainer.world_size
        self.utterances += sum(map(len, batch.names)) * trainer.world_size
        self.steps += 1
        if trainer.global_step % self.every or not trainer.is_global_zero:
            return
        elapsed = time.monotonic() - self.since
        left = (trainer.max_steps - trainer.global_step) * elapsed / self.steps / 60
        loss = float(trainer.callback_metrics.get("loss", math.nan))
        print(
            f"step {trainer.global_step}: loss {loss:.3f}, epoch {batch.following.epoch}, "
            f"{errors_of(trainer.callback_metrics)}"
            f"{self.seconds / elapsed:.0f} h of speech ({3600 * self.utterances / elapsed:.0f} "
            f"utterances) an hour, {left:.0f} min left",
            flush=True,
        )
        self.seconds, self.utterances, self.steps = 0.0, 0, 0
        self.since = time.monotonic()


def errors_of(metrics: Mapping[str, Any]) -> str:
    """Return the losses of the heads where there are several, and the last errors."""
    said = ""
    heads = [float(value) for name, value in sorted(metrics.items()) if name.startswith("loss_")]
    if len(heads) > 1:
        said += f"losses of the heads {' '.join(f'{loss:.3f}' for loss in heads)}, "
    if "expected_errors" in metrics:
        said += f"errors to be expected {100 * float(metrics['expected_errors']):.1f} %, "
    if "dev_wer" in metrics:
        said += f"dev errors {100 * float(metrics['dev_wer']):.2f} %, "
    return said


class Unreadable(Callback):
    """Names recordings that could not be read, and ends the run when they are too many."""

    def __init__(self, limit: int) -> None:
        """Set up the count.

        Args:
            limit: Recordings that may be left out, in each process.
        """
        self.limit = limit
        self.count = 0

    def on_train_batch_start(self, trainer: Any, model: Any, batch: Batch, index: int) -> None:
        """Name what is missing in a batch."""
        self._count(batch)

    def on_validation_batch_start(
        self, trainer: Any, model: Any, batch: Batch, index: int, loader: int = 0
    ) -> None:
        """Name what is missing in a batch of the dev set."""
        self._count(batch)

    def _count(self, batch: Batch) -> None:
        self.count += len(batch.left_out)
        for why in batch.left_out:
            print(f"left out: {why}", file=sys.stderr, flush=True)
        if batch.left_out and self.count > self.limit:
            raise TrainingError(
                f"{self.count} recordings could not be read, the last one: {batch.left_out[-1]}; "
                "`auricle data check` finds them all"
            )
