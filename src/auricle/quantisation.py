"""Acoustic graphs with weights of 8 bits."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic


def quantise(source: Path, target: Path, *, but_for: Sequence[str]) -> None:
    """Write a float32 graph with the weights of its LSTM and dense layers in int8.

    Each output of a layer has a scale of its own. Convolutions stay in float32: they are small.

    Args:
        source: Graph in float32.
        target: Graph to write.
        but_for: Parts of the names of the nodes that stay in float32.
    """
    nodes = onnx.load(str(source)).graph.node
    exact = [node.name for node in nodes if any(part in node.name for part in but_for)]
    with _without_advice():
        quantize_dynamic(
            str(source),
            str(target),
            op_types_to_quantize=["LSTM", "MatMul"],
            nodes_to_exclude=exact,
            weight_type=QuantType.QInt8,
            per_channel=True,
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
