"""The network of DeepSpeech: dense layers over windows of frames, one LSTM layer, a dense layer.

    log-mel (B, T, F), every 20 ms -> windows of each frame and 9 on both sides (B, T, 19 F)
        -> dense, dense, dense -> LSTM -> dense -> heads                    all of width `hidden`

Hannun et al. (2014) made it, with a bidirectional recurrent layer; Mozilla's DeepSpeech 0.9 (2020)
with an LSTM layer that only looks back, as here. Dense layers end in the clipped ReLU
min(max(x, 0), 20). The first layer sees the log-mel features instead of their cosine transform,
which a dense layer can learn if it is of use. The windows delay the output by their right half.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn

from auricle.training.features import FeatureOptions
from auricle.training.network import Network, NetworkOptions, State


@dataclass(frozen=True)
class DeepspeechOptions(NetworkOptions):
    """Geometry of the network; as DeepSpeech 0.9 had it by default."""

    kind: ClassVar[str] = "deepspeech"
    look_ahead: int = 9  # frames on each side of a window
    features: FeatureOptions = field(
        default_factory=lambda: FeatureOptions(window_samples=512, shift_samples=320, n_mels=40)
    )
    hidden: int = 2048
    clip: float = 20.0  # of the ReLU
    dropout: float = 0.05

    @property
    def layer_count(self) -> int:
        """Layers that a head may listen to."""
        return 5

    @property
    def summary(self) -> str:
        """What it is made of, for a model card."""
        return f"DeepSpeech's layers of {self.hidden}"

    @property
    def step_samples(self) -> int:
        """Samples per frame."""
        return self.features.shift_samples

    @property
    def chunk_steps(self) -> int:
        """Frames that the engine runs at once, 0.32 s."""
        return 16


class Dense(nn.Module):
    """A linear layer, a clipped ReLU and dropout."""

    def __init__(self, width: int, options: DeepspeechOptions) -> None:
        super().__init__()
        self.linear = nn.Linear(width, options.hidden)
        self.clip = options.clip
        self.dropout = nn.Dropout1d(options.dropout)  # one mask for all frames

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, T, width) to (B, T, H)."""
        y = self.linear(x).clamp(0.0, self.clip)
        masked: Tensor = self.dropout(y.transpose(1, 2)).transpose(1, 2)
        return masked


class Deepspeech(Network):
    """The network of the module's docstring."""

    options: DeepspeechOptions

    def __init__(self, options: DeepspeechOptions) -> None:
        super().__init__(options, options.hidden)
        self.window = 2 * options.look_ahead + 1
        widths = (self.window * options.features.n_mels, options.hidden, options.hidden)
        self.layers = nn.ModuleList(Dense(width, options) for width in widths)
        self.lstm = nn.LSTM(options.hidden, options.hidden, batch_first=True)
        self.last = Dense(options.hidden, options)

    def layer_states(self, batch: int) -> State:
        """Return the state of the layers that begins a stream."""
        options = self.options
        return {
            "frames": torch.zeros(batch, self.window - 1, options.features.n_mels),
            "h": torch.zeros(batch, 1, options.hidden),
            "c": torch.zeros(batch, 1, options.hidden),
        }

    def encode(self, features: Tensor, state: State) -> tuple[Tensor, list[Tensor], State]:
        """Run a block of a stream from its features."""
        frames = torch.cat([state["frames"], features], dim=1)
        steps = features.shape[1]
        x = torch.cat([frames[:, place : place + steps] for place in range(self.window)], dim=2)
        layers = []
        for dense in self.layers:
            x = dense(x)
            layers.append(x)
        h, c = (state[name].transpose(0, 1).contiguous() for name in ("h", "c"))
        x, (h, c) = self.lstm(x, (h, c))
        layers.append(x)
        x = self.last(x)
        layers.append(x)
        late = self.options.look_ahead
        kept = {"frames": frames[:, 1 - self.window :]}
        kept.update(h=h.transpose(0, 1), c=c.transpose(0, 1))
        return x, [each[:, late:] for each in layers], kept
