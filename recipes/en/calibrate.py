"""Stage 7: measure the package's word times and confidences on the dev set, and write them into it.

    python recipes/en/calibrate.py DATA MODEL [--limit N]

Confidence maps are fitted on every second speaker, and the expected calibration error is printed
for the other half, before and after; the maps that are written are those of all speakers. For word
times the texts are aligned with their recordings: how long after the sound begins the first unit
of a text peaks, how long before the sound ends the last one did in words of several units, and how
long last words of one unit are, as medians of those words that were heard well. Sound begins and
ends where its level comes within 30 dB of the loudest; recordings whose quietest tenth is not 40 dB
below it are left out.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import auricle
from auricle.alignment import AlignedWord, Aligner
from auricle.calibration import Calibration
from auricle.evaluation.confidence import Heard, Judged, fit_map, hear, judge
from auricle.manifest import Utterance, read_manifest, read_utterance
from auricle.package import read_info, write_package
from auricle.spoken_words import read_text
from auricle.text import normaliser

LEVEL_STEP = 160  # samples: 10 ms
LEVEL_RANGE = 30.0  # dB below the loudest
QUIET_RANGE = 40.0
LEAST_SCORE = 0.3
FEWEST_OF_A_KIND = 20  # right ones, and wrong ones, that a map is fitted on


def sounding(samples: np.ndarray) -> tuple[float, float] | None:
    """Return where sound begins and ends, in samples; None where noise hides it."""
    blocks = samples[: len(samples) - len(samples) % LEVEL_STEP].reshape(-1, LEVEL_STEP)
    level = 10.0 * np.log10(np.mean(blocks.astype(np.float64) ** 2, axis=1) + 1e-12)
    level = np.convolve(np.pad(level, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    if np.percentile(level, 10) > level.max() - QUIET_RANGE:
        return None
    loud = np.flatnonzero(level > level.max() - LEVEL_RANGE)
    return float(loud[0] * LEVEL_STEP), float((loud[-1] + 1) * LEVEL_STEP)


def measure_times(
    model: auricle.Model, utterances: Sequence[Utterance], heard: Sequence[Heard]
) -> dict[str, float]:
    """Return `lead`, `tail` and `shortest` of a calibration, in seconds."""
    leads, tails, lengths = [], [], []
    for utterance, item in zip(utterances, heard, strict=True):
        sound = sounding(read_utterance(utterance, model.sample_rate))
        words = align(model, utterance.text, item.rows)
        if sound is None or not words:
            continue
        begin, end = (samples / model.sample_rate for samples in sound)
        first, last = words[0], words[-1]
        if first.score >= LEAST_SCORE:
            leads.append(first.start - begin)
        if last.score >= LEAST_SCORE:
            several = len(last.units) > 1
            (tails if several else lengths).append(end - (last.end if several else last.start))
    counts = f"{len(leads)} beginnings, {len(tails)} and {len(lengths)} ends"
    print(f"word times of {counts} of utterances")
    lead, tail, length = (
        max(0.0, float(np.median(values))) if values else 0.0 for values in (leads, tails, lengths)
    )
    return {"lead": round(lead, 3), "tail": round(tail, 3), "shortest": round(lead + length, 3)}


def align(model: auricle.Model, text: str, rows: np.ndarray) -> list[AlignedWord]:
    """Find the words that were said, which last from their first peak to their last."""
    lines = read_text(text, normaliser(model.info.normaliser))
    aligner = Aligner(model.vocabulary, lines, frame_seconds=model.info.acoustic.frame_seconds)
    aligner.step(rows)
    return [word for word in aligner.finish().words if word.said]


def fit_enough(judged: Judged) -> dict[str, float] | None:
    """Fit a map, unless too few are right or wrong to say anything."""
    right = judged.right.sum()
    return (
        fit_map(judged)
        if FEWEST_OF_A_KIND <= right <= len(judged.right) - FEWEST_OF_A_KIND
        else None
    )


def fit(model: auricle.Model, heard: Sequence[Heard]) -> Calibration:
    """Fit the map of words, and then that of segments, whose evidence it changes."""
    words, _ = judge(model, heard)
    word = fit_enough(words)
    _, segments = judge(model, heard, Calibration(word=word))
    return Calibration(word=word, segment=fit_enough(segments))


def report(model: auricle.Model, heard: Sequence[Heard]) -> None:
    """Fit on every second speaker and print the errors on the others."""
    speakers = sorted({item.speaker for item in heard})
    fitted = set(speakers[::2])
    calibration = fit(model, [item for item in heard if item.speaker in fitted])
    rest = [item for item in heard if item.speaker not in fitted]
    before, after = judge(model, rest), judge(model, rest, calibration)
    for name, raw, mapped in zip(("words", "segments"), before, after, strict=True):
        print(
            f"{name} of the speakers not fitted on ({len(raw.right)}): expected calibration error "
            f"{100 * raw.error:.1f} % before, {100 * mapped.error:.1f} % after"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("model", type=Path, help="a package folder")
    parser.add_argument("--limit", type=int, help="only the first so many utterances")
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    utterances = read_manifest(arguments.data / "manifests" / "dev.jsonl.gz")[: arguments.limit]
    heard = hear(model, utterances)
    report(model, heard)
    times = measure_times(model, utterances, heard)
    calibration = dataclasses.replace(fit(model, heard), **times)
    info = read_info(arguments.model)
    write_package(dataclasses.replace(info, calibration=calibration), arguments.model)
    print(f"written into {arguments.model}: {calibration.to_dict()}")


if __name__ == "__main__":
    main()
