"""Acoustic models as TensorFlow Lite files, with weights in float32, float16 or int8.

A file is a list of operators over tensors. Constants are tensors with data; weights of 8 bits carry
a scale. The LSTM is unrolled, its kernel shared by all steps, so that the dense layers and the
LSTM are the distinct weights of all FULLY_CONNECTED operators in their order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from auricle.conversion.acoustic_model import (
    AcousticModel,
    Floats,
    FrontEnd,
    Layer,
    check_operators,
    check_version,
    read_alphabet,
    the_clip,
)
from auricle.errors import DependencyError, ModelError

_OPERATORS = {
    *("RESHAPE", "AudioSpectrogram", "Mfcc", "FULLY_CONNECTED", "RELU", "MINIMUM", "SOFTMAX"),
    *("STRIDED_SLICE", "SLICE", "UNPACK", "PACK", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE"),
    *("CONCATENATION", "SPLIT", "SPLIT_V", "LOGISTIC", "TANH", "MUL", "ADD", "DEQUANTIZE"),
}
_LAYERS = 6
_DTYPES = {"FLOAT32": np.float32, "FLOAT16": np.float16, "INT8": np.int8, "UINT8": np.uint8}


def read_tflite(path: Path) -> AcousticModel:
    """Read a .tflite file.

    Raises:
        ModelError: The file is damaged, or no model of DeepSpeech 0.9 or Coqui STT.
        DependencyError: The package `tflite` is not installed.
    """
    try:
        import tflite
    except ModuleNotFoundError as error:
        raise DependencyError(
            f"reading .tflite files needs {error.name}: pip install 'auricle[convert]'"
        ) from error
    data = path.read_bytes()
    if not tflite.Model.ModelBufferHasIdentifier(data, 0):
        raise ModelError("it is not a TensorFlow Lite file, or a truncated one")
    try:
        return _Reader(tflite, data).model()
    except ModelError:
        raise
    except Exception as error:  # the reader of flatbuffers knows no error of its own
        raise ModelError(
            f"it is a damaged TensorFlow Lite file ({error}); take it from its origin again"
        ) from error


class _Reader:
    def __init__(self, tflite: Any, data: bytes) -> None:
        self._tflite = tflite
        self._model = tflite.Model.GetRootAs(data, 0)
        self._graph = self._model.Subgraphs(0)
        if self._graph is None:
            raise ModelError("it is a TensorFlow Lite file without a graph")
        names = vars(tflite.BuiltinOperator).items()
        self._builtin = {code: name for name, code in names if isinstance(code, int)}
        self._types = {code: name for name, code in vars(tflite.TensorType).items()}
        count = self._graph.OperatorsLength()
        self._operators = [self._graph.Operators(k) for k in range(count)]
        self._producer = {int(out): op for op in self._operators for out in op.OutputsAsNumpy()}
        outputs = self._graph.OutputsAsNumpy() if self._graph.OutputsLength() else []
        self._outputs = {self._name(int(index)): int(index) for index in outputs}
        self._stored_as: set[str] = set()

    def model(self) -> AcousticModel:
        check_version(self._number("metadata_version") if self._has("metadata_version") else None)
        self._check_operators()
        layers = self._layers()
        features = self._input_shape("input_node")
        return AcousticModel(
            front_end=self._front_end(),
            context=(features[2] - 1) // 2,
            dense=(layers[0], layers[1], layers[2]),
            lstm=layers[3],
            last_dense=layers[4],
            output=layers[5],
            clip=self._clip(),
            labels=read_alphabet(self._string("metadata_alphabet")),
            language=self._string("metadata_language").decode("utf-8", "replace")
            if self._has("metadata_language")
            else "",
            stored_as=" and ".join(sorted(self._stored_as)),
        )

    def _name(self, index: int) -> str:
        return str(self._graph.Tensors(index).Name().decode("utf-8"))

    def _has(self, name: str) -> bool:
        return name in self._outputs

    def _kind(self, operator: Any) -> str:
        code = self._model.OperatorCodes(operator.OpcodeIndex())
        if code.CustomCode() is not None:
            return str(code.CustomCode().decode("utf-8"))
        number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        return str(self._builtin.get(number, f"operator {number}"))

    def _check_operators(self) -> None:
        kinds = {self._kind(operator) for operator in self._operators}
        check_operators(kinds, _OPERATORS)
        if missing := {"FULLY_CONNECTED", "AudioSpectrogram", "Mfcc", "SOFTMAX"} - kinds:
            raise ModelError(
                f"its graph has no {', '.join(sorted(missing))}: it is not a model of DeepSpeech"
            )
        for operator in self._of_kind("ADD"):
            if any(self._is_constant(index) for index in operator.InputsAsNumpy()):
                raise ModelError("its LSTM has a forget bias of its own, which is not converted")

    def _of_kind(self, kind: str) -> list[Any]:
        return [operator for operator in self._operators if self._kind(operator) == kind]

    def _is_constant(self, index: int) -> bool:
        return bool(self._model.Buffers(self._graph.Tensors(index).Buffer()).DataLength())

    def _constant(self, index: int) -> tuple[Any, bytes]:
        """Return the tensor, and the data of it or of what only reshapes or converts it."""
        for _ in range(4):
            if self._is_constant(index):
                tensor = self._graph.Tensors(index)
                return tensor, self._model.Buffers(tensor.Buffer()).DataAsNumpy().tobytes()
            if index not in self._producer:
                break
            index = int(self._producer[index].Inputs(0))
        raise ModelError(f"{self._name(index)} is no constant: it is not a model of DeepSpeech")

    def _data(self, name: str) -> bytes:
        if not self._has(name):
            raise ModelError(f"it has no {name}: it is not a model of DeepSpeech")
        return self._constant(self._outputs[name])[1]

    def _number(self, name: str) -> int:
        return int(np.frombuffer(self._data(name), "<i4")[0])

    def _string(self, name: str) -> bytes:
        """Return the first of the strings of a tensor: count, where each begins, all texts."""
        data = self._data(name)
        begin, end = (int.from_bytes(data[k : k + 4], "little") for k in (4, 8))
        if not 12 <= begin <= end <= len(data):
            raise ModelError(f"its {name} is damaged; take the file from its origin again")
        return data[begin:end]

    def _weights(self, index: int) -> Floats:
        tensor, data = self._constant(index)
        kind = self._types.get(tensor.Type(), str(tensor.Type()))
        if kind not in _DTYPES:
            raise ModelError(f"weights of type {kind} are not converted")
        shape = [tensor.Shape(axis) for axis in range(tensor.ShapeLength())]
        values = np.frombuffer(data, _DTYPES[kind]).reshape(shape)
        quantisation = tensor.Quantization()
        if kind in {"INT8", "UINT8"}:
            if quantisation is None or quantisation.ScaleLength() != 1:
                raise ModelError("weights of 8 bits have no single scale; they are not converted")
            zero = int(quantisation.ZeroPoint(0)) if quantisation.ZeroPointLength() else 0
            scale = quantisation.ScaleAsNumpy()[0]
            values = (values.astype(np.float32) - np.float32(zero)) * np.float32(scale)
        if values.ndim == 2:
            self._stored_as.add(kind.lower())
        return values.astype(np.float32)

    def _layers(self) -> list[Layer]:
        found: dict[int, Layer] = {}
        for operator in self._of_kind("FULLY_CONNECTED"):
            weights, bias = int(operator.Inputs(1)), int(operator.Inputs(2))
            if weights not in found:
                found[weights] = Layer(self._weights(weights).T, self._weights(bias))
        if len(found) != _LAYERS:
            raise ModelError(
                f"it has {len(found)} layers, a model of DeepSpeech {_LAYERS} (four dense, one "
                "LSTM and the output)"
            )
        return list(found.values())

    def _clip(self) -> float:
        return the_clip(float(self._weights(int(op.Inputs(1)))) for op in self._of_kind("MINIMUM"))

    def _input_shape(self, name: str) -> tuple[int, ...]:
        for index in self._graph.InputsAsNumpy():
            tensor = self._graph.Tensors(index)
            shape = tuple(tensor.Shape(axis) for axis in range(tensor.ShapeLength()))
            if self._name(int(index)) == name and len(shape) == 4:
                return shape
        raise ModelError(f"it has no {name} of four dimensions: it is not a model of DeepSpeech")

    def _front_end(self) -> FrontEnd:
        from flatbuffers import flexbuffers

        def options(kind: str) -> dict[str, Any]:
            found: dict[str, Any] = flexbuffers.Loads(
                self._of_kind(kind)[0].CustomOptionsAsNumpy().tobytes()
            )
            return found

        spectrogram, mfcc = options("AudioSpectrogram"), options("Mfcc")
        if not spectrogram["magnitude_squared"]:
            raise ModelError("its spectrogram is not one of powers; that is not converted")
        return FrontEnd(
            sample_rate=self._number("metadata_sample_rate"),
            window_samples=spectrogram["window_size"],
            step_samples=spectrogram["stride"],
            channels=mfcc["filterbank_channel_count"],
            coefficients=mfcc["dct_coefficient_count"],
            lower_hz=mfcc["lower_frequency_limit"],
            upper_hz=mfcc["upper_frequency_limit"],
        )
