"""Acoustic graphs with weights of 8 bits."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic


def quantise(source: Path, target: Path, *, but_for: str) -> None:
    """Write a float32 graph with the weights of its LSTM and dense layers in int8.

    Convolutions and features stay in float32: they are small, and the features need its range.

    Args:
        source: Graph in float32.
        target: Graph to write.
        but_for: Part of the names of the nodes that compute features.
    """
    graph = onnx.load(str(source)).graph
    with _without_advice():
        quantize_dynamic(
            str(source),
            str(target),
            op_types_to_quantize=["LSTM", "MatMul"],
            nodes_to_exclude=[node.name for node in graph.node if but_for in node.name],
            weight_type=QuantType.QInt8,
            per_channel=False,
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
