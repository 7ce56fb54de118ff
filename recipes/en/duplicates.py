"""Find documents that repeat what earlier documents hold.

Of every document a fixed fraction of its 8-word shingles is kept, chosen by their keys, so that
equal passages give equal samples (modulo sketches: Broder, "On the resemblance and containment of
documents", 1997). A document is a repetition when most of its sample has been seen, in whichever
documents: a volume of a collected edition is found as well as a second copy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ONE_IN = np.uint64(64)
REPEATED_SHARE = 0.5


def sketch(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sample a document's shingle keys, uint64 (N,): sorted and unique, uint64 (K,)."""
    return np.unique(keys[keys % _ONE_IN == 0])


class SeenShingles:
    """The shingles of all documents so far."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def add(self, sample: NDArray[np.uint64]) -> None:
        """Take in a document's sketch."""
        self._seen.update(sample.tolist())

    def repeats(self, sample: NDArray[np.uint64]) -> bool:
        """Tell whether most of a document has been seen."""
        known = sum(key in self._seen for key in sample.tolist())
        return known > REPEATED_SHARE * len(sample)
