"""Lower rates where the dev error stays: training goes on in smaller steps before it ends."""

from __future__ import annotations

import math
from typing import Any

from lightning.pytorch.callbacks import Callback

from auricle.training.configuration import CheckpointOptions
from auricle.training.machines import say


class Plateau(Callback):
    """Multiplies the learning rate by a factor after so many looks without a better dev error.

    It works on top of the schedule of warm-up and decay, and is kept in checkpoints.
    """

    def __init__(self, options: CheckpointOptions) -> None:
        self.patience = options.plateau_patience
        self.factor = options.plateau_factor
        self.best = math.inf
        self.looks = 0  # since the best one
        self.scale = 1.0

    def on_train_start(self, trainer: Any, model: Any) -> None:
        """Go on with the rate that there was."""
        model.rate_scale = self.scale

    def on_validation_end(self, trainer: Any, model: Any) -> None:
        """Look at the dev error."""
        error = float(trainer.callback_metrics["dev_wer"])
        if error < self.best:
            self.best, self.looks = error, 0
            return
        self.looks += 1
        if self.looks < self.patience:
            return
        self.looks = 0
        self.scale *= self.factor
        model.rate_scale = self.scale
        model.set_rate()  # at once, as in a run that goes on from a checkpoint of this moment
        say(
            f"the dev error stays above {100 * self.best:.2f} %: the learning rate is now "
            f"{self.scale:.3g} of that of the schedule"
        )

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint keeps."""
        return {"best": self.best, "looks": self.looks, "scale": self.scale}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up what a checkpoint kept."""
        self.best, self.looks = state_dict["best"], state_dict["looks"]
        self.scale = state_dict["scale"]
