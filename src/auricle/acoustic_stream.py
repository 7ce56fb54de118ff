"""The acoustic graph over a stream of samples, in the chunks that it was made for.

    feed(samples) -> waiting samples -> chunks of one length
      -> acoustic graph (its states are kept here)
      -> log-probabilities, the first `delay_frames` of the stream dropped

The graph only ever runs on whole chunks, so that the blocks in which samples arrive change nothing.
`finish` fills the last chunk with silence and feeds as much more as the graph's delay needs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from auricle.acoustic import AcousticGraph

Samples = npt.NDArray[np.float32]
Rows = npt.NDArray[np.float32]


class AcousticStream:
    """Samples of one recording in, log-probabilities out."""

    def __init__(self, graph: AcousticGraph) -> None:
        self._graph = graph
        self._contract = graph.contract
        self._chunk_samples = self._contract.chunk_frames * self._contract.frame_samples
        self._waiting: list[Samples] = []
        self._waiting_samples = 0
        self._states = graph.initial_states()
        self._dropped_frames = 0
        self.fed_samples = 0
        self._frames = 0  # computed so far

    @property
    def seconds(self) -> float:
        """Seconds of audio taken so far."""
        return self.fed_samples / self._contract.sample_rate

    def feed(self, waveform: Samples) -> Iterator[Rows]:
        """Take samples float32 (S,), and yield what whole chunks of them give: float32 (T, V)."""
        self._waiting.append(waveform)
        self._waiting_samples += len(waveform)
        self.fed_samples += len(waveform)
        if self._waiting_samples < self._chunk_samples:
            return
        samples = np.concatenate(self._waiting)
        whole = len(samples) - len(samples) % self._chunk_samples
        self._waiting = [samples[whole:].copy()]
        self._waiting_samples = len(samples) - whole
        for start in range(0, whole, self._chunk_samples):
            yield self._run(samples[start : start + self._chunk_samples])

    def finish(self) -> Iterator[Rows]:
        """Yield what is left: in all, a frame for each whole or begun frame of samples."""
        wanted = -(-self.fed_samples // self._contract.frame_samples)
        last = np.concatenate([*self._waiting, np.zeros(0, np.float32)])
        while self._frames < wanted:
            left = wanted - self._frames
            yield self._run(np.pad(last, (0, self._chunk_samples - len(last))))[:left]
            last = last[:0]

    def _run(self, chunk: Samples) -> Rows:
        log_probs, self._states = self._graph.run(chunk[None], self._states)
        drop = min(self._contract.delay_frames - self._dropped_frames, log_probs.shape[1])
        self._dropped_frames += drop
        rows: Rows = log_probs[0, drop:]  # (T, V)
        self._frames += len(rows)
        return rows
