"""Stage 3: the corpora become the scorers of lm.toml.

    python recipes/en/lm.py DATA [NAME ...] [--memory GIB] [--report FILE]

Each scorer becomes DATA/lm/NAME.lm; one already there is left alone. The report says of each its
n-grams, its size, and how well it predicts the held-out books and modern texts.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import tomllib

from auricle.lm import BuildOptions, Scorer, ScorerOptions, build

HERE = Path(__file__).parent
DEV_TEXTS = ("books-dev", "modern-dev")

Settings = dict[str, Any]


class ProgressLines:
    """Prints each stage once, and every tenth of those whose length is known."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take what is done of a stage, and of how much (0 where that is not known)."""
        line = (
            f"{self._name}: {stage} {10 * (10 * done // total)} %"
            if total
            else f"{self._name}: {stage}"
        )
        if line != self._last:
            print(line, flush=True)
            self._last = line


def build_options(settings: Settings, memory_bytes: int) -> BuildOptions:
    """Take a scorer's options from its table in lm.toml."""
    return BuildOptions(
        order=settings["order"],
        prune=tuple(settings["prune"]),
        vocabulary_limit=settings["vocabulary"],
        memory_bytes=memory_bytes,
        scorer=ScorerOptions(language="en"),
    )


def measure(path: Path, texts: Path) -> dict[str, Any]:
    """Report a scorer's size and its perplexity on the held-out texts."""
    scorer = Scorer.open(path)
    report: dict[str, Any] = {"bytes": scorer.info.size_bytes, "ngrams": list(scorer.info.counts)}
    for name in DEV_TEXTS:
        result = scorer.perplexity(texts / f"{name}.txt.gz")
        report[name] = {
            "perplexity": round(result.perplexity, 1),
            "perplexity of known words": round(result.perplexity_known, 1),
            "unknown words": round(result.unknown / result.words, 5),
        }
    return report


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description="Build the English scorers.")
    parser.add_argument("data", type=Path, help="folder of the recipe's data")
    parser.add_argument("names", nargs="*", help="scorers of lm.toml; all by default")
    parser.add_argument("--memory", type=float, default=2.0, help="GiB for counting and sorting")
    parser.add_argument("--report", type=Path, default=HERE / "lm_report.json")
    arguments = parser.parse_args()
    candidates = tomllib.loads((HERE / "lm.toml").read_text())
    texts, scorers = arguments.data / "text", arguments.data / "lm"
    scorers.mkdir(exist_ok=True)
    report = json.loads(arguments.report.read_text()) if arguments.report.exists() else {}
    for name in arguments.names or candidates:
        path = scorers / f"{name}.lm"
        if not path.exists():
            start = time.monotonic()
            corpora = [texts / f"{corpus}.txt.gz" for corpus in candidates[name]["corpora"]]
            options = build_options(candidates[name], int(arguments.memory * 2**30))
            build(corpora, path, options, progress=ProgressLines(name))
            print(f"{name}: built in {time.monotonic() - start:.0f} s")
        report[name] = measure(path, texts)
        arguments.report.write_text(json.dumps(report, indent=2) + "\n")
        print(name, json.dumps(report[name]))


if __name__ == "__main__":
    main()
