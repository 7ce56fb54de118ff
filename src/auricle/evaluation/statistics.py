"""How sure an error rate is, and whether two differ.

Both are bootstraps over utterances (Bisani and Ney, "Bootstrap estimates for confidence intervals
in ASR performance evaluation", 2004): utterances are drawn with replacement, as many as there are,
many times, and the rate of each draw is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
DRAWS = 1000


@dataclass(frozen=True)
class Rate:
    """An error rate as a fraction, and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """How much lower the second of two error rates on the same utterances is.

    Args:
        value: First rate minus second, as a fraction: above 0 where the second is better.
        low: Of the 95 % interval.
        high: Of the 95 % interval.
        improvement: Share of draws in which the second is better; ties count half.
    """

    value: float
    low: float
    high: float
    improvement: float

    @property
    def significant(self) -> bool:
        """Whether the 95 % interval lies on one side of zero."""
        return self.low > 0.0 or self.high < 0.0


def error_rate(errors: Counts, units: Counts, draws: int = DRAWS) -> Rate:
    """Return the error rate of all utterances together.

    Args:
        errors: int64 (utterances,).
        units: Words or characters of the references, int64 (utterances,).
        draws: Bootstrap samples.
    """
    rates = [ratio(errors[chosen], units[chosen]) for chosen in _drawn(len(errors), draws)]
    low, high = np.percentile(rates, [2.5, 97.5]) if rates else (0.0, 0.0)
    return Rate(ratio(errors, units), float(low), float(high))


def compare_rates(
    errors: tuple[Counts, Counts], units: tuple[Counts, Counts], draws: int = 10 * DRAWS
) -> Difference:
    """Compare two results of the same utterances, drawing the same ones of both.

    Args:
        errors: Of the first and the second result, int64 (utterances,) each.
        units: Words of the references of each, int64 (utterances,).
        draws: Bootstrap samples.
    """

    def difference(chosen: NDArray[np.int64] | slice) -> float:
        first, second = (ratio(e[chosen], u[chosen]) for e, u in zip(errors, units, strict=True))
        return first - second

    drawn = np.array([difference(chosen) for chosen in _drawn(len(errors[0]), draws)])
    if not len(drawn):
        return Difference(0.0, 0.0, 0.0, 0.5)
    low, high = np.percentile(drawn, [2.5, 97.5])
    better = np.mean(drawn > 0) + np.mean(drawn == 0) / 2
    return Difference(difference(slice(None)), float(low), float(high), float(better))


def ratio(errors: Counts, units: Counts) -> float:
    """Return errors over units; over 1 where a reference is empty and there are none."""
    return float(errors.sum() / max(1, units.sum()))


def _drawn(count: int, draws: int) -> Iterator[NDArray[np.int64]]:
    random = np.random.default_rng(0)
    for _ in range(draws if count else 0):
        yield random.integers(count, size=count)
