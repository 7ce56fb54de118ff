"""What is inside an exported acoustic model of DeepSpeech or Coqui STT.

    samples -> MFCC -> each frame with its neighbours -> three dense layers -> LSTM
            -> dense layer -> output layer -> probabilities of the labels and the blank

(Hannun et al., 2014, with one LSTM in place of the two-way layer.) The blank comes last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from auricle.errors import ModelError

Floats = npt.NDArray[np.float32]

GRAPH_VERSION = 6
"""That of DeepSpeech 0.9 and of all Coqui STT; older exports lack what is needed."""

BYTES = tuple(bytes([byte]) for byte in range(1, 256))
"""The labels of a model in bytes output mode."""


@dataclass(frozen=True)
class FrontEnd:
    """How the model hears: the parameters of TensorFlow's audio_spectrogram and mfcc."""

    sample_rate: int  # Hz
    window_samples: int
    step_samples: int
    channels: int  # of the mel filterbank
    coefficients: int
    lower_hz: float
    upper_hz: float


@dataclass(frozen=True)
class Layer:
    """Weights float32 (inputs, outputs) and bias float32 (outputs,)."""

    weights: Floats
    bias: Floats


@dataclass(frozen=True)
class AcousticModel:
    """An acoustic model, weights in float32 whatever they were stored as.

    Raises:
        ModelError: The layers do not fit each other, the labels or the front end.
    """

    front_end: FrontEnd
    context: int  # frames before and after each
    dense: tuple[Layer, Layer, Layer]
    lstm: Layer  # inputs: those of the layer, then its own state; outputs: gates i, c, f, o
    last_dense: Layer
    output: Layer
    clip: float  # of the dense layers' rectifiers
    labels: tuple[bytes, ...]
    language: str
    stored_as: str  # such as "float32"

    def __post_init__(self) -> None:
        size = self.hidden
        inputs = (2 * self.context + 1) * self.front_end.coefficients
        shapes = [layer.weights.shape for layer in (*self.dense, self.lstm)]
        shapes += [self.last_dense.weights.shape, self.output.weights.shape]
        first, second = shapes[0][-1], shapes[1][-1]
        third, last = shapes[2][-1], shapes[4][-1]
        expected = [
            (inputs, first),
            (first, second),
            (second, third),
            (third + size, 4 * size),
            (size, last),
            (last, len(self.labels) + 1),
        ]
        if shapes != expected:
            raise ModelError(
                f"the layers have shapes {shapes}, but with {len(self.labels)} labels and "
                f"{inputs} features {expected} are expected: it is not a model of DeepSpeech"
            )
        layers = (*self.dense, self.lstm, self.last_dense, self.output)
        if any(layer.bias.shape != layer.weights.shape[1:] for layer in layers):
            raise ModelError("a bias does not fit its layer: it is not a model of DeepSpeech")
        if not all(np.isfinite(layer.weights).all() for layer in layers):
            raise ModelError("weights are infinite or not numbers; the file is damaged")

    @property
    def hidden(self) -> int:
        """Units of the LSTM."""
        return int(self.lstm.weights.shape[-1]) // 4

    @property
    def spells_bytes(self) -> bool:
        """Whether the model is one of bytes output mode."""
        return self.labels == BYTES


def read_alphabet(data: bytes) -> tuple[bytes, ...]:
    """Read the labels as the model holds them: a count, then number, length and text of each.

    Raises:
        ModelError: The data end early, or the labels are not numbered from 0.
    """
    labels: dict[int, bytes] = {}
    count, at = int.from_bytes(data[:2], "little"), 2
    for _ in range(count):
        number, length = (int.from_bytes(data[k : k + 2], "little") for k in (at, at + 2))
        at += 4 + length
        labels[number] = data[at - length : at]
    if at > len(data) or not count or sorted(labels) != list(range(count)):
        raise ModelError("its alphabet is damaged; take the file from its origin again")
    return tuple(labels[number] for number in range(count))


def check_version(version: int | None) -> None:
    """Refuse exports of DeepSpeech before 0.9.

    Raises:
        ModelError: The version is another one, or there is none.
    """
    if version is None:
        raise ModelError(
            "it has no metadata_version, so it is not a model that DeepSpeech 0.9 or Coqui STT "
            "exported; give output_graph.pb, .pbmm or .tflite of one"
        )
    if version != GRAPH_VERSION:
        raise ModelError(
            f"its graph has version {version}; {GRAPH_VERSION} is read, that of DeepSpeech 0.7 to "
            "0.9 and of Coqui STT: export the checkpoint again with one of these"
        )


def check_operators(used: Collection[str], known: Collection[str]) -> None:
    """Refuse graphs that hold more than models of DeepSpeech do.

    Raises:
        ModelError: An operator is used that is not known.
    """
    if unknown := sorted(set(used) - set(known)):
        raise ModelError(
            f"its graph uses {', '.join(unknown)}, which models of DeepSpeech's ordinary "
            "geometry do not (layer normalisation is not converted)"
        )


def the_clip(clips: Iterable[float]) -> float:
    """Return where all rectifiers clip.

    Raises:
        ModelError: They clip at several places, or nowhere.
    """
    found = sorted(set(clips))
    if len(found) != 1:
        raise ModelError(f"its dense layers are clipped at {found}; one is expected")
    return found[0]
