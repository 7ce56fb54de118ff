"""Acoustic graphs with weights of 8 bits."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

LARGEST = 127  # a weight of 8 bits, either sign
_OUTPUT_AXES = {"MatMul": 1, "Conv": 0}  # of the weights


def quantise(source: Path, target: Path, *, but_for: str) -> None:
    """Write a float32 graph with the weights of its layers in int8.

    Dense layers and convolutions compute in float32 with their rounded weights: what a graph gives
    is then the same on every processor but for the order of sums, and no stream of a batch touches
    another. LSTM cells, which read all their weights for every step, round what goes into them as
    well.
    Features stay in float32, whose range they need.

    Args:
        source: Graph in float32.
        target: Graph to write.
        but_for: Part of the names of the nodes that compute features.
    """
    with _without_advice():
        quantize_dynamic(
            str(source), str(target), op_types_to_quantize=["LSTM"], weight_type=QuantType.QInt8
        )
    model = onnx.load(str(target))
    round_weights(model, but_for)
    onnx.save(model, str(target))


def round_weights(model: ModelProto, but_for: str) -> None:
    """Put the weights of a graph's matrix products and convolutions into int8.

    Each output has a scale of its own. Convolutions of single channels, which are small, are left.

    ONNX Runtime multiplies them out once, when it opens the graph. It is not told to with
    DequantizeLinear: it would take that as leave to round what goes into the layers as well.

    Args:
        model: Graph whose weights are float32; it is changed.
        but_for: Part of the names of the nodes to leave.
    """
    graph = model.graph
    layers = {
        node.input[1]: node.op_type
        for node in graph.node
        if node.op_type in _OUTPUT_AXES and but_for not in node.name
    }
    for weight in [tensor for tensor in graph.initializer if tensor.name in layers]:
        kind = layers[weight.name]
        if kind == "Conv" and weight.dims[1] == 1:
            continue
        rounded, scales = _rounded(weight, _OUTPUT_AXES[kind])
        graph.initializer.remove(weight)
        graph.initializer.extend([rounded, scales])
        whole = f"{weight.name}_whole"
        cast = helper.make_node("Cast", [rounded.name], [whole], whole, to=TensorProto.FLOAT)
        scale = helper.make_node("Mul", [whole, scales.name], [weight.name], weight.name)
        graph.node.insert(0, scale)
        graph.node.insert(0, cast)


def rounds_inputs(path: Path) -> bool:
    """Whether a graph rounds what goes into its layers, to a scale that the whole input decides.

    Its results then depend on how much it hears at once.
    """
    model = onnx.load(str(path), load_external_data=False)
    return any(node.op_type.startswith("DynamicQuantize") for node in model.graph.node)


def _rounded(weight: TensorProto, axis: int) -> tuple[TensorProto, TensorProto]:
    """Return int8 and the float32 scales, one for each place of an axis, that give it back."""
    values = numpy_helper.to_array(weight)
    others = tuple(other for other in range(values.ndim) if other != axis)
    scales = np.abs(values).max(axis=others, keepdims=axis < values.ndim - 1) / LARGEST
    scales[scales == 0.0] = 1.0
    rounded = np.rint(values / scales).astype(np.int8)
    return (
        numpy_helper.from_array(rounded, f"{weight.name}_rounded"),
        numpy_helper.from_array(scales.astype(np.float32), f"{weight.name}_scales"),
    )


@contextlib.contextmanager
def _without_advice() -> Iterator[None]:
    """Leave out what ONNX Runtime advises for other graphs, to whoever exports."""

    def wanted(record: logging.LogRecord) -> bool:
        return "pre-processing before quantization" not in record.getMessage()

    logging.getLogger().addFilter(wanted)
    try:
        yield
    finally:
        logging.getLogger().removeFilter(wanted)
