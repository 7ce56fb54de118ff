"""The recurrent network: convolutional subsampling, LSTM layers with residuals, a short look-ahead.

    samples (B, S) -> log-mel (B, 8T, F) -> three strided convolutions (B, T, H)
                   -> LSTM layers, each x + LSTM(norm(x)) -> look-ahead -> heads
    head: (B, T, H) -> `rows` log-softmaxes of each step (B, T rows, V)

A head may give several rows for each step of the recurrent layers: characters and phones come
faster than the 80 ms of a step, and a step that is computed once for two rows costs half
(multi-frame prediction, Vanhoucke et al., 2013). Every head but the first serves training alone:
heads in other units, or half-way up, teach the layers below them (Sanabria and Metze, 2018).

Every part is causal and hands on the state it needs, so a stream of blocks gives the same output as
the whole recording. The look-ahead is a delay: output t speaks of frame t - delay, and the engine
drops the first `delay` frames and feeds as much silence at the end. Sources: Deep Speech 2 (Amodei
et al., 2015) for the convolutions and the row convolution; pre-norm residuals after Xiong et al.
(2020).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from auricle.training.features import FeatureOptions, LogMel

State = dict[str, Tensor]


@dataclass(frozen=True)
class HeadOptions:
    """An output of the network."""

    vocabulary_size: int
    layer: int | None = None  # it listens to so many LSTM layers; None: to all and the look-ahead


@dataclass(frozen=True)
class RnnOptions:
    """Geometry of the network."""

    heads: tuple[HeadOptions, ...]  # the first is the one that is exported
    rows: int = 1  # of each head for every step of the LSTM layers
    hidden: int = 512
    layers: int = 4
    convolutions: tuple[int, ...] = (192, 320)  # channels of all but the last, which has `hidden`
    kernel: int = 5  # frames, at every convolution; the stride is 2
    look_ahead: int = 3  # steps
    dropout: float = 0.1
    features: FeatureOptions = field(default_factory=FeatureOptions)

    @property
    def step_samples(self) -> int:
        """Samples per step of the LSTM layers."""
        return self.features.shift_samples << (len(self.convolutions) + 1)

    @property
    def frame_samples(self) -> int:
        """Samples per row of the output."""
        return self.step_samples // self.rows

    @property
    def delay_frames(self) -> int:
        """Rows that the look-ahead delays the output by."""
        return self.look_ahead * self.rows


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


class Head(nn.Module):
    """Log-probabilities of the tokens, `rows` of them for each step."""

    def __init__(self, hidden: int, rows: int, vocabulary_size: int) -> None:
        super().__init__()
        self.vocabulary_size = vocabulary_size
        self.norm = nn.LayerNorm(hidden)
        self.output = nn.Linear(hidden, rows * vocabulary_size)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, T, H) to float32 (B, T rows, V)."""
        logits = self.output(self.norm(x)).float()
        return torch.log_softmax(logits.reshape(x.shape[0], -1, self.vocabulary_size), dim=-1)


class Rnn(nn.Module):
    """The network of the module's docstring."""

    def __init__(self, options: RnnOptions) -> None:
        super().__init__()
        self.options = options
        self.log_mel = LogMel(options.features)
        widths = (options.features.n_mels, *options.convolutions, options.hidden)
        self.subsampling = nn.ModuleList(
            CausalConvolution(a, b, options.kernel) for a, b in itertools.pairwise(widths)
        )
        self.layers = nn.ModuleList(
            RecurrentLayer(options.hidden, options.dropout) for _ in range(options.layers)
        )
        self.look_ahead = LookAhead(options.hidden, options.look_ahead)
        self.heads = nn.ModuleList(
            Head(options.hidden, options.rows, head.vocabulary_size) for head in options.heads
        )

    def initial_state(self, batch: int) -> State:
        """Return the state that begins a stream: zeros, batch first, named as in the graph."""
        options = self.options
        state = {"waveform": torch.zeros(batch, self.log_mel.tail_samples)}
        widths = (options.features.n_mels, *options.convolutions)
        for index, channels in enumerate(widths):
            state[f"convolution_{index}"] = torch.zeros(batch, options.kernel - 2, channels)
        for name in ("h", "c"):
            state[name] = torch.zeros(batch, options.layers, options.hidden)
        state["look_ahead"] = torch.zeros(batch, options.look_ahead, options.hidden)
        return state

    def forward(self, samples: Tensor, state: State) -> tuple[Tensor, State]:
        """Run a block of a stream.

        Args:
            samples: float32 (B, S) in [-1, 1], S a multiple of `step_samples`.
            state: from `initial_state` or the block before.

        Returns:
            Log-probabilities of the first head, float32 (B, S / frame_samples, V), `delay_frames`
            late, and the state.
        """
        features, waveform = self.log_mel(samples, state["waveform"])
        x, _, next_state = self.encode(features, state)
        log_probs: Tensor = self.heads[0](x)
        return log_probs, {"waveform": waveform, **next_state}

    def encode(self, features: Tensor, state: State) -> tuple[Tensor, list[Tensor], State]:
        """Run a block from its features.

        Returns:
            What the heads on top listen to (B, T, H), `look_ahead` steps late; the output of every
            LSTM layer (B, T, H), not late; the state without that of the waveform.
        """
        x, next_state = features, {}
        layers = []
        for index, convolution in enumerate(self.subsampling):
            name = f"convolution_{index}"
            x, next_state[name] = convolution(x, state[name])
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

    def head_outputs(self, features: Tensor, state: State) -> list[Tensor]:
        """Run whole rows for all heads.

        Returns:
            Log-probabilities of each head (B, T rows, V) without its delayed frames.
        """
        x, layers, _ = self.encode(features, state)
        late = self.options.look_ahead
        steps = x.shape[1] - late
        return [
            head(x[:, late:] if options.layer is None else layers[options.layer - 1][:, :steps])
            for head, options in zip(self.heads, self.options.heads, strict=True)
        ]
