"""Word error rates of a package on a manifest, with confidence intervals.

    python benchmarks/accuracy.py MODEL MANIFEST [--no-scorer] [--limit N] [--record] [--json FILE]

MANIFEST is a lhotse CutSet of whole recordings with transcripts. References and results are
normalised alike, by the normaliser that the package names. The error rate is that of all words
together (jiwer); the interval is the 2.5th to 97.5th percentile of 1000 bootstrap samples of the
utterances.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from lhotse import CutSet

import auricle
from auricle.package import read_info, write_package
from auricle.text import normaliser


def word_errors(references: Sequence[str], results: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the errors and the reference words of every utterance, int64 (utterances,)."""
    errors, words = [], []
    for reference, result in zip(references, results, strict=True):
        counts = jiwer.process_words(reference, result)
        errors.append(counts.substitutions + counts.deletions + counts.insertions)
        words.append(counts.hits + counts.substitutions + counts.deletions)
    return np.array(errors), np.array(words)


def interval(errors: np.ndarray, words: np.ndarray, samples: int = 1000) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the error rate over utterances."""
    random = np.random.default_rng(0)
    chosen = random.integers(len(errors), size=(samples, len(errors)))
    rates = errors[chosen].sum(axis=1) / words[chosen].sum(axis=1)
    low, high = np.percentile(rates, [2.5, 97.5])
    return float(low), float(high)


def record(folder: Path, figures: Mapping[str, Any]) -> None:
    """Write figures into the description of a package folder."""
    name = figures["manifest"].partition(".")[0]
    name += "" if figures["scorer"] else ", no scorer"
    kept = ("utterances", "words", "beam", "wer", "wer_95", "cer")
    info = read_info(folder)
    accuracy = {**info.accuracy, name: {key: figures[key] for key in kept}}
    write_package(dataclasses.replace(info, accuracy=accuracy), folder)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("model", help="a name, a package folder or a packed file")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--no-scorer", action="store_true")
    parser.add_argument("--beam", type=int, default=32)
    parser.add_argument("--limit", type=int, help="only the first so many utterances")
    parser.add_argument("--record", action="store_true", help="write the figures into auricle.json")
    parser.add_argument("--json", type=Path, help="write the figures and every result to this file")
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    normalise = normaliser(model.info.normaliser)
    cuts = list(CutSet.from_file(arguments.manifest))[: arguments.limit]
    options = auricle.DecodingOptions(beam_width=arguments.beam, use_scorer=not arguments.no_scorer)
    references, results, speakers, seconds = [], [], set(), 0.0
    started = time.process_time()
    for number, cut in enumerate(cuts):
        transcript = model.transcribe(cut.recording.sources[0].source, options=options)
        references.append(normalise(cut.supervisions[0].text))
        results.append(normalise(transcript.text))
        speakers.add(cut.supervisions[0].speaker)
        seconds += cut.duration
        if sys.stderr.isatty():
            print(f"\r{number + 1}/{len(cuts)}", end="", file=sys.stderr)
    real_time_factor = (time.process_time() - started) / seconds
    errors, words = word_errors(references, results)
    low, high = interval(errors, words)
    figures = {
        "model": arguments.model,
        "manifest": arguments.manifest.name,
        "scorer": not arguments.no_scorer,
        "beam": arguments.beam,
        "utterances": len(cuts),
        "speakers": len(speakers),
        "words": int(words.sum()),
        "wer": round(errors.sum() / words.sum(), 4),
        "wer_95": [round(low, 4), round(high, 4)],
        "cer": round(jiwer.cer(references, results), 4),
        "processor_seconds_per_second": round(real_time_factor, 4),
    }
    print(json.dumps(figures, indent=1))
    if arguments.record:
        record(Path(arguments.model), figures)
    if arguments.json:
        rows = [
            {"id": cut.id, "reference": reference, "result": result}
            for cut, reference, result in zip(cuts, references, results, strict=True)
        ]
        arguments.json.write_text(json.dumps({**figures, "utterances_": rows}, indent=1))


if __name__ == "__main__":
    main()
