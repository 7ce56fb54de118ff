"""The acoustic side of a recording whose graph reads whole utterances, as bidirectional ones do.

    push(samples) -> waiting samples -> pieces of at most 30 s, cut where it is quietest
      -> acoustic graph, each piece by itself -> log-probabilities

A piece begins and ends at a multiple of the chunk, so that frames stay where they are in time.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from auricle.acoustic import AcousticGraph
from auricle.acoustic_stream import AcousticStream, Rows

LONGEST_SECONDS = 30.0  # of a piece, which bounds the memory of a run
SHORTEST_SECONDS = 15.0
_PAUSE_SECONDS = 0.2  # looked at around a possible cut


def acoustics_of(graph: AcousticGraph, *, low_latency: bool = True) -> AcousticStream:
    """Return a waveform's way through a graph, whether it streams or not."""
    if not graph.contract.streaming:
        return UtteranceAcoustics(graph)
    return AcousticStream(graph, low_latency=low_latency)


class UtteranceAcoustics(AcousticStream):
    """A recording's way through a graph that cannot stream. Not for several threads at once."""

    def __init__(self, graph: AcousticGraph) -> None:
        super().__init__(graph)
        rate = self._contract.sample_rate
        self._longest = int(LONGEST_SECONDS * rate) // self._chunk_samples
        self._shortest = int(SHORTEST_SECONDS * rate) // self._chunk_samples
        self._pause = int(_PAUSE_SECONDS * rate) // 2

    @property
    def ready_chunks(self) -> int:
        """Pieces that wait for the graph: one where there is enough to cut it well."""
        return int(self._waiting_samples >= self._longest * self._chunk_samples + self._pause)

    def run(self) -> Rows:
        """Cut a piece off and return its log-probabilities, float32 (T, V)."""
        waiting = np.concatenate(self._waiting)
        cut = self._chunk_samples * min(
            range(self._shortest, self._longest + 1),
            key=lambda place: self._loudness(waiting, place),
        )
        self._waiting, self._waiting_samples = [waiting[cut:]], len(waiting) - cut
        return self._run_piece(waiting[:cut])

    def run_ahead(self) -> Rows:
        """Return the log-probabilities of all that waits, which is the last piece: (T, V)."""
        waiting = np.concatenate([np.zeros(0, np.float32), *self._waiting])
        self._waiting, self._waiting_samples = [], 0
        if not len(waiting):
            return np.zeros((0, self._graph.columns), np.float32)
        return self._run_piece(waiting)

    def _run_piece(self, samples: npt.NDArray[np.float32]) -> Rows:
        frames = -(-len(samples) // self._contract.frame_samples)
        padded = np.pad(samples, (0, -len(samples) % self._chunk_samples))
        log_probs, _ = self._graph.run(padded[None], {})
        rows: Rows = log_probs[0, :frames]
        return rows

    def _loudness(self, samples: npt.NDArray[np.float32], place: int) -> float:
        """Return the power around a multiple of the chunk."""
        around = place * self._chunk_samples
        return float(np.square(samples[around - self._pause : around + self._pause]).mean())
