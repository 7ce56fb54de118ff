"""Scorer queries and sizes beside KenLM's, for the same n-grams, in one process.

    python benchmarks/scorer.py SCORER TEXT --build-binary PROGRAM [--rounds 7]

SCORER is exported as ARPA, and KenLM's `build_binary` (see docs/benchmarks.md) makes of it a trie
of 8-bit values with compressed pointers, and a probing hash table, which is larger and faster. Both
libraries then score the sentences of TEXT (.gz too), one call for each sentence, in turns; the
figures are words a second, medians of the rounds, for the sentences in their own order and
shuffled word by word, which finds few n-grams. The ratios are those of the medians.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import kenlm

from auricle import lm
from auricle.lm.text_file import TextFile

KINDS = {"trie": ["trie", "-q", "8", "-b", "8", "-a", "22"], "probing": ["probing"]}
Score = Callable[[str], float]


def kenlm_models(scorer: Path, program: str, folder: Path) -> dict[str, Path]:
    """Make KenLM's binaries of a scorer."""
    arpa = folder / "model.arpa"
    lm.to_arpa(scorer, arpa)
    for kind, options in KINDS.items():
        command = [program, *options, str(arpa), str(folder / kind)]
        subprocess.run(command, check=True, capture_output=True)
    return {kind: folder / kind for kind in KINDS}


def words_a_second(score: Score, sentences: list[str], words: int) -> float:
    """Score all sentences once."""
    started = time.process_time()
    for sentence in sentences:
        score(sentence)
    return words / (time.process_time() - started)


def shuffled(sentences: list[str]) -> list[str]:
    """Return sentences of the same lengths with the same words in any order."""
    words = " ".join(sentences).split()
    random.Random(1).shuffle(words)
    result, at = [], 0
    for sentence in sentences:
        length = len(sentence.split())
        result.append(" ".join(words[at : at + length]))
        at += length
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("scorer", type=Path)
    parser.add_argument("text", type=Path)
    parser.add_argument("--build-binary", required=True, help="KenLM's program of that name")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    text = b"".join(TextFile(arguments.text).pieces()).decode()
    sentences = [line for line in text.splitlines() if line.strip()]
    words = len(text.split())
    scorer = lm.Scorer.open(arguments.scorer)
    sizes = {"auricle": arguments.scorer.stat().st_size}
    systems: dict[str, Score] = {"auricle": scorer.log10_probability}
    with tempfile.TemporaryDirectory() as folder:
        models = kenlm_models(arguments.scorer, arguments.build_binary, Path(folder))
        for kind, path in models.items():
            sizes[f"kenlm {kind}"] = path.stat().st_size
            systems[f"kenlm {kind}"] = kenlm.Model(str(path)).score
        speeds: dict[str, dict[str, float]] = {}
        for order, lines in (("text", sentences), ("shuffled", shuffled(sentences))):
            rounds: dict[str, list[float]] = {name: [] for name in systems}
            for _ in range(arguments.rounds):
                for name, score in systems.items():
                    rounds[name].append(words_a_second(score, lines, words))
            speeds[order] = {name: round(statistics.median(r)) for name, r in rounds.items()}
    ratios = {
        order: {name: round(s["auricle"] / s[name], 2) for name in s if name != "auricle"}
        for order, s in speeds.items()
    }
    figures = {"ngrams": list(scorer.info.counts), "words": words, "bytes": sizes}
    print(json.dumps({**figures, "words_a_second": speeds, "auricle_over": ratios}, indent=1))


if __name__ == "__main__":
    main()
