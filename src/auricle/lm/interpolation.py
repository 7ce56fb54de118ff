"""Two scorers into one; the mathematics stands in core/include/auricle/ngram_interpolate.h."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from auricle import _core
from auricle.errors import OptionError, ScorerError
from auricle.lm.building import Progress, ignore_progress
from auricle.lm.options import ScorerOptions
from auricle.lm.scorer import Scorer
from auricle.lm.scratch import move, scratch_folder
from auricle.lm.spelling import Spelling
from auricle.lm.text_file import TextFile

_ROUNDS = 1000
_PRECISION = 1e-6
_LEAST_WEIGHT = 1e-3


@dataclass(frozen=True)
class MixtureWeight:
    """The weight of the first of two scorers with which their mixture predicts a text best.

    The perplexities are over the words that either scorer knows, sentence ends among them. A scorer
    that lacks one of them gives it no probability: its perplexity is then infinite.
    """

    weight: float
    words: int
    perplexity_first: float
    perplexity_second: float
    perplexity_mixture: float


def find_weight(
    first: Scorer, second: Scorer, path: str | Path, spelling: Spelling | None = None
) -> MixtureWeight:
    """Find the weight of a mixture of two scorers by expectation maximisation.

    A round replaces the weight by the mean, over the words of the text, of the probability that the
    word came from the first scorer (Jelinek and Mercer 1980). The likelihood has one maximum.

    Args:
        first: A scorer.
        second: Another one of the same kind.
        path: Text of one sentence a line, of the kind that is to be recognised; none that either
            scorer was built from.
        spelling: How the scorers' words are found in it; None where spaces separate them.

    Raises:
        OptionError: The text cannot be read, or holds no word that a scorer knows.
    """
    pieces = (spelling or Spelling()).lines(TextFile(path))
    pairs = np.concatenate(
        [
            np.zeros((0, 2)),
            *(_core.paired_probabilities(first.core, second.core, piece) for piece, _ in pieces),
        ]
    )  # (words, 2)
    if len(pairs) == 0:
        raise OptionError(f"{path} holds no word that either scorer knows")
    weight = 0.5
    for _ in range(_ROUNDS):
        before = weight
        shares = weight * pairs[:, 0] / (pairs @ np.array([weight, 1.0 - weight]))
        weight = float(shares.mean())
        if abs(weight - before) < _PRECISION:
            break
    weight = min(max(weight, _LEAST_WEIGHT), 1.0 - _LEAST_WEIGHT)
    return MixtureWeight(
        weight=weight,
        words=len(pairs),
        perplexity_first=_perplexity(pairs[:, 0]),
        perplexity_second=_perplexity(pairs[:, 1]),
        perplexity_mixture=_perplexity(pairs @ np.array([weight, 1.0 - weight])),
    )


def _perplexity(probabilities: npt.NDArray[np.float64]) -> float:
    with np.errstate(divide="ignore"):
        return float(np.exp(-np.log(probabilities).mean()))


def interpolate(
    first: Scorer,
    second: Scorer,
    output: str | Path,
    weight: float,
    *,
    bits: int = 8,
    memory_bytes: int = 1 << 30,
    progress: Progress | None = None,
) -> None:
    """Write the linear interpolation of two scorers as one scorer.

    It has the words and n-grams of both, and the weights and language of the first.

    Args:
        first: A scorer.
        second: Another one of the same kind. Both are best in 32 bits: of quantised ones the
            back-offs are less exact.
        output: Scorer to write; it appears only when it is complete.
        weight: Of the first scorer, above 0 and below 1.
        bits: As in `ScorerOptions`.
        memory_bytes: Memory for sorting.
        progress: Called often, with the stages "sort", "interpolate" and "write".

    Raises:
        OptionError: The weight is outside its range, or the scorers are of different kinds.
        ScorerError: They were built for different models.
        AuricleError: The output cannot be written.
    """
    report = progress or ignore_progress
    options = _options(first, second, bits)
    with scratch_folder(Path(output).parent) as scratch:
        _core.interpolate(
            first.core,
            second.core,
            weight,
            str(scratch / "scorer.lm"),
            options.to_core(),
            str(scratch),
            memory_bytes,
            lambda stage, done: report(stage, done, 0),
        )
        move(scratch / "scorer.lm", output)


def _options(first: Scorer, second: Scorer, bits: int) -> ScorerOptions:
    info, other = first.info, second.info
    fingerprints = {info.vocabulary_fingerprint, other.vocabulary_fingerprint} - {0}
    if len(fingerprints) > 1:
        raise ScorerError("the scorers were built for different models")
    return replace(
        info.options(),
        bits=bits,
        vocabulary_fingerprint=next(iter(fingerprints), 0),
        language=info.language or other.language,
    )
