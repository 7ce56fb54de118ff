"""Acoustic models as TensorFlow graphs: .pb, and .pbmm, whose weights lie beside the graph.

A .pb is one GraphDef message. A .pbmm is a row of regions; its last eight bytes tell where their
directory begins, one region is the GraphDef, and nodes of kind ImmutableConst name the region that
has their values.

TensorFlow's messages are declared here as far as they are read, which spares the dependency;
protobuf itself parses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

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

# message: {field: (number, type, repeated)}
_MESSAGES: Mapping[str, Mapping[str, tuple[int, str, bool]]] = {
    "Dimension": {"size": (1, "int64", False)},
    "Shape": {"dim": (2, "Dimension", True)},
    "Tensor": {
        "dtype": (1, "int32", False),
        "tensor_shape": (2, "Shape", False),
        "tensor_content": (4, "bytes", False),
        "float_val": (5, "float", True),
        "int_val": (7, "int32", True),
        "string_val": (8, "bytes", True),
    },
    "Value": {
        "s": (2, "bytes", False),
        "i": (3, "int64", False),
        "f": (4, "float", False),
        "b": (5, "bool", False),
        "type": (6, "int32", False),
        "shape": (7, "Shape", False),
        "tensor": (8, "Tensor", False),
    },
    "Attribute": {"key": (1, "string", False), "value": (2, "Value", False)},
    "Node": {
        "name": (1, "string", False),
        "op": (2, "string", False),
        "input": (3, "string", True),
        "attr": (5, "Attribute", True),
    },
    "Graph": {"node": (1, "Node", True)},
    "Region": {
        "offset": (1, "uint64", False),
        "name": (2, "string", False),
        "length": (3, "uint64", False),
    },
    "Directory": {"element": (1, "Region", True)},
}
_DTYPES = {1: np.dtype("<f4"), 3: np.dtype("<i4")}
_PLACE = "memmapped_package://"
_LSTM = "BlockLSTM"
_OPERATIONS = {
    *("Placeholder", "Const", "ImmutableConst", "Identity", "ExpandDims", "AudioSpectrogram"),
    *("Mfcc", "Reshape", "Transpose", "MatMul", "BiasAdd", "Relu", "Minimum", "Softmax", _LSTM),
    *("Max", "Cast", "Range", "Less", "Tile", "Mul", "ConcatV2", "Pack", "GatherNd", "NoOp"),
}


def read_graphdef(path: Path) -> AcousticModel:
    """Read a .pb or .pbmm file, told apart by their content.

    Raises:
        ModelError: The file is damaged, or no model of DeepSpeech 0.7 to 0.9.
        DependencyError: The package `protobuf` is not installed.
    """
    data = path.read_bytes()
    regions = _regions(data)
    if regions is not None and "." not in regions:
        raise ModelError("its directory names no graph; take the file from its origin again")
    graph = _parse("Graph", data if regions is None else regions["."])
    if graph is None or not graph.node or not graph.node[0].op:
        raise ModelError(
            "it is not a TensorFlow graph (.pb or .pbmm), or a truncated one; give the file that "
            "DeepSpeech exported"
        )
    return _Reader(graph, regions or {}).model()


@cache
def _message(name: str) -> Any:
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    except ModuleNotFoundError as error:
        raise DependencyError(
            f"reading .pb files needs {error.name}: pip install 'auricle[convert]'"
        ) from error
    file = descriptor_pb2.FileDescriptorProto(
        name="graphdef.proto", package="tensorflow", syntax="proto2"
    )
    types = descriptor_pb2.FieldDescriptorProto
    for message, field_table in _MESSAGES.items():
        described = file.message_type.add(name=message)
        for field, (number, kind, repeated) in field_table.items():
            item = described.field.add(name=field, number=number)
            item.label = types.LABEL_REPEATED if repeated else types.LABEL_OPTIONAL
            if kind in _MESSAGES:
                item.type, item.type_name = types.TYPE_MESSAGE, f".tensorflow.{kind}"
            else:
                item.type = types.Type.Value(f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"tensorflow.{name}"))


def _parse(name: str, data: bytes) -> Any:
    """Return the message in the data, or None."""
    kind = _message(name)
    from google.protobuf.message import DecodeError

    try:
        return kind.FromString(data)
    except DecodeError:
        return None


def _regions(data: bytes) -> dict[str, bytes] | None:
    """Return the regions of a .pbmm by name, or None where it is none."""
    end = len(data) - 8
    begin = int.from_bytes(data[end:], "little") if end > 0 else 0
    if not 0 < begin < end:
        return None
    directory = _parse("Directory", data[begin:end])
    if directory is None or not directory.element:
        return None
    elements = list(directory.element)
    if not all(element.name.startswith(_PLACE) for element in elements):
        return None
    starts = sorted({element.offset for element in elements} | {begin})
    regions = {}
    for element in elements:
        following = [start for start in starts if start > element.offset]
        length = element.length or (following[0] if following else begin) - element.offset
        if element.offset + length > begin:
            raise ModelError("a region lies outside the file; take it from its origin again")
        name = element.name.removeprefix(_PLACE)
        regions[name] = data[element.offset : element.offset + length]
    return regions


class _Reader:
    def __init__(self, graph: Any, regions: Mapping[str, bytes]) -> None:
        self._nodes = {node.name: node for node in graph.node}
        self._regions = regions

    def model(self) -> AcousticModel:
        check_version(self._number("metadata_version") if self._has("metadata_version") else None)
        check_operators({node.op for node in self._nodes.values()}, _OPERATIONS)
        shape = [dim.size for dim in self._attributes("input_node")["shape"].shape.dim]
        if len(shape) != 4:
            raise ModelError("its input_node has not four dimensions")
        dense = [self._dense(number) for number in (1, 2, 3, 5, 6)]
        return AcousticModel(
            front_end=self._front_end(),
            context=(shape[2] - 1) // 2,
            dense=(dense[0], dense[1], dense[2]),
            lstm=self._lstm(),
            last_dense=dense[3],
            output=dense[4],
            clip=self._clip(),
            labels=read_alphabet(self._string("metadata_alphabet")),
            language=self._string("metadata_language").decode("utf-8", "replace")
            if self._has("metadata_language")
            else "",
            stored_as="float32",
        )

    def _has(self, name: str) -> bool:
        return name in self._nodes

    def _node(self, name: str) -> Any:
        if not self._has(name):
            raise ModelError(f"it has no {name}: it is not a model of DeepSpeech")
        return self._nodes[name]

    def _of_kind(self, operation: str) -> list[Any]:
        return [node for node in self._nodes.values() if node.op == operation]

    def _only(self, operation: str) -> Any:
        found = self._of_kind(operation)
        if len(found) != 1:
            raise ModelError(
                f"it has {len(found)} nodes of kind {operation}, a model of DeepSpeech has one"
            )
        return found[0]

    def _attributes(self, name: str) -> dict[str, Any]:
        return {item.key: item.value for item in self._node(name).attr}

    def _constant(self, name: str) -> tuple[Any, Any]:
        """Return the values of a constant, or of what hands one on: dtype and tensor or bytes."""
        node = self._node(name.removeprefix("^").partition(":")[0])
        for _ in range(4):
            attributes = {item.key: item.value for item in node.attr}
            if node.op == "Const":
                return attributes["value"].tensor.dtype, attributes["value"].tensor
            if node.op == "ImmutableConst":
                return attributes["dtype"].type, attributes
            if node.op != "Identity":
                break
            node = self._node(node.input[0])
        raise ModelError(f"{name} is no constant: it is not a model of DeepSpeech")

    def _array(self, name: str) -> npt.NDArray[Any]:
        number, held = self._constant(name)
        if number not in _DTYPES:
            raise ModelError(f"{name} has a type of number that is not converted ({number})")
        dtype = _DTYPES[number]
        if isinstance(held, dict):
            shape = [dim.size for dim in held["shape"].shape.dim]
            region = held["memory_region_name"].s.decode("utf-8", "replace").removeprefix(_PLACE)
            if region not in self._regions:
                raise ModelError(f"the values of {name} are missing; the file is damaged")
            data = self._regions[region]
        else:
            shape = [dim.size for dim in held.tensor_shape.dim]
            data = held.tensor_content
        count = int(np.prod(shape, dtype=np.int64)) if shape else 1
        if isinstance(held, dict) or data:
            if count < 0 or len(data) < count * dtype.itemsize:
                raise ModelError(f"the values of {name} are incomplete; the file is damaged")
            return np.frombuffer(data, dtype, count).reshape(shape)
        listed = np.array(held.float_val if number == 1 else held.int_val, dtype)
        if listed.size not in (1, count):
            raise ModelError(f"the values of {name} are incomplete; the file is damaged")
        return np.broadcast_to(listed, (count,)).reshape(shape)

    def _floats(self, name: str) -> Floats:
        return self._array(name).astype(np.float32)

    def _number(self, name: str) -> int:
        return int(self._array(name).ravel()[0])

    def _string(self, name: str) -> bytes:
        _, held = self._constant(name)
        if isinstance(held, dict) or not held.string_val:
            raise ModelError(f"its {name} is no text: it is not a model of DeepSpeech")
        return bytes(held.string_val[0])

    def _dense(self, number: int) -> Layer:
        return Layer(self._floats(f"layer_{number}/weights"), self._floats(f"layer_{number}/bias"))

    def _lstm(self) -> Layer:
        node = self._only(_LSTM)
        attributes = {item.key: item.value for item in node.attr}
        if len(node.input) != 9:
            raise ModelError("its LSTM has not the inputs that DeepSpeech's has")
        if attributes["use_peephole"].b or attributes["cell_clip"].f > 0.0:
            raise ModelError("its LSTM has peepholes or a clipped cell, which are not converted")
        bias = self._floats(node.input[8])
        forget = np.zeros((4, bias.size // 4), np.float32)
        forget[2] = attributes["forget_bias"].f
        return Layer(self._floats(node.input[4]), bias + forget.ravel())

    def _clip(self) -> float:
        return the_clip(float(self._floats(node.input[1])) for node in self._of_kind("Minimum"))

    def _front_end(self) -> FrontEnd:
        spectrogram = self._attributes(self._only("AudioSpectrogram").name)
        mfcc = self._attributes(self._only("Mfcc").name)
        if not spectrogram["magnitude_squared"].b:
            raise ModelError("its spectrogram is not one of powers; that is not converted")
        return FrontEnd(
            sample_rate=self._number("metadata_sample_rate"),
            window_samples=spectrogram["window_size"].i,
            step_samples=spectrogram["stride"].i,
            channels=mfcc["filterbank_channel_count"].i,
            coefficients=mfcc["dct_coefficient_count"].i,
            lower_hz=mfcc["lower_frequency_limit"].f,
            upper_hz=mfcc["upper_frequency_limit"].f,
        )
