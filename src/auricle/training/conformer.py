"""The conformer: attention inside chunks, over a bounded past, and causal convolutions.

    log-mel (B, 8T, F) -> three strided convolutions (B, T, H)
                       -> blocks: x + FF / 2, + attention, + convolution, + FF / 2, norm -> heads

The blocks are those of Gulati et al. (2020), made to stream as in chunk-wise attention (Zhang et
al., 2020; Shi et al., 2021): a step attends to all of its own chunk of `chunk_steps` and to the
`left_chunks` chunks before it; convolutions see the past alone. So a stream keeps, for every block,
the keys and values of `left_chunks` chunks and the last steps before the convolution. A network
that is trained on chunks of two lengths streams in the shorter ones and hears files, which come in
longer blocks, in the longer ones. Where a step attends is
biased by a learnt value for each distance and attention head (Raffel et al., 2020).

Training time on a CPU decides the details. ReLU instead of Swish, a dropout that hides the same
channels at all steps of a row (Gal and Ghahramani, 2016) and thus needs few random numbers, and
whole rows cut to windows, so that attention costs in proportion to their length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from auricle.errors import OptionError
from auricle.training.attention_places import Places
from auricle.training.depthwise import Depthwise
from auricle.training.network import Network, NetworkOptions, State
from auricle.training.subsampling import Subsampling


@dataclass(frozen=True)
class ConformerOptions(NetworkOptions):
    """Geometry of the network."""

    kind: ClassVar[str] = "conformer"
    look_ahead: int = 1  # steps that the output is delayed by, beside what a chunk sees of itself
    hidden: int = 240
    layers: int = 10  # blocks
    attention_heads: int = 4
    expansion: int = 4  # of the feed-forward layers
    chunk: int = 6  # steps that attend to one another
    left_chunks: int = 5  # chunks before its own that a step attends to
    stream_chunk: int = 0  # steps of a stream's chunks, if shorter; rows of training have either
    block_kernel: int = 7  # steps, of the convolutions in the blocks
    convolutions: tuple[int, ...] = (160, 240)  # channels of all but the last, which has `hidden`
    kernel: int = 5  # frames, at every strided convolution
    dropout: float = 0.1
    depth_dropout: float = 0.0  # chance that a row skips a module of a block (Huang et al., 2016)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.hidden % self.attention_heads:
            raise OptionError(
                f"[network] hidden = {self.hidden} is no multiple of attention_heads = "
                f"{self.attention_heads}; every head has its share of the channels"
            )
        if self.stream_chunk and self.chunk % self.stream_chunk:
            raise OptionError(
                f"[network] stream_chunk = {self.stream_chunk}: chunk = {self.chunk} must be a "
                "multiple of it"
            )

    @property
    def layer_count(self) -> int:
        """Layers that a head may listen to."""
        return self.layers

    @property
    def summary(self) -> str:
        """What it is made of, for a model card."""
        return f"{self.layers} conformer blocks of {self.hidden}"

    @property
    def step_samples(self) -> int:
        """Samples per step of the blocks."""
        return self.features.shift_samples << (len(self.convolutions) + 1)

    @property
    def chunk_steps(self) -> int:
        """Steps that have to be run together."""
        return self.stream_chunk or self.chunk

    @property
    def left_steps(self) -> int:
        """Steps of keys and values that a stream keeps."""
        return self.chunk * self.left_chunks


class Residual(nn.Module):
    """x + scale y; in training without some channels of y, and for some rows without y."""

    def __init__(self, scale: float, dropout: float, depth_dropout: float) -> None:
        super().__init__()
        self.scale = scale
        self.keep = 1.0 - dropout
        self.keep_row = 1.0 - depth_dropout

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Map two (B, T, H) to one."""
        if not self.training or self.keep * self.keep_row == 1.0:
            return torch.add(x, y, alpha=self.scale)
        batch, _, hidden = x.shape
        mask = torch.rand(batch, 1, hidden, device=x.device) < self.keep
        rows = torch.rand(batch, 1, 1, device=x.device) < self.keep_row
        scale = (mask & rows).to(x.dtype) * (self.scale / (self.keep * self.keep_row))
        return torch.addcmul(x, y.to(x.dtype), scale)


class FeedForward(nn.Sequential):
    """Two layers around a ReLU."""

    def __init__(self, options: ConformerOptions) -> None:
        width = options.hidden * options.expansion
        super().__init__(
            nn.LayerNorm(options.hidden),
            nn.Linear(options.hidden, width),
            nn.ReLU(),
            nn.Linear(width, options.hidden),
        )


class Attention(nn.Module):
    """Self-attention over the steps that a bias leaves open."""

    def __init__(self, options: ConformerOptions) -> None:
        super().__init__()
        self.count = options.attention_heads
        self.size = options.hidden // options.attention_heads
        self.norm = nn.LayerNorm(options.hidden)
        self.project = nn.Linear(options.hidden, 3 * options.hidden)
        self.output = nn.Linear(options.hidden, options.hidden)
        distances = options.left_steps + 2 * options.chunk - 1
        self.bias = nn.Parameter(torch.zeros(options.attention_heads, distances))

    def forward(
        self, x: Tensor, keys: Tensor, values: Tensor, places: Places
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Attend.

        Args:
            x: (B, T, H).
            keys: of the steps before, (B, L, H).
            values: of the steps before, (B, L, H).
            places: Where the steps of a window may attend.

        Returns:
            (B, T, H), and the keys and values of the steps up to now (B, L + T, H).
        """
        queries, new_keys, new_values = self.project(self.norm(x)).chunk(3, dim=-1)
        keys = torch.cat([keys.to(x.dtype), new_keys], dim=1)
        values = torch.cat([values.to(x.dtype), new_values], dim=1)
        q = self._by_head(places.cut(queries)) * self.size**-0.5  # (B, W, heads, Q, size)
        k, v = (self._by_head(places.cut_with_past(each)) for each in (keys, values))
        bias = self.bias[:, places.distances] + places.hidden  # (B or 1, W, heads, Q, K)
        scores = q @ k.transpose(-1, -2) + bias.to(q.dtype)
        mixed = (scores.softmax(dim=-1) @ v).transpose(2, 3)  # (B, W, Q, heads, size)
        return self.output(places.join(mixed.flatten(-2), x.shape[1])), keys, values

    def _by_head(self, x: Tensor) -> Tensor:
        """Map (B, W, steps, H) to (B, W, heads, steps, size)."""
        return x.reshape(*x.shape[:-1], self.count, self.size).transpose(2, 3)


class Convolution(nn.Module):
    """A gate, a causal convolution of each channel by itself, and a mixture of the channels."""

    def __init__(self, options: ConformerOptions) -> None:
        super().__init__()
        hidden = options.hidden
        self.norm = nn.LayerNorm(hidden)
        self.gate = nn.Linear(hidden, 2 * hidden)
        self.depthwise = Depthwise(hidden, options.block_kernel)
        self.inner_norm = nn.LayerNorm(hidden)
        self.output = nn.Linear(hidden, hidden)

    def forward(self, x: Tensor, cache: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, T, H) and the steps before (B, kernel - 1, H) to (B, T, H) and all the steps."""
        gated = nn.functional.glu(self.gate(self.norm(x)), dim=-1)
        steps = torch.cat([cache.to(x.dtype), gated], dim=1)
        y = self.inner_norm(self.depthwise(steps))
        return self.output(torch.relu(y)), steps


class Block(nn.Module):
    """The modules of a block, each as a residual."""

    def __init__(self, options: ConformerOptions) -> None:
        super().__init__()
        self.first = FeedForward(options)
        self.attention = Attention(options)
        self.convolution = Convolution(options)
        self.second = FeedForward(options)
        self.norm = nn.LayerNorm(options.hidden)
        self.add_half = Residual(0.5, options.dropout, options.depth_dropout)
        self.add_whole = Residual(1.0, options.dropout, options.depth_dropout)

    def forward(
        self, x: Tensor, past: tuple[Tensor, Tensor, Tensor], places: Places
    ) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
        """Map (B, T, H) and the past keys, values and convolution steps to (B, T, H) and theirs."""
        keys, values, steps = past
        x = self.add_half(x, self.first(x))
        y, keys, values = self.attention(x, keys, values, places)
        x = self.add_whole(x, y)
        y, steps = self.convolution(x, steps)
        x = self.add_whole(x, y)
        x = self.add_half(x, self.second(x))
        return self.norm(x), (keys, values, steps)


class Conformer(Network):
    """The network of the module's docstring."""

    options: ConformerOptions

    def __init__(self, options: ConformerOptions) -> None:
        super().__init__(options, options.hidden)
        widths = (options.features.n_mels, *options.convolutions, options.hidden)
        self.subsampling = Subsampling(widths, options.kernel)
        self.layers = nn.ModuleList(Block(options) for _ in range(options.layers))

    def layer_states(self, batch: int) -> State:
        """Return the state of the layers that begins a stream."""
        options = self.options
        state = self.subsampling.initial_state(batch)
        state["heard"] = torch.zeros(batch, options.left_steps)
        state.update(self._block_states(batch))
        return state

    def encode(self, features: Tensor, state: State) -> tuple[Tensor, list[Tensor], State]:
        """Run a block of a stream from its features."""
        x, next_state = self.subsampling(features, state)
        places = Places.of_block(self.options, x.shape[1], state["heard"]).to(x.device)
        heard = torch.cat([state["heard"], torch.ones_like(x[:, :, 0])], dim=1)
        next_state["heard"] = heard[:, -self.options.left_steps :]
        layers, kept = self._run_blocks(x, state, places)
        return layers[-1], layers, {**next_state, **kept}

    def encode_rows(self, features: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Run whole rows from their features."""
        state = self.initial_state(len(features))
        x, _ = self.subsampling(features, state)
        options, chunk = self.options, self.options.chunk_steps
        if self.training and options.stream_chunk and torch.rand(()) < 0.5:
            chunk = options.chunk
        places = Places.of_rows(options, chunk, x.shape[1]).to(x.device)
        layers, _ = self._run_blocks(x, state, places)
        return layers[-1], layers

    def _block_states(self, batch: int) -> State:
        options = self.options
        lengths = dict.fromkeys(("keys", "values"), options.left_steps)
        lengths["steps"] = options.block_kernel - 1
        return {
            name: torch.zeros(batch, options.layers, length, options.hidden)
            for name, length in lengths.items()
        }

    def _run_blocks(self, x: Tensor, state: State, places: Places) -> tuple[list[Tensor], State]:
        """Return the output of every block and what a stream keeps of them."""
        names = ("keys", "values", "steps")
        kept: dict[str, list[Tensor]] = {name: [] for name in names}
        layers = []
        for index, block in enumerate(self.layers):
            past = tuple(state[name][:, index] for name in names)
            x, following = block(x, past, places)
            layers.append(x)
            for name, old, new in zip(names, past, following, strict=True):
                kept[name].append(new[:, new.shape[1] - old.shape[1] :])
        return layers, {name: torch.stack(parts, dim=1) for name, parts in kept.items()}
