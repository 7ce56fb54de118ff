"""The recurrent network: convolutional subsampling, recurrent layers with residuals, look-ahead.

    log-mel (B, 8T, F) -> three strided convolutions (B, T, H)
                       -> recurrent layers, each x + layer(norm(x)) -> look-ahead -> heads

The cells are LSTM (Hochreiter and Schmidhuber, 1997) or GRU (Cho et al., 2014). Where they only
look back, every part is causal and hands on the state it needs; the look-ahead is a delay, output t
speaks of step t - delay. Bidirectional layers (Schuster and Paliwal, 1997), half of the width for
each direction, read whole utterances: they need no look-ahead and cannot stream.

Dropout hides the same channels at all steps of a row (Gal and Ghahramani, 2016). Other sources:
Deep Speech 2 (Amodei et al., 2015) for the convolutions and the row convolution; pre-norm residuals
after Xiong et al. (2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from auricle.errors import OptionError
from auricle.training.network import Network, NetworkOptions, State
from auricle.training.subsampling import Subsampling


@dataclass(frozen=True)
class RnnOptions(NetworkOptions):
    """Geometry of the network."""

    kind: ClassVar[str] = "rnn"
    cell: str = "lstm"  # or "gru", whose weights are not rounded to int8
    bidirectional: bool = False
    hidden: int = 512
    layers: int = 4
    convolutions: tuple[int, ...] = (192, 320)  # channels of all but the last, which has `hidden`
    kernel: int = 5  # frames, at every convolution; the stride is 2
    dropout: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cell not in _CELLS:
            raise OptionError(f"[network] cell = {self.cell!r}; there are {', '.join(_CELLS)}")
        if self.bidirectional and (self.look_ahead or self.hidden % 2):
            raise OptionError(
                "[network] bidirectional layers see all that follows and have half of the width "
                f"for each direction: set look_ahead = 0, not {self.look_ahead}, and an even "
                f"hidden, not {self.hidden}"
            )

    @property
    def layer_count(self) -> int:
        """Layers that a head may listen to."""
        return self.layers

    @property
    def summary(self) -> str:
        """What it is made of, for a model card."""
        direction = "bidirectional " if self.bidirectional else ""
        return f"{self.layers} {direction}{self.cell.upper()} layers of {self.hidden}"

    @property
    def streaming(self) -> bool:
        """Whether it can be run on blocks of a stream."""
        return not self.bidirectional

    @property
    def step_samples(self) -> int:
        """Samples per step of the recurrent layers."""
        return self.features.shift_samples << (len(self.convolutions) + 1)


_CELLS: dict[str, type[nn.LSTM] | type[nn.GRU]] = {"lstm": nn.LSTM, "gru": nn.GRU}


class RecurrentLayer(nn.Module):
    """One recurrent layer as a residual: x + layer(norm(x))."""

    def __init__(self, options: RnnOptions) -> None:
        super().__init__()
        directions = 2 if options.bidirectional else 1
        self.kind = options.cell
        self.norm = nn.LayerNorm(options.hidden)
        cell = _CELLS[options.cell](
            options.hidden,
            options.hidden // directions,
            batch_first=True,
            bidirectional=options.bidirectional,
        )
        self.add_module(options.cell, cell)
        self.dropout = nn.Dropout1d(options.dropout)  # one mask for all frames

    def forward(self, x: Tensor, past: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Map (B, T, H) and the states, h or h and c, (B, directions, H / directions) to the next.

        Returns:
            (B, T, H) and the next states.
        """
        h, *c = (state.transpose(0, 1).contiguous() for state in past)
        y, following = self.get_submodule(self.kind)(self.norm(x), (h, *c) if c else h)
        states = following if c else (following,)
        x = x + self.dropout(y.transpose(1, 2)).transpose(1, 2)
        return x, [state.transpose(0, 1) for state in states]


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
        self.layers = nn.ModuleList(RecurrentLayer(options) for _ in range(options.layers))
        self.state_names = ("h", "c") if options.cell == "lstm" else ("h",)
        if options.look_ahead:
            self.look_ahead = LookAhead(options.hidden, options.look_ahead)

    def layer_states(self, batch: int) -> State:
        """Return the state of the layers that begins a stream."""
        options = self.options
        state = self.subsampling.initial_state(batch)
        directions = 2 if options.bidirectional else 1
        width = options.hidden // directions
        for name in self.state_names:
            state[name] = torch.zeros(batch, options.layers * directions, width)
        if options.look_ahead:
            state["look_ahead"] = torch.zeros(batch, options.look_ahead, options.hidden)
        return state

    def encode(self, features: Tensor, state: State) -> tuple[Tensor, list[Tensor], State]:
        """Run a block of a stream from its features."""
        x, next_state = self.subsampling(features, state)
        layers = []
        kept: dict[str, list[Tensor]] = {name: [] for name in self.state_names}
        past = zip(*(state[n].chunk(len(self.layers), 1) for n in self.state_names), strict=True)
        for layer, states in zip(self.layers, past, strict=True):
            x, states = layer(x, list(states))
            layers.append(x)
            for name, following in zip(self.state_names, states, strict=True):
                kept[name].append(following)
        next_state.update({name: torch.cat(parts, dim=1) for name, parts in kept.items()})
        if self.options.look_ahead:
            x, next_state["look_ahead"] = self.look_ahead(x, state["look_ahead"])
        return x, layers, next_state
