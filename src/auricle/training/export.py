"""From a trained network to the acoustic graph of a package.

The graph takes `samples` (B, S) and the states, and gives `log_probs` (B, T, V) and the next
states, whose names begin with `next_`. Batch and length are dynamic. The graph of a network that
cannot stream has no states and takes whole utterances.
"""

from __future__ import annotations

import copy
import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from auricle.package import Acoustic, State
from auricle.training.network import Network

ACOUSTIC_FILE = "acoustic.onnx"
FEATURES = "/log_mel/"
"""Part of the names of the nodes that compute features."""


class _Flat(nn.Module):
    """The network with its states as positional tensors, as an exporter wants them."""

    def __init__(self, network: Network, names: list[str]) -> None:
        super().__init__()
        self.network = network
        self.names = names

    def forward(self, samples: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        past = dict(zip(self.names, states, strict=True))
        past = past or self.network.initial_state(samples.shape[0])
        log_probs, following = self.network(samples, past)
        return (log_probs, *(following[name] for name in self.names))


def describe(network: Network, chunk_seconds: float) -> Acoustic:
    """Return the contract of a network's graph.

    Args:
        network: The network to be exported.
        chunk_seconds: Of audio that the engine is to run at once: short chunks show words sooner,
            long ones cost less. Rounded to a multiple of the network's own chunk, at least one.
    """
    options = network.options
    chunk_samples = options.chunk_steps * options.step_samples
    chunks = max(1, round(chunk_seconds * options.features.sample_rate / chunk_samples))
    states = network.initial_state(1) if options.streaming else {}
    return Acoustic(
        file=ACOUSTIC_FILE,
        sample_rate=options.features.sample_rate,
        frame_samples=options.frame_samples,
        chunk_frames=chunks * options.chunk_steps * options.rows,
        delay_frames=options.delay_frames,
        streaming=options.streaming,
        states=tuple(State(name, tuple(value.shape[1:])) for name, value in states.items()),
    )


def export_float(network: Network, path: Path) -> None:
    """Write the graph in float32."""
    network = copy.deepcopy(network).eval()  # the exporter leaves LSTM layers it has seen unusable
    states = network.initial_state(2) if network.options.streaming else {}
    names = list(states)
    samples = torch.zeros(2, 2 * network.options.chunk_steps * network.options.step_samples)
    dynamic = {name: {0: "batch"} for name in (*names, *(f"next_{name}" for name in names))}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own future
        torch.onnx.export(
            _Flat(network, names),
            (samples, *states.values()),
            str(path),
            input_names=["samples", *names],
            output_names=["log_probs", *(f"next_{name}" for name in names)],
            dynamic_axes={
                "samples": {0: "batch", 1: "samples"},
                "log_probs": {0: "batch", 1: "frames"},
                **dynamic,
            },
            opset_version=17,
            dynamo=False,  # leaves the LSTM weights as plain initialisers, which int8 needs
        )
    heads = network.options.heads[: network.packed_heads]
    _state_columns(path, sum(head.vocabulary_size for head in heads))


def _state_columns(path: Path, size: int) -> None:
    """Write the last dimension of the log-probabilities, which the exporter does not always see."""
    model = onnx.load(str(path))
    dimension = model.graph.output[0].type.tensor_type.shape.dim[-1]
    dimension.Clear()
    dimension.dim_value = size
    onnx.save(model, str(path))
