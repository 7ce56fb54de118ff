"""Keep the sentences that a model is tested on out of the text it learns from.

Two texts are taken to share a sentence where they share a run of eight words (or, for a reference
of fewer words, where a whole line equals it). Runs are compared by 64-bit keys: a polynomial over
hashes of the words, so a whole book is keyed by a few array operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

NGRAM = 8
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class _WordKeys(dict[str, int]):
    """The 64-bit hash of each word, kept from its first use."""

    def __missing__(self, word: str) -> int:
        key = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
        self[word] = key
        return key


_WORD_KEYS = _WordKeys()


def ngram_keys(words: Sequence[str], n: int = NGRAM) -> NDArray[np.uint64]:
    """Return the key of every run of n words: uint64 (len(words) - n + 1,), or empty."""
    if len(words) < n:
        return np.empty(0, np.uint64)
    hashes = np.fromiter(map(_WORD_KEYS.__getitem__, words), np.uint64, len(words))
    count = len(words) - n + 1
    keys = np.zeros(count, np.uint64)
    for offset in range(n):
        keys = keys * _MULTIPLIER + hashes[offset : offset + count]
    return keys


@dataclass(frozen=True)
class EvalNgrams:
    """The word runs of a set of references.

    Attributes:
        keys: Sorted keys of all their runs of NGRAM words, uint64 (K,).
        short: The references of fewer words, whole.
    """

    keys: NDArray[np.uint64]
    short: frozenset[str]

    def contains(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Tell for every key whether it is one of the references'."""
        if not len(self.keys):
            return np.zeros(len(keys), np.bool_)
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        return np.asarray(self.keys[places] == keys)


def eval_ngrams(references: Iterable[str]) -> EvalNgrams:
    """Collect the word runs of normalised references."""
    keys: set[int] = set()
    short: set[str] = set()
    for reference in references:
        words = reference.split()
        if len(words) < NGRAM:
            short.add(" ".join(words))
        keys.update(ngram_keys(words).tolist())
    return EvalNgrams(np.array(sorted(keys), np.uint64), frozenset(short))


def shares_ngram(text: str, ngrams: EvalNgrams) -> bool:
    """Tell whether a normalised text shares a run of NGRAM words with a reference."""
    words = text.split()
    if len(words) < NGRAM:
        return " ".join(words) in ngrams.short
    return bool(ngrams.contains(ngram_keys(words)).any())


def touched_lines(lines: Sequence[str], ngrams: EvalNgrams) -> NDArray[np.bool_]:
    """Tell for every line of a running text whether a shared run of words lies in it.

    A reference may begin in one sentence and end in the next, so runs across line ends count, for
    all lines that they touch.
    """
    split = [line.split() for line in lines]
    words = [word for line in split for word in line]
    lengths = np.array([len(line) for line in split], np.int64)
    owners = np.repeat(np.arange(len(lines)), lengths)
    touched = np.fromiter((line in ngrams.short for line in lines), np.bool_, len(lines))
    for start in np.flatnonzero(ngrams.contains(ngram_keys(words))):
        touched[owners[start : start + NGRAM]] = True
    return touched
