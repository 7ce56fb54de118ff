"""The acoustic side of a stream: samples wait for a whole chunk, the graph turns it into frames.

    push(samples) -> waiting samples -> chunks of one length
      -> acoustic graph (its states are kept here)
      -> log-probabilities, the first `delay_frames` of the stream dropped

The graph only ever runs on whole chunks of the stream's one length, so that the blocks in which
samples arrive change nothing.
Because its output lags by `delay_frames` and a chunk may be half full, some frames of what was
pushed are still to come: `run_ahead` has them now, as though silence followed, on a copy of the
states; the stream itself does not notice, except that it will not hand them out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from auricle.acoustic import AcousticGraph, States

Rows = npt.NDArray[np.float32]

AFTER_THE_END = -0.0
"""Samples of the silence after a recording: a graph may tell them from samples that are zero."""


class AcousticStream:
    """One waveform's way through the graph. Not for several threads at once."""

    def __init__(self, graph: AcousticGraph, *, low_latency: bool = True) -> None:
        self._graph = graph
        self._contract = graph.contract
        frames = self._contract.chunk_frames
        if not low_latency:
            frames = self._contract.file_chunk_frames or frames
        self._chunk_samples = frames * self._contract.frame_samples
        self._waiting: list[npt.NDArray[np.float32]] = []
        self._waiting_samples = 0
        self._states: States | None = None  # before the first chunk
        self._computed_frames = -self._contract.delay_frames
        self._handed_frames = 0
        self.pushed_samples = 0

    @property
    def seconds(self) -> float:
        """Seconds of audio taken so far."""
        return self.pushed_samples / self._contract.sample_rate

    @property
    def ready_chunks(self) -> int:
        """Whole chunks that wait for the graph."""
        return self._waiting_samples // self._chunk_samples

    def push(self, samples: npt.NDArray[np.float32]) -> None:
        """Take the next samples, float32 (S,)."""
        self._waiting.append(samples + np.float32(0.0))  # no -0 before the end
        self._waiting_samples += len(samples)
        self.pushed_samples += len(samples)

    def run(self) -> Rows:
        """Run the next whole chunk and return its log-probabilities, float32 (T, V)."""
        return run_together([self])[0]

    def feed(self, samples: npt.NDArray[np.float32]) -> Iterator[Rows]:
        """Take the next samples and yield what all whole chunks give."""
        self.push(samples)
        while self.ready_chunks:
            yield self.run()

    def run_ahead(self) -> Rows:
        """Return the frames still owed for what was pushed, as though silence followed: (T, V)."""
        wanted = -(-self.pushed_samples // self._contract.frame_samples)
        states, computed = self._begun(), self._computed_frames
        waiting = np.concatenate([np.zeros(0, np.float32), *self._waiting])
        rows = [np.zeros((0, self._graph.columns), np.float32)]
        while computed < wanted:
            chunk = np.full(self._chunk_samples, AFTER_THE_END, np.float32)
            head, waiting = waiting[: self._chunk_samples], waiting[self._chunk_samples :]
            chunk[: len(head)] = head
            log_probs, states = self._graph.run(chunk[None], states)
            skip = max(0, self._handed_frames - computed)
            computed += log_probs.shape[1]
            fresh = log_probs[0, skip:][: wanted - self._handed_frames]
            self._handed_frames += len(fresh)
            rows.append(fresh)
        return np.concatenate(rows)

    def _begun(self) -> States:
        if self._states is None:
            self._states = self._graph.initial_states()
        return self._states

    def _take_chunk(self) -> npt.NDArray[np.float32]:
        if len(self._waiting) > 1:
            self._waiting = [np.concatenate(self._waiting)]
        samples = self._waiting[0]
        self._waiting[0] = samples[self._chunk_samples :]
        self._waiting_samples -= self._chunk_samples
        if not self._waiting_samples:
            self._waiting.clear()
        return samples[: self._chunk_samples]

    def _accept(self, rows: Rows, states: States) -> Rows:
        self._states = states
        skip = max(0, self._handed_frames - self._computed_frames)
        self._computed_frames += len(rows)
        rows = rows[skip:]
        self._handed_frames += len(rows)
        return rows


def run_together(streams: Sequence[AcousticStream]) -> list[Rows]:
    """Run the next whole chunk of several streams of one graph as one batch.

    Batches change nothing beyond rounding, but for LSTM cells of 8 bits: there the streams of a
    batch share the scales of their activations, which moves log-probabilities a little
    (docs/decisions/0005).

    Args:
        streams: At least one; each has a whole chunk ready and occurs once.

    Returns:
        For each stream its new log-probabilities, float32 (T, V).
    """
    graph = streams[0]._graph
    samples = np.stack([stream._take_chunk() for stream in streams])  # (B, S)
    if len(streams) == 1:
        log_probs, states = graph.run(samples, streams[0]._begun())
        return [streams[0]._accept(log_probs[0], states)]
    before = [stream._begun() for stream in streams]
    names = list(before[0])
    joined = {name: np.concatenate([states[name] for states in before]) for name in names}
    log_probs, states = graph.run(samples, joined)  # (B, T, V)
    return [
        stream._accept(log_probs[k], {name: states[name][k : k + 1].copy() for name in names})
        for k, stream in enumerate(streams)
    ]
