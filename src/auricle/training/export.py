"""From a trained network to the acoustic graph of a package.

The graph takes `samples` (B, S) and the states, and gives `log_probs` (B, T, V) and the next
states, whose names begin with `next_`. Batch and length are dynamic.
"""

from __future__ import annotations

import copy
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from auricle.package import Acoustic, State
from auricle.training.rnn import Rnn

ACOUSTIC_FILE = "acoustic.onnx"
FEATURES = "/log_mel/"
"""Part of the names of the nodes that compute features."""


class _Flat(nn.Module):
    """The network with its states as positional tensors, as an exporter wants them."""

    def __init__(self, network: Rnn, names: list[str]) -> None:
        super().__init__()
        self.network = network
        self.names = names

    def forward(self, samples: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        log_probs, following = self.network(samples, dict(zip(self.names, states, strict=True)))
        return (log_probs, *(following[name] for name in self.names))


def describe(network: Rnn, chunk_steps: int) -> Acoustic:
    """Return the contract of a network's graph.

    Args:
        network: The network to be exported.
        chunk_steps: Steps of its recurrent layers that the engine is to run at once.
    """
    options = network.options
    states = network.initial_state(1)
    return Acoustic(
        file=ACOUSTIC_FILE,
        sample_rate=options.features.sample_rate,
        frame_samples=options.frame_samples,
        chunk_frames=chunk_steps * options.rows,
        delay_frames=options.delay_frames,
        states=tuple(State(name, tuple(value.shape[1:])) for name, value in states.items()),
    )


def export_float(network: Rnn, path: Path) -> None:
    """Write the graph in float32."""
    network = copy.deepcopy(network).eval()  # the exporter leaves LSTM layers it has seen unusable
    states = network.initial_state(2)
    names = list(states)
    samples = torch.zeros(2, 4 * network.options.step_samples)
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
