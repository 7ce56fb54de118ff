"""What a run says while it goes on."""

from __future__ import annotations

import time
from typing import Any

from lightning.pytorch.callbacks import Callback

from auricle.training.batches import Batch

_SAMPLE_RATE = 16000


class Progress(Callback):
    """Prints the loss, the speed and the time left every so many steps."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.seconds = 0.0
        self.steps = 0
        self.since = time.monotonic()

    def on_train_batch_end(
        self, trainer: Any, model: Any, outputs: Any, batch: Batch, index: int
    ) -> None:
        """Count the audio of the batch and report at the end of an interval."""
        self.seconds += float(batch.sample_counts.sum()) / _SAMPLE_RATE * trainer.world_size
        self.steps += 1
        if trainer.global_step % self.every or not trainer.is_global_zero:
            return
        elapsed = time.monotonic() - self.since
        left = (trainer.max_steps - trainer.global_step) * elapsed / self.steps / 60
        loss = float(trainer.callback_metrics.get("loss", float("nan")))
        print(
            f"step {trainer.global_step}: loss {loss:.3f}, epoch {batch.following.epoch}, "
            f"{self.seconds / elapsed:.0f} h of speech an hour, {left:.0f} min left",
            flush=True,
        )
        self.seconds, self.steps, self.since = 0.0, 0, time.monotonic()
