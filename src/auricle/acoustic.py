"""The acoustic graph of a package, run block by block on ONNX Runtime."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from auricle.errors import ModelError
from auricle.package import Acoustic

States = dict[str, npt.NDArray[np.float32]]


class AcousticGraph:
    """Samples and states in, log-probabilities and states out. Immutable; threads may share it."""

    def __init__(self, path: Path, contract: Acoustic, threads: int = 1) -> None:
        """Load the graph.

        Args:
            path: The ONNX file.
            contract: What the package says of it.
            threads: Threads that one run may use.

        Raises:
            ModelError: The file is not a graph, or not the one that the contract describes.
        """
        import onnxruntime  # here, for `import auricle` is to be quick

        if os.environ.get("ORT_DISABLE_TELEMETRY") == "1":  # where it was imported before auricle
            onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions share no base class
            raise ModelError(f"{path}: not an ONNX graph that runs here ({error})") from error
        self.contract = contract
        self._inputs = ["samples", *(state.name for state in contract.states)]
        self._outputs = ["log_probs", *(f"next_{state.name}" for state in contract.states)]
        self._check_names(path)
        self.columns = self._try_chunk(path)  # log-probabilities of a frame

    def initial_states(self, batch: int = 1) -> States:
        """Return the states at the beginning of a stream: zeros, float32 (B, ...)."""
        return {
            state.name: np.zeros((batch, *state.shape), np.float32)
            for state in self.contract.states
        }

    def run(
        self, samples: npt.NDArray[np.float32], states: States
    ) -> tuple[npt.NDArray[np.float32], States]:
        """Run the next block of a stream.

        Args:
            samples: float32 (B, S), S a multiple of the contract's frame_samples.
            states: As returned for the block before.

        Returns:
            Log-probabilities float32 (B, T, V), natural log, and the next states.
        """
        results: list[Any] = self._session.run(self._outputs, {"samples": samples, **states})
        return results[0], dict(zip(self._inputs[1:], results[1:], strict=True))

    def _try_chunk(self, path: Path) -> int:
        """Run a chunk of silence: what comes out is the graph's own word on its shapes.

        Returns:
            Log-probabilities of a frame.
        """
        silence = np.zeros((1, self.contract.chunk_samples), np.float32)
        states = self.initial_states()
        try:
            log_probs, next_states = self.run(silence, states)
        except Exception as error:  # onnxruntime's own exceptions share no base class
            raise ModelError(f"{path}: does not fit its auricle.json ({error})") from error
        given = [log_probs.shape[:2], *(next_states[name].shape for name in states)]
        wanted = [(1, self.contract.chunk_frames), *(state.shape for state in states.values())]
        if given != wanted or log_probs.ndim != 3:
            raise ModelError(
                f"{path}: does not fit its auricle.json: a chunk gives the shapes {given}, not "
                f"{wanted}; install it again"
            )
        return int(log_probs.shape[2])

    def _check_names(self, path: Path) -> None:
        inputs = {item.name for item in self._session.get_inputs()}
        outputs = {item.name for item in self._session.get_outputs()}
        missing = (set(self._inputs) - inputs) | (set(self._outputs) - outputs)
        if missing or inputs - set(self._inputs):
            wrong = ", ".join(sorted(missing | (inputs - set(self._inputs))))
            raise ModelError(f"{path}: does not fit its auricle.json at {wrong}; install it again")
