"""What a batch does to the words of an int8 model: streams alone, and in batches with each other.

    python benchmarks/batching.py MANIFEST [--model en] [--utterances 200] [--batch 16]

MANIFEST is a lhotse CutSet. Prints how far probabilities move, how many words differ between the
two ways, and the word errors of each.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import jiwer
import numpy as np
from lhotse import CutSet

import auricle
from auricle.acoustic_stream import run_together
from auricle.text import normaliser


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", default="en")
    parser.add_argument("--utterances", type=int, default=200)
    parser.add_argument("--batch", type=int, default=16)
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    cuts = list(CutSet.from_file(arguments.manifest).subset(first=arguments.utterances))
    normalise = normaliser(model.info.normaliser)
    texts = [normalise(cut.supervisions[0].text) for cut in cuts]
    alone = [model.stream() for _ in cuts]
    together = [model.stream() for _ in cuts]
    for cut, *streams in zip(cuts, alone, together, strict=True):
        samples = cut.load_audio()[0]
        for stream in streams:
            stream.enqueue(samples)
    moved, agree = [], []
    while ready := [k for k, stream in enumerate(together) if stream.acoustics.ready_chunks]:
        ready = ready[: arguments.batch]
        batch = run_together([together[k].acoustics for k in ready])
        for k, rows in zip(ready, batch, strict=True):
            own = alone[k].acoustics.run()
            alone[k].search(own)
            together[k].search(rows)
            moved += list(np.abs(np.exp(own) - np.exp(rows)).max(axis=1))
            agree += list(own.argmax(axis=1) == rows.argmax(axis=1))
    heard = [
        [normalise(stream.finish().text) for stream in streams] for streams in (alone, together)
    ]
    report = {
        "frames": len(moved),
        "largest_probability_change": {
            "median": round(float(np.median(moved)), 4),
            "p99": round(float(np.percentile(moved, 99)), 4),
            "max": round(float(max(moved)), 4),
        },
        "frames_of_same_best_token": round(float(np.mean(agree)), 4),
        "words_that_differ": round(jiwer.wer(heard[0], heard[1]), 4),
        "word_errors": {
            "alone": round(jiwer.wer(texts, heard[0]), 4),
            "in_batches": round(jiwer.wer(texts, heard[1]), 4),
        },
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
