"""Smaller scorers of large ones, without the text: n-grams that change little are left out.

What leaving out an n-gram changes is the relative entropy between the model with and without it
(Stolcke 1998). With h the words before a word w, h' the same without the first one, b the back-off
of h and b* the one that it would have without the n-gram,

    D = -P(h) [ p(w|h) (ln b* + ln p(w|h') - ln p(w|h)) + (1 - Σ p(v|h)) (ln b* - ln b) ]

with a sum over the words v that h was seen with. An n-gram goes where exp(D) - 1, by which the
perplexity grows, is below a threshold; unless a longer one that stays begins or ends with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from auricle.errors import OptionError
from auricle.lm.arpa import from_arpa, to_arpa
from auricle.lm.scorer import Scorer
from auricle.lm.scratch import scratch_folder

_LEAST_MASS = 1e-4  # left to words that a context was not seen with
_LN_10 = np.log(10.0)

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass
class _Level:
    """The N n-grams of one length, in the order of their beginnings and last words.

    Args:
        words: (N,), the last one of each.
        beginnings: (N,), places of what comes before it, in the level below.
        endings: (N,), places of the n-grams without their first words, in the level below.
        probabilities: (N,), natural logarithms.
        backoffs: (N,), likewise.
    """

    words: Indices
    beginnings: Indices
    endings: Indices
    probabilities: Floats
    backoffs: Floats

    def places(self, beginnings: Indices, words: Indices, vocabulary: int) -> Indices:
        """Return the places of n-grams that are in the level."""
        keys = self.beginnings * vocabulary + self.words
        return np.searchsorted(keys, beginnings * vocabulary + words)


def prune(scorer: str | Path, output: str | Path, threshold: float) -> None:
    """Write a scorer without the n-grams that change little.

    Words stay all, and so do the weights. All n-grams are held in memory, some 300 bytes each.

    Args:
        scorer: A scorer; what is quantised there already is so a second time.
        output: Scorer to write; it appears only when it is complete.
        threshold: By how much, relatively, an n-gram that stays lowers the perplexity at least:
            1e-9 to 1e-7 for scorers of books.

    Raises:
        OptionError: The threshold is not above 0.
        ScorerError: The scorer cannot be read.
        AuricleError: The output cannot be written.
    """
    if not threshold > 0.0:
        raise OptionError(f"the threshold is {threshold:g}; it must be above 0, such as 1e-8")
    options = Scorer.open(scorer).info.options()
    with scratch_folder(Path(output).parent) as scratch:
        arpa = scratch / "all.arpa"
        to_arpa(scorer, arpa)
        spellings, levels = _read(arpa)
        kept = _prune_levels(levels, threshold, spellings.index("</s>"))
        _write(scratch / "kept.arpa", spellings, levels, kept)
        from_arpa(scratch / "kept.arpa", output, options)


def _read(arpa: Path) -> tuple[list[str], list[_Level]]:
    """Return the words of a model, and its n-grams by length."""
    spellings: list[str] = []
    numbers: dict[str, int] = {}
    levels: list[_Level] = []
    for n, rows in enumerate(_sections(arpa), 1):
        if n == 1:
            spellings = [row[1] for row in rows]
            numbers = {word: number for number, word in enumerate(spellings)}
        ids = np.array([[numbers[word] for word in row[1].split(" ")] for row in rows], np.int64)
        probabilities = np.array([float(row[0]) for row in rows]) * _LN_10
        backoffs = np.array([float(row[2]) if len(row) > 2 else 0.0 for row in rows]) * _LN_10
        levels.append(_level(levels, ids.reshape(-1, n), probabilities, backoffs, len(spellings)))
    return spellings, levels


def _sections(arpa: Path) -> Iterator[list[list[str]]]:
    """Yield the lines of each length of n-grams, parted at tabulators."""
    rows: list[list[str]] | None = None
    with arpa.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("\\"):
                if rows is not None:
                    yield rows
                rows = [] if line.rstrip().endswith("-grams:") else None
            elif rows is not None and line != "\n":
                rows.append(line.rstrip("\n").split("\t"))


def _level(
    below: list[_Level], ids: Indices, probabilities: Floats, backoffs: Floats, vocabulary: int
) -> _Level:
    """Make a level of n-grams (N, n), of the levels below it."""
    beginnings, endings = (_places(below, part, vocabulary) for part in (ids[:, :-1], ids[:, 1:]))
    order = np.lexsort((ids[:, -1], beginnings))
    return _Level(
        ids[order, -1], beginnings[order], endings[order], probabilities[order], backoffs[order]
    )


def _places(levels: list[_Level], ids: Indices, vocabulary: int) -> Indices:
    """Return the places of n-grams (N, n) in the level of their length; 0 for empty ones."""
    places = np.zeros(len(ids), np.int64)
    for level, words in zip(levels, ids.T, strict=False):
        places = level.places(places, words, vocabulary)
    return places


def _prune_levels(levels: list[_Level], threshold: float, sentence_end: int) -> list[Mask]:
    """Return which n-grams of each level stay, and set the back-offs of their contexts."""
    contexts = _context_probabilities(levels, sentence_end)
    kept = [np.ones(len(level.words), bool) for level in levels]
    needed = np.zeros(len(levels[-1].words), bool)
    for n in range(len(levels) - 1, 0, -1):
        level, below = levels[n], levels[n - 1]
        left = _masses(level, below, kept[n])  # by all of them
        costs = _costs(level, below, left, contexts[n - 1])
        kept[n] = needed | (np.expm1(costs) >= threshold)
        _set_backoffs(level, below, left, kept[n])
        needed = np.zeros(len(below.words), bool)
        for parts in (level.beginnings, level.endings):
            needed[parts[kept[n]]] = True
    return kept


def _context_probabilities(levels: list[_Level], sentence_end: int) -> list[Floats]:
    """Return the probabilities of the n-grams of each level, as natural logarithms.

    A sentence begins as often as one ends.
    """
    joint = [levels[0].probabilities.copy()]
    joint[0][joint[0] == 0.0] = levels[0].probabilities[sentence_end]  # <s>, which is never scored
    for level in levels[1:]:
        joint.append(joint[-1][level.beginnings] + level.probabilities)
    return joint


def _masses(level: _Level, below: _Level, kept: Mask) -> tuple[Floats, Floats]:
    """Return what the kept n-grams leave of 1 in each of their contexts: of p(w|h), of p(w|h')."""
    masses = []
    for logarithms in (level.probabilities, below.probabilities[level.endings]):
        spent = np.bincount(
            level.beginnings[kept], np.exp(logarithms[kept]), minlength=len(below.words)
        )
        masses.append(np.maximum(1.0 - spent, _LEAST_MASS))
    return masses[0], masses[1]


def _costs(level: _Level, below: _Level, masses: tuple[Floats, Floats], contexts: Floats) -> Floats:
    """Return D of each n-gram of a level, (N,)."""
    left, left_below = (each[level.beginnings] for each in masses)
    probability, lower = level.probabilities, below.probabilities[level.endings]
    backoff = np.log(left / left_below)
    without = np.log((left + np.exp(probability)) / (left_below + np.exp(lower)))
    change = np.exp(probability) * (without + lower - probability) + left * (without - backoff)
    costs: Floats = -np.exp(contexts[level.beginnings]) * change
    return costs


def _set_backoffs(level: _Level, below: _Level, masses: tuple[Floats, Floats], kept: Mask) -> None:
    """Move the back-offs of the contexts by what the n-grams left out leave to others.

    They are moved and not computed, because values that were quantised do not add up exactly.
    """
    before, before_below = masses
    after, after_below = _masses(level, below, kept)
    below.backoffs += np.log(after / after_below) - np.log(before / before_below)
    followed = np.zeros(len(below.words), bool)
    followed[level.beginnings[kept]] = True
    below.backoffs[~followed] = 0.0


def _write(arpa: Path, spellings: list[str], levels: list[_Level], kept: list[Mask]) -> None:
    """Write the n-grams that stay."""
    order = max(n for n, stay in enumerate(kept, 1) if stay.any())
    texts = [""]  # of the n-grams of the level below
    with arpa.open("w", encoding="utf-8") as lines:
        lines.write("\\data\\\n")
        lines.writelines(f"ngram {n}={stay.sum()}\n" for n, stay in enumerate(kept[:order], 1))
        for n, (level, stay) in enumerate(zip(levels[:order], kept, strict=False), 1):
            lines.write(f"\n\\{n}-grams:\n")
            begun = zip(level.beginnings.tolist(), level.words.tolist(), strict=True)
            texts = [f"{texts[start]} {spellings[word]}".strip() for start, word in begun]
            values = zip(
                (level.probabilities / _LN_10).tolist(), (level.backoffs / _LN_10).tolist(),
                texts, stay.tolist(), strict=True,
            )  # fmt: skip
            for probability, backoff, text, stays in values:
                if stays:
                    end = f"\t{backoff:.7g}" if n < order else ""
                    lines.write(f"{probability:.7g}\t{text}{end}\n")
        lines.write("\n\\end\\\n")
