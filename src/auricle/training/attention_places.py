"""Where the steps of a conformer may attend, in a block of a stream and in whole rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from auricle.training.conformer import ConformerOptions

_HIDDEN_SCORE = -3e4  # added where a step must not attend


class Places:
    """Which steps of a window attend to which: a window's queries, and keys from L steps before.

    In a stream the block is one window. Whole rows of training are cut to windows of L steps, which
    share nothing but the L steps before them.
    """

    def __init__(
        self, options: ConformerOptions, chunk: int | Tensor, queries: int, windows: int
    ) -> None:
        """Set up the places.

        Args:
            options: Of the network.
            chunk: Steps that attend to one another.
            queries: Steps of a window, Q.
            windows: Of a row, W; if more than one, a window has L steps.
        """
        self.windows = windows
        self.past = options.left_steps
        query = torch.arange(queries)[:, None]
        key = torch.arange(queries + self.past)[None]
        own = torch.div(query, chunk, rounding_mode="floor")
        other = torch.div(key, chunk, rounding_mode="floor")
        distance = query + self.past - key + options.chunk - 1
        self.distances = distance.clamp(0, self.past + 2 * options.chunk - 2)  # (Q, K)
        before = torch.div(torch.tensor(self.past), chunk, rounding_mode="floor")
        open_ = (other >= own) & (other <= own + before)
        self.hidden = torch.where(open_, 0.0, _HIDDEN_SCORE)[None, None, None]  # (1, 1, 1, Q, K)

    @classmethod
    def of_block(cls, options: ConformerOptions, steps: int, heard: Tensor) -> Places:
        """Return the places of a block of a stream.

        Short blocks attend in chunks of `chunk_steps`, those of at least `chunk` steps, as files
        have them, in chunks of `chunk`.

        Args:
            options: Of the network.
            steps: Of the block.
            heard: 1 for steps of the past that there were, 0 before the beginning, (B, L).
        """
        # Computed, not chosen, for in an exported graph the block's length is a tensor.
        long = torch.as_tensor(steps).div(options.chunk, rounding_mode="floor").clamp(max=1)
        chunk = options.chunk_steps + (options.chunk - options.chunk_steps) * long
        places = cls(options, chunk, steps, 1)
        past = ((1.0 - heard) * _HIDDEN_SCORE)[:, None, None, None]  # (B, 1, 1, 1, L)
        now = places.hidden.new_zeros(steps)
        places.hidden = places.hidden + torch.cat([past, now.expand(*past.shape[:-1], -1)], dim=-1)
        return places

    @classmethod
    def of_rows(cls, options: ConformerOptions, chunk: int, steps: int) -> Places:
        """Return the places of whole rows of so many steps, in chunks of so many."""
        past = options.left_steps
        windows = -(-steps // past)
        places = cls(options, chunk, past if windows > 1 else steps, windows)
        hidden = places.hidden.repeat(1, places.windows, 1, 1, 1)  # (1, W, 1, Q, K)
        hidden[:, 0, :, :, :past] = _HIDDEN_SCORE
        places.hidden = hidden
        return places

    def to(self, device: torch.device) -> Places:
        """Move to a device."""
        self.distances, self.hidden = self.distances.to(device), self.hidden.to(device)
        return self

    def cut(self, x: Tensor) -> Tensor:
        """Cut the steps of x (B, T, H) to windows (B, W, Q, H)."""
        if self.windows == 1:
            return x[:, None]
        missing = self.windows * self.past - x.shape[1]
        x = nn.functional.pad(x, (0, 0, 0, missing))
        return x.reshape(len(x), self.windows, self.past, -1)

    def cut_with_past(self, x: Tensor) -> Tensor:
        """Cut the past and the steps (B, L + T, H) to windows (B, W, L + Q, H)."""
        if self.windows == 1:
            return x[:, None]
        missing = (self.windows + 1) * self.past - x.shape[1]
        x = nn.functional.pad(x, (0, 0, 0, missing))
        blocks = x.reshape(len(x), self.windows + 1, self.past, -1)
        return torch.cat([blocks[:, :-1], blocks[:, 1:]], dim=2)

    def join(self, x: Tensor, steps: int) -> Tensor:
        """Map windows (B, W, Q, H) back to (B, T, H)."""
        return x.flatten(1, 2)[:, :steps]
