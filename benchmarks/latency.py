"""Latency from the end of a word's audio to its first appearance, playing in real time.

    python benchmarks/latency.py RECORDING... [--model en] [--virtual] [--chunk-frames N]

Each recording is fed in blocks at the pace of speech. A word of the final transcript appears when
the first event holds the same text within 0.3 s of its place; its latency is counted from its end
in the final transcript. A revised word is one that a partial held and the final transcript does
not. With --virtual nothing is waited for, and processor time stands for the time of the work: on a
machine that others use, this is what an idle one would take. --chunk-frames runs the graph on
chunks of another length than the package's.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import replace

import numpy as np

import auricle
from auricle.audio import read_audio

NEAR_SECONDS = 0.3


class RealClock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> float:
        """Return the time, seconds."""
        return time.monotonic() - self._began

    def wait_until(self, moment: float) -> None:
        """Sleep up to a moment, unless it has passed."""
        time.sleep(max(0.0, moment - self.now()))


class VirtualClock:
    """Waits cost nothing, work costs its processor time."""

    def __init__(self) -> None:
        self._skipped = -time.thread_time()

    def now(self) -> float:
        """Return the time, seconds."""
        return self._skipped + time.thread_time()

    def wait_until(self, moment: float) -> None:
        """Skip to a moment, unless it has passed."""
        self._skipped += max(0.0, moment - self.now())


def play(
    model: auricle.Model, samples: np.ndarray, block: int, clock: RealClock | VirtualClock
) -> tuple[list, list]:
    """Return the words of the final transcript, and (time, word) of every word ever shown."""
    stream, shown = model.stream(), []
    for start in range(0, len(samples), block):
        end = min(start + block, len(samples))
        clock.wait_until(end / model.sample_rate)
        stream.feed(samples[start:end])
        for event in stream.take_events():
            words = event.words if event.kind == "partial" else event.segment.words
            shown.extend((clock.now(), word) for word in words)
    final = stream.finish().words
    shown.extend((clock.now(), word) for word in final)
    return list(final), shown


def same(one: auricle.Word, other: auricle.Word) -> bool:
    return one.text == other.text and abs(one.start - other.start) <= NEAR_SECONDS


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recordings", nargs="+")
    parser.add_argument("--model", default="en")
    parser.add_argument("--block-ms", type=int, default=40)
    parser.add_argument("--virtual", action="store_true")
    parser.add_argument("--chunk-frames", type=int)
    arguments = parser.parse_args()
    clock = VirtualClock if arguments.virtual else RealClock
    model = auricle.load(arguments.model)
    if arguments.chunk_frames:
        contract = replace(model.info.acoustic, chunk_frames=arguments.chunk_frames)
        model.info = replace(model.info, acoustic=contract)
        model.acoustic.contract = contract
    latencies, revised, distinct = [], 0, 0
    for recording in arguments.recordings:
        samples = read_audio(recording, model.sample_rate)
        block = model.sample_rate * arguments.block_ms // 1000
        final, shown = play(model, samples, block, clock())
        latencies += [
            next(when for when, word in shown if same(word, wanted)) - wanted.end
            for wanted in final
        ]
        seen: list[auricle.Word] = []
        for _, word in shown:
            if not any(same(word, other) for other in seen):
                seen.append(word)
        distinct += len(seen)
        revised += sum(not any(same(word, wanted) for wanted in final) for word in seen)
    contract = model.info.acoustic
    frame = contract.frame_samples / contract.sample_rate
    report = {
        "words": len(latencies),
        "median_ms": round(1000 * statistics.median(latencies)),
        "p95_ms": round(1000 * float(np.percentile(latencies, 95))),
        "revised_share": round(revised / max(1, distinct), 3),
        "chunk_ms": round(1000 * frame * contract.chunk_frames),
        "delay_ms": round(1000 * frame * contract.delay_frames),
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
