"""How far word times are off, at joins of recordings whose place is known.

    python benchmarks/alignment.py MODEL MANIFEST [--limit 60] [--pause 0.5]

The utterances of MANIFEST are cut to where their sound begins and ends (within 30 dB of the
loudest; those that noise hides are left out), and joined with PAUSE seconds of silence between.
Then the aligner is given a text that lacks one utterance in ten, and has a sentence that nobody
says after one in ten. The figures: how far the first word's start and the last word's end of each
utterance are from the join, by forced alignment and by recognition (of words that recognition has
right there); how far words that both have are from each other; how much of what was planted is
told; and what the alignment costs as a process of its own that reads a file. Seconds, later is
positive.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

import auricle
from arguments import model_and_manifest
from auricle.alignment import AlignedWord
from auricle.evaluation.alignment import EQUAL, align
from auricle.evaluation.calibrating import sounding
from auricle.manifest import read_manifest, read_utterance
from auricle.text import normaliser
from auricle.transcript import Word

COST = """
import json, pathlib, resource, sys, time
import auricle

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

model = auricle.load(sys.argv[1])
loaded, started = peak(), time.process_time()
words = model.align(sys.argv[2], pathlib.Path(sys.argv[3]).read_text("utf-8")).words
seconds = time.process_time() - started
print(json.dumps({"words": len(words), "processor_seconds": round(seconds, 1),
                  "peak_mb": round(peak()), "loaded_mb": round(loaded)}))
"""
WRONG = "nobody ever planted seventeen purple elephants beside our quiet library"


@dataclass(frozen=True)
class Planted:
    """An utterance in the joined recording."""

    text: str
    start: float  # seconds
    end: float
    missing: bool  # whether the text that is aligned lacks it


def trimmed(samples: np.ndarray) -> np.ndarray | None:
    """Return the part that sounds, or None where noise hides where it begins."""
    sound = sounding(samples)
    return None if sound is None else samples[slice(*sound)]


def join(
    model: auricle.Model, manifest: Path, limit: int, pause: float
) -> tuple[np.ndarray, list[Planted]]:
    """Return the joined recording and where its utterances lie."""
    rate, normalise = model.sample_rate, normaliser(model.info.normaliser)
    parts = [np.zeros(int(pause * rate), np.float32)]
    planted: list[Planted] = []
    for utterance in read_manifest(manifest):
        sound = trimmed(read_utterance(utterance, rate))
        if sound is None:
            continue
        start = sum(map(len, parts)) / rate
        text, missing = normalise(utterance.text), len(planted) % 10 == 5
        planted.append(Planted(text, start, start + len(sound) / rate, missing))
        parts += [sound, parts[0]]
        if len(planted) == limit:
            break
    return np.concatenate(parts), planted


def spread(errors: Sequence[float]) -> dict[str, float]:
    """Return figures of errors in seconds; of none, only that there are none."""
    if not errors:
        return {"words": 0}
    size = np.abs(np.array(errors))
    return {
        "words": len(errors),
        "median": round(float(np.median(errors)), 3),
        "median_size": round(float(np.median(size)), 3),
        "p90_size": round(float(np.percentile(size, 90)), 3),
        "within_0.1": round(float(np.mean(size <= 0.1)), 3),
        "within_0.2": round(float(np.mean(size <= 0.2)), 3),
    }


def edges(
    planted: Sequence[Planted], utterances: Sequence[Sequence[AlignedWord | Word | None]]
) -> dict[str, dict[str, float]]:
    """Compare the first word's start and the last word's end of utterances with the joins."""
    pairs = [(place, words) for place, words in zip(planted, utterances, strict=True) if words]
    starts = [words[0].start - place.start for place, words in pairs if words[0] is not None]
    ends = [words[-1].end - place.end for place, words in pairs if words[-1] is not None]
    return {"start": spread(starts), "end": spread(ends)}


def time_errors(
    model: auricle.Model, samples: np.ndarray, planted: Sequence[Planted], whole: auricle.Alignment
) -> dict[str, dict[str, dict[str, float]]]:
    """Measure word times of the alignment and of recognition."""
    heard = model.transcribe(samples, sample_rate=model.sample_rate).words
    found: list[Word | None] = []
    place = 0
    for step in align([word.text for word in whole.words], [word.text for word in heard]):
        if step.reference:
            found.append(heard[place] if step.kind == EQUAL else None)
        place += bool(step.result)
    both = [(a, r) for a, r in zip(whole.words, found, strict=True) if a.said and r is not None]
    rest = iter(found)
    aligned = [[word if word.said else None for word in line] for line in whole.lines]
    return {
        "aligned": edges(planted, aligned),
        "recognised": edges(planted, [[next(rest) for _ in line] for line in whole.lines]),
        "recognised_from_aligned": {
            "start": spread([r.start - a.start for a, r in both]),
            "end": spread([r.end - a.end for a, r in both]),
        },
    }


def differences(
    model: auricle.Model, samples: np.ndarray, planted: Sequence[Planted]
) -> dict[str, float | None]:
    """Align a text that lacks utterances and has sentences that nobody says."""
    texts = []
    for number, utterance in enumerate(planted):
        texts += [] if utterance.missing else [utterance.text]
        texts += [WRONG] if number % 10 == 0 else []
    altered = model.align(samples, "\n".join(texts), sample_rate=model.sample_rate)
    wrong = [word.said for line in altered.lines if is_wrong(line) for word in line]
    right = [word.said for line in altered.lines if not is_wrong(line) for word in line]
    missing = [p for p in planted if p.missing]
    seconds = sum(p.end - p.start for p in missing)
    told = sum(
        max(0.0, min(p.end, s.end) - max(p.start, s.start)) for p in missing for s in altered.extra
    )
    return {
        "wrong_words_told": round(1 - float(np.mean(wrong)), 3),
        "right_words_kept": round(float(np.mean(right)), 3),
        "seconds_missing_in_text": round(seconds, 1),
        "share_of_them_told": round(told / seconds, 3) if missing else None,
        "seconds_told_in_vain": round(sum(s.end - s.start for s in altered.extra) - told, 1),
    }


def cost(model: str, samples: np.ndarray, rate: int, planted: Sequence[Planted]) -> object:
    """Align a file in a process of its own: processor seconds, and resident memory at its peak."""
    with tempfile.TemporaryDirectory() as folder:
        recording, text = Path(folder) / "joined.wav", Path(folder) / "text.txt"
        soundfile.write(recording, samples, rate, "PCM_16")
        text.write_text("\n".join(p.text for p in planted), "utf-8")
        command = [sys.executable, "-c", COST, model, str(recording), str(text)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def is_wrong(line: Sequence[AlignedWord]) -> bool:
    return " ".join(word.text for word in line) == WRONG


def main() -> None:
    parser = model_and_manifest(__doc__, limit=60)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds of silence at joins")
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    samples, planted = join(model, arguments.manifest, arguments.limit, arguments.pause)
    rate = model.sample_rate

    whole = model.align(samples, "\n".join(p.text for p in planted), sample_rate=rate)
    figures = {
        "minutes": round(len(samples) / rate / 60, 1),
        **time_errors(model, samples, planted, whole),
        "planted": differences(model, samples, planted),
        "cost": cost(arguments.model, samples, rate, planted),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
