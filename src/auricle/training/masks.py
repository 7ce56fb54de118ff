"""Masks over the features, drawn anew for every row of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from auricle.errors import OptionError


@dataclass(frozen=True)
class MaskOptions:
    """SpecAugment: bands and moments of the features set to their mean (Park et al., 2019)."""

    frequency_masks: int = 2
    frequency_mask_bins: int = 20
    time_masks_per_second: float = 0.3
    time_mask_frames: int = 20
    growing_steps: int = 0  # until the masks have their full size

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 0:
                raise OptionError(f"[masks] {name} = {value}: it must be at least 0")

    def strength(self, step: int) -> float:
        """Return the share of their full size that the masks have at a step."""
        return 1.0 if step >= self.growing_steps else step / self.growing_steps


def mask_features(features: Tensor, options: MaskOptions, strength: float) -> Tensor:
    """Return a copy of features (B, T, F) with random bands and moments of each row set to zero."""
    batch, frames, bins = features.shape
    masked = features.clone()
    moments = round(frames / 100 * options.time_masks_per_second * strength)
    widest = min(bins, round(options.frequency_mask_bins * strength))
    for row in range(batch):
        for _ in range(options.frequency_masks):
            width = int(torch.randint(widest + 1, ()))
            start = int(torch.randint(bins - width + 1, ()))
            masked[row, :, start : start + width] = 0.0
        for _ in range(moments):
            width = int(torch.randint(options.time_mask_frames + 1, ()))
            start = int(torch.randint(max(1, frames - width), ()))
            masked[row, start : start + width] = 0.0
    return masked
