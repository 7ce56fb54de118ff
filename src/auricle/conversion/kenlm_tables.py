"""The tables of KenLM's tries: bit-packed levels, and the hashes that stand for words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Values = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Packed:
    """A bit-packed table: `width` bits for each entry, from byte `start` on."""

    data: memoryview
    start: int
    width: int

    def read(self, first: int, end: int, shift: int, bits: int) -> Numbers:
        """Return `bits` bits, at most 57, of the entries first to end, `shift` bits into each."""
        if bits == 0:
            return np.zeros(end - first, np.uint64)
        at = np.arange(first, end, dtype=np.uint64) * np.uint64(self.width) + np.uint64(shift)
        words = np.ndarray((len(self.data) - self.start - 7,), "<u8", self.data, self.start, (1,))
        mask = np.uint64((1 << bits) - 1)
        found: Numbers = (words[at >> np.uint64(3)] >> (at & np.uint64(7))) & mask
        return found


@dataclass(frozen=True)
class Level:
    """One order above the first; the highest has no back-offs and no children."""

    table: Packed
    count: int
    word_bits: int
    value_bits: int  # of probability and back-off together
    child_bits: int
    child_offsets: Numbers  # where the high part of the first child grows
    probabilities: Values | None  # codebooks
    backoffs: Values | None

    def words(self, first: int, end: int) -> Words:
        """Return the first word of the n-grams first to end, uint32 (N,)."""
        return self.table.read(first, end, 0, self.word_bits).astype(np.uint32)

    def values(self, first: int, end: int) -> tuple[Values, Values]:
        """Return log10 probability and back-off of the n-grams first to end, float32 (N,)."""
        if self.probabilities is None:
            positive = self.table.read(first, end, self.word_bits, 31).astype(np.uint32)
            backoffs = np.zeros(end - first, np.float32)
            if self.value_bits > 31:
                raw = self.table.read(first, end, self.word_bits + 31, 32)
                backoffs = raw.astype(np.uint32).view(np.float32)
            return (positive | np.uint32(1 << 31)).view(np.float32), backoffs
        low = 0 if self.backoffs is None else (len(self.backoffs) - 1).bit_length()
        codes = self.table.read(first, end, self.word_bits, self.value_bits)
        probabilities = self.probabilities[codes >> np.uint64(low)]
        if self.backoffs is None:
            return probabilities, np.zeros(end - first, np.float32)
        return probabilities, self.backoffs[codes & np.uint64((1 << low) - 1)]

    def children(self, first: int, end: int) -> Numbers:
        """Return where the children of the entries first to end begin, and the last ones end."""
        shift = self.word_bits + self.value_bits
        low = self.table.read(first, end + 1, shift, self.child_bits)
        index = np.arange(first, end + 1, dtype=np.uint64)
        if not len(self.child_offsets):
            return low
        high = (np.searchsorted(self.child_offsets, index, side="right") - 1).astype(np.uint64)
        children: Numbers = (high << np.uint64(self.child_bits)) | low
        return children


def word_hash(word: bytes) -> int:
    """Return KenLM's hash of a word: MurmurHash64A with seed 0 (Austin Appleby, public domain)."""
    multiplier, mask = 0xC6A4A7935BD1E995, (1 << 64) - 1
    value = len(word) * multiplier & mask
    whole = len(word) & ~7
    for at in range(0, whole, 8):
        part = int.from_bytes(word[at : at + 8], "little") * multiplier & mask
        part = (part ^ part >> 47) * multiplier & mask
        value = (value ^ part) * multiplier & mask
    if whole < len(word):
        value = (value ^ int.from_bytes(word[whole:], "little")) * multiplier & mask
    value = (value ^ value >> 47) * multiplier & mask
    return value ^ value >> 47
