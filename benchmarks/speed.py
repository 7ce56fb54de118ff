"""Real-time factor on one thread, beside whisper tiny.en through faster-whisper, in one run.

    python benchmarks/speed.py MANIFEST [--model en] [--whisper FOLDER] [--minutes 10] [--rounds 3]

Both hear the same recordings of MANIFEST (a lhotse CutSet), one after the other, in turns; the
figures are seconds of processing for each second of audio, the median of the rounds. Whisper is
left out where no folder with a CTranslate2 model is given (see docs/benchmarks.md for where to find
one).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from lhotse import CutSet

import auricle

Recognise = Callable[[np.ndarray], str]


def make_auricle(name: str, use_scorer: bool) -> Recognise:
    """Return a function that transcribes samples with a package."""
    model = auricle.load(name)

    def recognise(samples: np.ndarray) -> str:
        return model.transcribe(samples, sample_rate=16000, use_scorer=use_scorer).text

    return recognise


def make_whisper(folder: Path) -> Recognise:
    """Return a function that transcribes samples with faster-whisper, int8, one thread, beam 5."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)

    def recognise(samples: np.ndarray) -> str:
        segments, _ = model.transcribe(samples, language="en", beam_size=5)
        return " ".join(segment.text for segment in segments)

    return recognise


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", default="en")
    parser.add_argument("--whisper", type=Path, help="folder of a CTranslate2 model of tiny.en")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    recordings, seconds = [], 0.0
    for cut in CutSet.from_file(arguments.manifest):
        if seconds >= 60.0 * arguments.minutes:
            break
        recordings.append(cut.load_audio()[0])
        seconds += cut.duration
    systems = {
        "auricle with scorer": make_auricle(arguments.model, True),
        "auricle without scorer": make_auricle(arguments.model, False),
    }
    if arguments.whisper:
        systems["whisper tiny.en int8"] = make_whisper(arguments.whisper)
    factors: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(arguments.rounds):
        for name, recognise in systems.items():
            started = time.process_time()
            for samples in recordings:
                recognise(samples)
            factors[name].append((time.process_time() - started) / seconds)
    figures = {name: round(statistics.median(values), 4) for name, values in factors.items()}
    print(json.dumps({"minutes": round(seconds / 60, 1), "real_time_factor": figures}, indent=1))


if __name__ == "__main__":
    main()
