"""The nodes of an ONNX graph while it is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from auricle.package import Acoustic

_OPSET = 17
_IR_VERSION = 8

END = int(np.iinfo(np.int64).max)
"""Where a slice ends that takes all the rest."""


class Nodes:
    """Every method that adds a node or a constant returns the name of what it gives."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._prefix = ""

    def constant(self, values: npt.ArrayLike, dtype: Any = None) -> str:
        """Keep an array in the graph."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def numbers(self, *values: int) -> str:
        """Return a constant list, as of axes."""
        return self.constant(values, np.int64)

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node of one output, which is named where it is one of the graph's."""
        return self.add_many(kind, inputs, [output], **attributes)[0]

    def add_many(
        self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any
    ) -> list[str]:
        """Add a node; outputs without a name get one."""
        number = len(self._nodes)
        base = f"{self._prefix}{kind}_{number}"
        names = [name or f"{base}_{k}" for k, name in enumerate(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, name=base, **attributes))
        return names

    def section(self, name: str) -> None:
        """Let the names of further nodes begin with this, or with nothing."""
        self._prefix = f"{name}/" if name else ""

    def slice(self, value: str, begin: int, end: int, axis: int, output: str = "") -> str:
        """Cut a piece out along an axis."""
        bounds = (self.numbers(number) for number in (begin, end, axis))
        return self.add("Slice", value, *bounds, output=output)

    def finish(self, contract: Acoustic, labels: int) -> onnx.ModelProto:
        """Return the graph with the inputs and outputs of a contract."""

        def described(name: str, shape: Sequence[Any]) -> Any:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])

        states = [(state.name, state.shape) for state in contract.states]
        graph = helper.make_graph(
            self._nodes,
            "acoustic",
            [described("samples", ["samples"]), *(described(*state) for state in states)],
            [
                described("log_probs", ["frames", labels]),
                *(described(f"next_{name}", shape) for name, shape in states),
            ],
            self._constants,
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        made.ir_version = _IR_VERSION
        return made
