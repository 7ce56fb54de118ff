"""What all networks have in common: from a waveform to the log-probabilities of their heads.

    samples (B, S) -> log-mel (B, T, F) -> the network's own layers (B, T / subsampling, H)
                   -> heads: `rows` log-softmaxes of each step (B, T rows, V)

A head may give several rows for each step of the layers: characters and phones come faster than the
80 ms of a step, and a step that is computed once for two rows costs half (multi-frame prediction,
Vanhoucke et al., 2013). Every head but the first serves training alone: heads in other units, or
half-way up, teach the layers below them (Sanabria and Metze, 2018).

A network is run in two ways that give the same: `forward` runs a block of a stream and hands on the
state that the next block needs, as the exported graph does; `head_outputs` runs whole rows for all
heads, as training does. Look-ahead is a delay: output t speaks of step t - delay, and the engine
drops the first `delay_frames` and feeds as much silence at the end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from typing import ClassVar

import torch
from torch import Tensor, nn

from auricle.errors import OptionError
from auricle.training.features import FeatureOptions, LogMel
from auricle.training.sections import check_least

State = dict[str, Tensor]
# Of the fields of all kinds. A convolution sees two frames for each step, and one of the past.
_LEAST = {
    "rows": 1,
    "look_ahead": 0,
    "hidden": 1,
    "layers": 1,
    "kernel": 3,
    "attention_heads": 1,
    "expansion": 1,
    "chunk": 1,
    "left_chunks": 0,
    "stream_chunk": 0,
    "block_kernel": 2,
}
_DROPOUTS = ("dropout", "depth_dropout")


@dataclass(frozen=True)
class HeadOptions:
    """An output of the network."""

    vocabulary_size: int
    layer: int | None = None  # it listens to so many layers; None: to all of them, delayed


@dataclass(frozen=True)
class NetworkOptions(ABC):
    """Geometry that every kind of network has."""

    kind: ClassVar[str]  # its name in [network]
    heads: tuple[HeadOptions, ...]  # the first is the one that is exported
    rows: int = 1  # of each head for every step of the layers
    look_ahead: int = 3  # steps that the output is delayed by
    features: FeatureOptions = field(default_factory=FeatureOptions)

    def __post_init__(self) -> None:
        own = {item.name for item in fields(self)}
        check_least(self, "network", **{key: _LEAST[key] for key in _LEAST if key in own})
        for key in own.intersection(_DROPOUTS):
            if not 0 <= getattr(self, key) < 1:
                raise OptionError(
                    f"[network] {key} = {getattr(self, key)}: it must be at least 0 and below 1"
                )
        for head in self.heads:
            if head.layer is not None and not 1 <= head.layer <= self.layer_count:
                raise OptionError(
                    f"[[heads]] layer = {head.layer}: the network has layers from 1 to "
                    f"{self.layer_count}"
                )

    @property
    @abstractmethod
    def layer_count(self) -> int:
        """Layers that a head may listen to."""

    @property
    @abstractmethod
    def summary(self) -> str:
        """What it is made of, for a model card."""

    @property
    @abstractmethod
    def step_samples(self) -> int:
        """Samples per step of the layers."""

    @property
    def streaming(self) -> bool:
        """Whether it can be run on blocks of a stream; if not, it reads whole utterances."""
        return True

    @property
    def chunk_steps(self) -> int:
        """Steps that have to be run together; whole rows are padded to a multiple of them."""
        return 1

    @property
    def frame_samples(self) -> int:
        """Samples per row of the output."""
        return self.step_samples // self.rows

    @property
    def delay_frames(self) -> int:
        """Rows that the look-ahead delays the output by."""
        return self.look_ahead * self.rows


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


class Network(nn.Module, ABC):
    """A network of the module's docstring; a kind of network adds its layers."""

    def __init__(self, options: NetworkOptions, hidden: int) -> None:
        """Set up the features and the heads.

        Args:
            options: Geometry.
            hidden: Width of what the heads listen to.
        """
        super().__init__()
        self.options = options
        self.log_mel = LogMel(options.features)
        self.heads = nn.ModuleList(
            Head(hidden, options.rows, head.vocabulary_size) for head in options.heads
        )
        self.packed_heads = 1  # so many of the first, all on top, `forward` gives

    @abstractmethod
    def layer_states(self, batch: int) -> State:
        """Return the state of the layers that begins a stream: zeros (B, ...), as in the graph."""

    @abstractmethod
    def encode(self, features: Tensor, state: State) -> tuple[Tensor, list[Tensor], State]:
        """Run a block of a stream from its features.

        Args:
            features: (B, T, F), T a multiple of the features in `chunk_steps` steps.
            state: of the layers.

        Returns:
            What the heads on top listen to (B, steps, H), `look_ahead` steps late; the output of
            every layer (B, steps, H), not late; the next state of the layers.
        """

    def encode_rows(self, features: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Run whole rows from their features, as `encode` from the beginning of a stream."""
        x, layers, _ = self.encode(features, self.initial_state(len(features)))
        return x, layers

    def initial_state(self, batch: int) -> State:
        """Return the state that begins a stream: zeros, batch first, named as in the graph."""
        state = {"waveform": torch.zeros(batch, self.log_mel.tail_samples)}
        state.update(self.layer_states(batch))
        return {name: value.to(self.log_mel.mean.device) for name, value in state.items()}

    def forward(self, samples: Tensor, state: State) -> tuple[Tensor, State]:
        """Run a block of a stream.

        Args:
            samples: float32 (B, S) in [-1, 1], S a multiple of `chunk_steps` steps.
            state: from `initial_state` or the block before.

        Returns:
            Log-probabilities of the packed heads side by side, float32 (B, S / frame_samples, V),
            `delay_frames` late, and the state.
        """
        features, waveform = self.log_mel(samples, state["waveform"])
        x, _, next_state = self.encode(features, state)
        log_probs = torch.cat([head(x) for head in self.heads[: self.packed_heads]], dim=-1)
        return log_probs, {"waveform": waveform, **next_state}

    def head_outputs(self, features: Tensor) -> list[Tensor]:
        """Run whole rows for all heads.

        Args:
            features: (B, T, F), T a multiple of the features in `chunk_steps` steps.

        Returns:
            Log-probabilities of each head (B, T rows, V) without its delayed frames.
        """
        x, layers = self.encode_rows(features)
        late = self.options.look_ahead
        steps = x.shape[1] - late
        return [
            head(x[:, late:] if options.layer is None else layers[options.layer - 1][:, :steps])
            for head, options in zip(self.heads, self.options.heads, strict=True)
        ]
