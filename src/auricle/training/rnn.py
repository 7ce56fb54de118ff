"""The recurrent network: convolutional subsampling, LSTM layers with residuals, a short look-ahead.

    log-mel (B, 8T, F) -> three strided convolutions (B, T, H)
                       -> LSTM layers, each x + LSTM(norm(x)) -> look-ahead -> heads

Every part is causal and hands on the state it needs. The look-ahead is a delay: output t speaks of
step t - delay. Sources: Deep Speech 2 (Amodei et al., 2015) for the convolutions and the row
convolution; pre-norm residuals after Xiong et al. (2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from auricle.training.network import Network, NetworkOptions, State
from auricle.training.subsampling import Subsampling


@dataclass(frozen=True)
class RnnOptions(NetworkOptions):
    """Geometry of the network."""

    kind: ClassVar[str] = "rnn"
    hidden: int = 512
    layers: int = 4
    convolutions: tuple[int, ...] = (192, 320)  # channels of all but the last, which has `hidden`
    kernel: int = 5  # frames, at every convolution; the stride is 2
    dropout: float = 0.1

    @property
    def summary(self) -> str:
        """What it is made of, for a model card."""
        return f"{self.layers} LSTM layers of {self.hidden}"

    @property
    def step_samples(self) -> int:
        """Samples per step of the LSTM layers."""
        return self.features.shift_samples << (len(self.convolutions) + 1)


class RecurrentLayer(nn.Module):
    """One LSTM layer as a residual: x + LSTM(norm(x))."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.dropout = nn.Dropout1d(dropout)  # one mask for all frames (Gal and Ghahramani, 2016)

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Map (B, T, H) and the states h, c (1, B, H) to (B, T, H) and the next states."""
        y, (h, c) = self.lstm(self.norm(x), (h, c))
        return x + self.dropout(y.transpose(1, 2)).transpose(1, 2), h, c


class LookAhead(nn.Module):
    """A row convolution: each channel mixes its frame with the `frames` frames that follow it."""

    def __init__(self, hidden: int, frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.convolution = nn.Conv1d(hidden, hidden, frames + 1, groups=hidden)

    def forward(self, x: Tensor, cache: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, T, H) and the cache (B, frames, H) to (B, T, H), delayed, and the next cache."""
        x = torch.cat([cache, x], dim=1)
        return self.convolution(x.transpose(1, 2)).transpose(1, 2), x[:, x.shape[1] - self.frames :]


class Rnn(Network):
    """The network of the module's docstring."""

    options: RnnOptions

    def __init__(self, options: RnnOptions) -> None:
        super().__init__(options, options.hidden)
        widths = (options.features.n_mels, *options.convolutions, options.hidden)
        self.subsampling = Subsampling(widths, options.kernel)
        self.layers = nn.ModuleList(
            RecurrentLayer(options.hidden, options.dropout) for _ in range(options.layers)
        )
        self.look_ahead = LookAhead(options.hidden, options.look_ahead)

    def layer_states(self, batch: int) -> State:
        """Return the state of the layers that begins a stream."""
        options = self.options
        state = self.subsampling.initial_state(batch)
        for name in ("h", "c"):
            state[name] = torch.zeros(batch, options.layers, options.hidden)
        state["look_ahead"] = torch.zeros(batch, options.look_ahead, options.hidden)
        return state

    def encode(self, features: Tensor, state: State) -> tuple[Tensor, list[Tensor], State]:
        """Run a block of a stream from its features."""
        x, next_state = self.subsampling(features, state)
        layers = []
        h, c = [], []
        for index, layer in enumerate(self.layers):
            x, h_next, c_next = layer(
                x,
                state["h"][:, index : index + 1].transpose(0, 1).contiguous(),
                state["c"][:, index : index + 1].transpose(0, 1).contiguous(),
            )
            layers.append(x)
            h.append(h_next.transpose(0, 1))
            c.append(c_next.transpose(0, 1))
        next_state["h"], next_state["c"] = torch.cat(h, dim=1), torch.cat(c, dim=1)
        x, next_state["look_ahead"] = self.look_ahead(x, state["look_ahead"])
        return x, layers, next_state
