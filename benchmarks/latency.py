"""Latency from the end of a word's audio to its first appearance, playing in real time.

    python benchmarks/latency.py [RECORDING|MANIFEST...] [--model en] [--limit N]
                                 [--virtual] [--chunk-frames N]

Without recordings the test clips are played (a minute); of a manifest the first --limit utterances.

Each recording is fed in blocks at the pace of speech, and what a reader has before the eyes is
noted with its time. When the stream has ended, forced alignment (`Model.align`) finds in the
recording where each word of the final text ends. From there on two latencies are counted:

- of the word: up to the first moment when it stood there with its last letter, as in the final text
  (within 0.3 s of its place);
- of its place: up to the first moment when any word, or the beginning of one, stood there.

A word is revised if another one, which is not its beginning, stood in its place first; those that
were not are also counted by themselves (`steady`).

With --virtual nothing is waited for, and processor time stands for the time of the work: on a
machine that others use, this is what an idle one would take. --chunk-frames runs the graph on
chunks of another length than the package's.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

import auricle
from auricle.alignment import AlignedWord
from auricle.audio import read_audio
from auricle.manifest import read_manifest, read_utterance

CLIPS = Path(__file__).parents[1] / "tests" / "data" / "speech"
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


@dataclass(frozen=True)
class Shown:
    """The words before a reader's eyes from a moment on."""

    when: float  # seconds since the recording began to play
    words: tuple[auricle.Word, ...]


@dataclass
class Figures:
    """Of all words of all recordings."""

    word: list[float] = field(default_factory=list)  # seconds from a word's end
    place: list[float] = field(default_factory=list)
    steady: list[float] = field(default_factory=list)  # ... of the words that were not revised

    def add(self, word: AlignedWord, shown: Sequence[Shown]) -> None:
        """Count a word of the final text."""
        middle = (word.start + word.end) / 2
        there = [
            (moment.when, other.text)
            for moment in shown
            for other in moment.words
            if other.start <= middle < other.end
        ]
        right = [
            moment.when
            for moment in shown
            for other in moment.words
            if other.text == word.text and abs(other.start - word.start) <= NEAR_SECONDS
        ]
        if not right:  # alignment has it elsewhere: its place is not known
            return
        self.word.append(right[0] - word.end)
        self.place.append(min([right[0], *(when for when, _ in there)]) - word.end)
        before = [text for when, text in there if when < right[0]]
        if all(word.text.startswith(text) for text in before):
            self.steady.append(self.word[-1])


def play(
    model: auricle.Model, samples: np.ndarray, block: int, clock: RealClock | VirtualClock
) -> list[Shown]:
    """Return what was shown; the last is the final text."""
    shown: list[Shown] = []
    ended: tuple[auricle.Word, ...] = ()
    with model.stream() as stream:
        for start in range(0, len(samples), block):
            end = min(start + block, len(samples))
            clock.wait_until(end / model.sample_rate)
            stream.feed(samples[start:end])
            for event in stream.take_events():
                if event.kind == "final":
                    ended += event.segment.words
                open_words = event.words if event.kind == "partial" else ()
                shown.append(Shown(clock.now(), ended + open_words))
        shown.append(Shown(clock.now(), stream.finish().words))
    return shown


def recordings(model: auricle.Model, path: str, limit: int) -> Iterator[np.ndarray]:
    """Yield the samples of a recording, or of the first utterances of a manifest."""
    if not path.endswith((".jsonl.gz", ".jsonl", ".csv", ".tsv")):
        yield read_audio(path, model.sample_rate)
        return
    for utterance in read_manifest(Path(path))[:limit]:
        yield read_utterance(utterance, model.sample_rate)


def of(seconds: Sequence[float]) -> dict[str, int]:
    if not seconds:
        return {}
    median, p95 = (1000 * float(np.percentile(seconds, share)) for share in (50, 95))
    return {"median_ms": round(median), "p95_ms": round(p95)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recordings", nargs="*", default=sorted(map(str, CLIPS.glob("*.flac"))))
    parser.add_argument("--model", default="en")
    parser.add_argument("--limit", type=int, default=100, help="utterances of a manifest")
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
    block = model.sample_rate * arguments.block_ms // 1000
    figures = Figures()
    for path in arguments.recordings:
        for samples in recordings(model, path, arguments.limit):
            shown = play(model, samples, block, clock())
            text = model.vocabulary.separator.join(word.text for word in shown[-1].words)
            if not text:
                continue
            alignment = model.align(samples, text, sample_rate=model.sample_rate)
            for word in alignment.words:
                if word.said:
                    figures.add(word, shown)
    contract = model.info.acoustic
    frame = contract.frame_samples / contract.sample_rate
    report = {
        "words": len(figures.word),
        "word": of(figures.word),
        "place": of(figures.place),
        "steady": of(figures.steady),
        "revised_share": round(1.0 - len(figures.steady) / max(1, len(figures.word)), 3),
        "chunk_ms": round(1000 * frame * contract.chunk_frames),
        "delay_ms": round(1000 * frame * contract.delay_frames),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
