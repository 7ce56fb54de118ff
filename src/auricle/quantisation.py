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


def quantise(source: Path, target: Path, *, but_for: str) -> None:
    """Write a float32 graph with the weights of its LSTM and dense layers in int8.

    Dense layers compute in float32 with their rounded weights: what a graph gives is then the same
    on every processor but for the order of sums, and no stream of a batch touches another.
    LSTM cells, which read all their weights for every step, round what goes into them as well.
    Convolutions and features stay in float32: they are small, and the features need its range.

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
    round_dense_layers(model, but_for)
    onnx.save(model, str(target))


def round_dense_layers(model: ModelProto, but_for: str) -> None:
    """Put the weights of the matrix products of a graph into int8, a scale for each output.

    ONNX Runtime multiplies them out once, when it opens the graph. It is not told to with
    DequantizeLinear: it would take that as leave to round what goes into the layers as well.

    Args:
        model: Graph whose weights (inputs, outputs) are float32; it is changed.
        but_for: Part of the names of the nodes to leave.
    """
    graph = model.graph
    products = [n for n in graph.node if n.op_type == "MatMul" and but_for not in n.name]
    wanted = {product.input[1] for product in products}
    for weight in [tensor for tensor in graph.initializer if tensor.name in wanted]:
        rounded, scales = _rounded(weight)
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


def _rounded(weight: TensorProto) -> tuple[TensorProto, TensorProto]:
    """Return int8 (inputs, outputs) and the float32 scales (outputs) that give it back."""
    values = numpy_helper.to_array(weight)
    scales = np.abs(values).max(axis=0) / LARGEST
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
