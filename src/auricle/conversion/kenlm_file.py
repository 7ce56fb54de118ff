"""KenLM's binary language models of the four trie kinds, read in place.

    header            magic, test values, order, kind, counts of n-grams
    hashes            MurmurHash64A of each word, sorted: word number k has hash k - 1, 0 is <unk>
    codebooks         of quantised kinds: floats that the codes stand for
    unigrams          log10 probability, log10 back-off, first child
    middle levels     bit-packed: word, probability, back-off, first child; with the array kinds the
                      high bits of the first child lie in a table in front
    highest level     bit-packed: word, probability
    words             after each other, if the file was built with them

(Heafield 2011; the layout is that of format version 5.) The trie is read from the last word
backwards: the children of "c" are "b c", those of them "a b c".
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from auricle.conversion.kenlm_tables import Level, Numbers, Packed, Values, Words
from auricle.errors import ScorerError

_MAGIC = b"mmap lm http://kheafield.com/code format version 5\n\0\0"
_ANY_VERSION = b"mmap lm http://kheafield.com/code format version "
_INCOMPLETE = b"mmap lm http://kheafield.com/code incomplete"
_TEST_VALUES = struct.pack("<fffIIIQ", 0.0, 1.0, -0.5, 1, 0xFFFFFFFF, 0, 1)
_KINDS = ("probing", "rest probing", "trie", "quantised trie", "array trie", "quantised array trie")
_QUANTISATION_VERSION = 2
_MAX_ORDER = 6
_BLOCK = 1 << 18  # n-grams that are handed out at once, about

_Codebooks = tuple[Values | None, Values | None]  # of probabilities and back-offs


@dataclass(frozen=True)
class Ngrams:
    """Some n-grams of one order.

    Args:
        words: uint32 (N, n) in text order.
        probabilities: float32 (N,), log10.
        backoffs: float32 (N,), log10; zeros in the highest order.
    """

    words: Words
    probabilities: Values
    backoffs: Values


class KenlmFile:
    """A language model of KenLM. What it hands out lies within the counts of its header.

    Raises:
        ScorerError: The file is none, is damaged, or of a kind that is not converted.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise ScorerError(f"it cannot be read ({error})") from error
        self.data = memoryview(mapped)
        self._read_header()
        self._read_tables()

    @property
    def bits(self) -> int | None:
        """Bits of probabilities and of back-offs, the larger of both; None for floats."""
        return max(self._quantised) if self._quantised else None

    @property
    def hashes(self) -> Numbers:
        """Of the words from number 1 on, uint64 (V - 1,), sorted."""
        return np.frombuffer(self.data, "<u8", self.words - 1, self._vocabulary + 8)

    def unigrams(self) -> tuple[Values, Values]:
        """Return log10 probability and back-off of each word, float32 (V,)."""
        return self._unigrams["probability"], self._unigrams["backoff"]

    def strings(self) -> list[bytes] | None:
        """Return the words from number 1 on as the file has them; None if it has none.

        Raises:
            ScorerError: They are not as many as the header says.
        """
        if not self._has_strings:
            return None
        texts = bytes(self.data[self.end :]).split(b"\0", self.words)
        if texts[0] != b"<unk>" or len(texts) <= self.words:
            raise ScorerError("the words at its end are damaged")
        return texts[1 : self.words]

    def ngrams(self) -> Iterator[Ngrams]:
        """Yield all n-grams above the unigrams, block by block, their orders mixed.

        Raises:
            ScorerError: The tables contradict each other.
        """
        words = np.arange(self.words, dtype=np.uint32)[:, None]
        yield from self._below(0, words, self._unigrams["child"])

    def _below(self, depth: int, parents: Words, children: Numbers) -> Iterator[Ngrams]:
        """Yield what lies below the parents (P, n), whose children begin at children (P + 1,)."""
        level = self._levels[depth]
        if (children[1:] < children[:-1]).any() or children[-1] > level.count:
            raise ScorerError("its tables contradict each other; the file is damaged")
        begin = 0
        while begin < len(parents):
            wanted = int(children[begin]) + _BLOCK
            end = int(np.searchsorted(children, np.uint64(wanted), side="right")) - 1
            end = min(max(end, begin + 1), len(parents))
            yield from self._block(depth, parents[begin:end], children[begin : end + 1])
            begin = end

    def _block(self, depth: int, parents: Words, children: Numbers) -> Iterator[Ngrams]:
        level = self._levels[depth]
        first, last = int(children[0]), int(children[-1])
        if first == last:
            return
        heads = level.words(first, last)
        if (heads >= self.words).any():
            raise ScorerError("it names words that it does not have; the file is damaged")
        rest = np.repeat(parents, np.diff(children).astype(np.int64), axis=0)
        words = np.concatenate([heads[:, None], rest], axis=1)
        yield Ngrams(words, *level.values(first, last))
        if depth + 1 < len(self._levels):
            yield from self._below(depth + 1, words, level.children(first, last))

    def _read_header(self) -> None:
        data = bytes(self.data[:88])
        if data.startswith(_INCOMPLETE):
            raise ScorerError("KenLM did not finish writing it")
        if data.startswith(_ANY_VERSION) and not data.startswith(_MAGIC[:-2]):
            version = data[len(_ANY_VERSION) :].split(b"\n")[0].decode("ascii", "replace")
            raise ScorerError(f"it has KenLM's format version {version}; version 5 is read")
        begin = -(-len(_MAGIC) // 8) * 8
        if not data.startswith(_MAGIC) or data[begin : begin + len(_TEST_VALUES)] != _TEST_VALUES:
            raise ScorerError("it is not a binary language model of KenLM, as scorers begin with")
        begin += len(_TEST_VALUES)
        order, _, kind, has_strings, version = struct.unpack(
            "<B3xfi?3xI", self._slice(begin, begin + 20)
        )
        if not 2 <= kind < len(_KINDS):
            name = _KINDS[kind] if 0 <= kind < len(_KINDS) else f"number {kind}"
            raise ScorerError(
                f"it is of KenLM's kind {name}; DeepSpeech's scorers are tries "
                "(`build_binary trie`)"
            )
        if not 2 <= order <= _MAX_ORDER:
            raise ScorerError(f"it has order {order}; allowed are 2 to {_MAX_ORDER}")
        if version > 1:
            raise ScorerError(f"its trie has version {version}, which is not known")
        begin += 20
        self.counts = struct.unpack(f"<{order}Q", self._slice(begin, begin + 8 * order))
        self._vocabulary = -(-(begin + 8 * order) // 8) * 8
        self._kind, self._has_strings = kind, has_strings
        self.order = order

    def _slice(self, begin: int, end: int) -> memoryview:
        if end > len(self.data):
            raise ScorerError(
                f"it has {len(self.data):,} bytes, and its header asks for {end:,} at least; "
                "take it from its origin again"
            )
        return self.data[begin:end]

    def _read_tables(self) -> None:
        hashed = int.from_bytes(self._slice(self._vocabulary, self._vocabulary + 8), "little")
        at = self._vocabulary + 8 * (self.counts[0] + 1)
        self._slice(0, at)
        if hashed + 1 > self.counts[0]:
            raise ScorerError("its vocabulary is larger than its header says")
        self.words = hashed + 1
        self._quantised: tuple[int, int] | None = None
        codebooks: list[_Codebooks] = [(None, None)] * (self.order - 1)
        if self._kind in {3, 5}:
            codebooks, at = self._read_codebooks(at)
        dtype = np.dtype([("probability", "<f4"), ("backoff", "<f4"), ("child", "<u8")])
        end = at + dtype.itemsize * (self.counts[0] + 2)
        self._slice(at, end)
        table = np.frombuffer(self.data, dtype, self.words + 1, at)
        self._unigrams = {
            "probability": table["probability"][:-1].copy(),
            "backoff": table["backoff"][:-1].copy(),
            "child": table["child"].copy(),
        }
        self._levels = []
        for n in range(2, self.order + 1):
            level, end = self._read_level(n, end, codebooks[n - 2])
            self._levels.append(level)
        self.end = end

    def _read_codebooks(self, at: int) -> tuple[list[_Codebooks], int]:
        version, probability_bits, backoff_bits = bytes(self._slice(at, at + 3))
        if version != _QUANTISATION_VERSION:
            raise ScorerError(f"its quantisation has version {version}, which is not known")
        if not (1 <= probability_bits <= 25 and 1 <= backoff_bits <= 25):
            raise ScorerError("the bits of its quantisation are damaged")
        self._quantised = (probability_bits, backoff_bits)
        at += 8
        codebooks: list[_Codebooks] = []
        for n in range(2, self.order + 1):
            sizes = [1 << probability_bits] + [1 << backoff_bits] * (n < self.order)
            self._slice(at, at + 4 * sum(sizes))
            tables = np.split(np.frombuffer(self.data, "<f4", sum(sizes), at), [sizes[0]])
            codebooks.append((tables[0], tables[1] if n < self.order else None))
            at += 4 * sum(sizes)
        return codebooks, at

    def _read_level(self, n: int, at: int, codebooks: _Codebooks) -> tuple[Level, int]:
        highest = n == self.order
        count = self.counts[n - 1]
        word_bits = self.counts[0].bit_length()
        if self._quantised:
            value_bits = self._quantised[0] + (0 if highest else self._quantised[1])
        else:
            value_bits = 31 if highest else 63
        child_bits, offsets = 0, np.zeros(0, np.uint64)
        if not highest:
            child_bits = self.counts[n].bit_length()
            if self._kind in {4, 5}:
                child_bits, offsets, at = self._read_offsets(at, count + 1, self.counts[n])
        width = word_bits + value_bits + child_bits
        end = at + ((1 + count) * width + 7) // 8 + 8
        self._slice(at, end)
        table = Packed(self.data, at, width)
        level = Level(table, count, word_bits, value_bits, child_bits, offsets, *codebooks)
        return level, end

    def _read_offsets(self, at: int, entries: int, limit: int) -> tuple[int, Numbers, int]:
        """Read the table of an array kind: the bits that stay in line, the table, where it ends."""
        version, most = bytes(self._slice(at, at + 2))
        if version != 0:
            raise ScorerError(f"its array compression has version {version}, which is not known")
        required = limit.bit_length()

        def cost(chopped: int) -> int:
            return (limit >> (required - chopped)) * 64 - entries * chopped

        chopped = min(range(min(required, most) + 1), key=cost)
        size = (limit >> (required - chopped)) + 1
        begin = -(-at // 8) * 8 + 8
        end = at + 8 * (1 + size) + 7
        self._slice(at, end)
        return required - chopped, np.frombuffer(self.data, "<u8", size, begin), end
