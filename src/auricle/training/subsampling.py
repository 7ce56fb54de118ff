"""Convolutions that turn features of every 10 ms into steps of 80 ms.

Each has a stride of 2 and is causal: a block of a stream needs but a few frames of the block before
it (Deep Speech 2, Amodei et al., 2015).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

State = dict[str, Tensor]


class CausalConvolution(nn.Module):
    """A convolution of stride 2 that keeps the frames it needs of the block before."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int) -> None:
        super().__init__()
        self.cache_frames = kernel - 2
        self.convolution = nn.Conv1d(channels_in, channels_out, kernel, stride=2)
        self.norm = nn.LayerNorm(channels_out)

    def forward(self, x: Tensor, cache: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, T, in), the cache (B, kernel - 2, in) to (B, T / 2, out), the next cache."""
        x = torch.cat([cache, x], dim=1)
        y = self.convolution(x.transpose(1, 2)).transpose(1, 2)
        return torch.relu(self.norm(y)), x[:, -self.cache_frames :]


class Subsampling(nn.ModuleList):
    """Convolutions one after the other, each of which halves the frames."""

    def __init__(self, widths: Sequence[int], kernel: int) -> None:
        """Set up the convolutions.

        Args:
            widths: Channels of the features, then of every convolution.
            kernel: Frames that each convolution sees.
        """
        super().__init__(CausalConvolution(a, b, kernel) for a, b in itertools.pairwise(widths))
        self.widths = tuple(widths)
        self.kernel = kernel

    def initial_state(self, batch: int) -> State:
        """Return the caches at the beginning of a stream."""
        return {
            f"convolution_{index}": torch.zeros(batch, self.kernel - 2, channels)
            for index, channels in enumerate(self.widths[:-1])
        }

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Map (B, T, F) and the caches to (B, T / 2^n, H) and the next caches."""
        next_state = {}
        for index, convolution in enumerate(self):
            name = f"convolution_{index}"
            x, next_state[name] = convolution(x, state[name])
        return x, next_state
