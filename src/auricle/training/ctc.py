"""The CTC loss of batches (Graves et al., 2006).

On a processor it is the core's, `core/include/auricle/ctc_loss.h`, because torch's took a quarter
of a training step; on other devices it is torch's.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from auricle import _core

Targets = Sequence[Sequence[int]]


def ctc_losses(log_probs: Tensor, frames: Tensor, targets: Targets) -> Tensor:
    """Return the CTC losses of rows.

    A row whose target has no path in its frames counts as 0 and teaches nothing.

    Args:
        log_probs: float32 (B, T, V), natural logarithms, the blank first.
        frames: int64 (B,), how many of a row's T frames count.
        targets: The tokens of each row, without blanks.

    Returns:
        float32 (B,).
    """
    on_processor = log_probs.device.type == "cpu"
    losses: Tensor = (_CoreLosses.apply if on_processor else torch_losses)(
        log_probs, frames, targets
    )
    return losses


def torch_losses(log_probs: Tensor, frames: Tensor, targets: Targets) -> Tensor:
    """Return torch's losses of rows, (B,): the reference of the core's."""
    device = log_probs.device
    return torch.nn.functional.ctc_loss(
        log_probs.transpose(0, 1),
        torch.tensor([token for target in targets for token in target], device=device),
        frames,
        torch.tensor([len(target) for target in targets], device=device),
        reduction="none",
        zero_infinity=True,
    )


class _CoreLosses(torch.autograd.Function):
    """The core's losses of rows, float32 (B,), with the gradient found on the way."""

    @staticmethod
    def forward(ctx: Any, log_probs: Tensor, frames: Tensor, targets: Targets) -> Tensor:
        gradient = torch.zeros(log_probs.shape)
        losses = torch.zeros(len(targets))
        _core.ctc_loss(
            log_probs.detach().float().contiguous().numpy(),
            frames.to(torch.int64).contiguous().numpy(),
            np.fromiter(itertools.chain.from_iterable(targets), np.int32),
            np.array([len(target) for target in targets], np.int64),
            gradient.numpy(),
            losses.numpy(),
        )
        ctx.save_for_backward(gradient)
        return torch.where(torch.isinf(losses), 0.0, losses)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradients[0][:, None, None] * gradient, None, None
