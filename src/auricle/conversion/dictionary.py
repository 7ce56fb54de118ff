"""What DeepSpeech appends to a language model to make a scorer of it.

    "EIRT", version 6, a flag for bytes output mode, default alpha and beta
    the words, as an automaton of OpenFST (type const, its tables aligned to 16 bytes)

The automaton's labels are those of the alphabet plus 1; each word ends in the space, but for bytes
output mode, where a word is one character and labels are its UTF-8 bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from auricle.errors import ScorerError

_MAGIC = b"EIRT"
_VERSION = 6
_FST_MAGIC = 2125659606
_FLAGS = 4  # no symbol tables, aligned
_ALIGNMENT = 16
_LONGEST = 1000  # labels of a word
_STEPS_OF_A_WORD = 100  # at most, on average
_STATE = np.dtype(
    [("final", "<f4"), ("first", "<u4"), ("arcs", "<u4"), ("epsilons", "<u4"), ("more", "<u4")]
)
_ARC = np.dtype([("label", "<i4"), ("output", "<i4"), ("weight", "<f4"), ("next", "<i4")])


@dataclass(frozen=True)
class Dictionary:
    """The end of a scorer file."""

    spells_bytes: bool
    alpha: float
    beta: float
    paths: tuple[tuple[int, ...], ...]
    """The words as labels, from 1 on."""

    def words(self, labels: Sequence[bytes]) -> list[bytes]:
        """Spell the words in the labels of a model.

        Raises:
            ScorerError: The model has fewer labels than the dictionary uses.
        """
        if self.spells_bytes:
            return [bytes(path) for path in self.paths]
        largest = max((max(path) for path in self.paths if path), default=0)
        if largest > len(labels):
            raise ScorerError(
                f"it uses {largest} labels, and the model has {len(labels)}: it was made for a "
                "model with another alphabet"
            )
        texts = (b"".join(labels[label - 1] for label in path) for path in self.paths)
        return [text.removesuffix(b" ") for text in texts]


def read_dictionary(data: memoryview, begin: int, most_words: int) -> Dictionary | None:
    """Read what follows a language model, or None where nothing does.

    Args:
        data: The file.
        begin: Where the language model ends.
        most_words: More are taken as damage.

    Raises:
        ScorerError: Something else follows, or the automaton is damaged.
    """
    if begin == len(data):
        return None
    head = bytes(data[begin : begin + 25])
    if not head.startswith(_MAGIC):
        raise ScorerError(
            "its language model is followed by something else than DeepSpeech's dictionary; take "
            "it from its origin again"
        )
    if len(head) < 25:
        raise ScorerError("it ends within its dictionary; take it from its origin again")
    version, spells_bytes, alpha, beta = struct.unpack("<i?dd", head[4:])
    if version != _VERSION:
        raise ScorerError(
            f"its dictionary has version {version}; {_VERSION} is read, that of DeepSpeech 0.9 and "
            "Coqui STT: make the scorer again with generate_scorer_package of one of these"
        )
    if not (np.isfinite(alpha) and np.isfinite(beta)):
        raise ScorerError("its default alpha and beta are damaged")
    automaton = _Automaton(data, begin + 25)
    return Dictionary(spells_bytes, alpha, beta, tuple(automaton.paths(most_words)))


class _Automaton:
    def __init__(self, data: memoryview, begin: int) -> None:
        self._data = data
        try:
            (magic,), at = self._unpack("<i", begin)
            kind, at = self._text(at)
            arc, at = self._text(at)
            (version, flags, _, start, states, arcs), at = self._unpack("<iiQqqq", at)
        except struct.error as error:
            raise ScorerError("it ends within its dictionary") from error
        if magic != _FST_MAGIC or kind != b"const" or arc != b"standard":
            raise ScorerError("its dictionary is no automaton of the kind that DeepSpeech writes")
        if flags != _FLAGS or version not in {1, 2}:
            raise ScorerError(f"its automaton has version {version}, flags {flags}: not known")
        self._start = start
        self._states, at = self._table(_STATE, states, at)
        self._arcs, _ = self._table(_ARC, arcs, at)
        ends = self._states["first"].astype(np.int64) + self._states["arcs"]
        if (
            not 0 <= start < max(states, 1)
            or (ends > arcs).any()
            or (self._arcs["next"] < 0).any()
            or (self._arcs["next"] >= states).any()
            or (self._arcs["label"] < 1).any()
        ):
            raise ScorerError("its dictionary contradicts itself; take it from its origin again")

    def _unpack(self, layout: str, at: int) -> tuple[tuple[int, ...], int]:
        size = struct.calcsize(layout)
        return struct.unpack(layout, self._data[at : at + size]), at + size

    def _text(self, at: int) -> tuple[bytes, int]:
        (length,), at = self._unpack("<i", at)
        if not 0 <= length < 100:
            raise ScorerError("its dictionary is damaged")
        return bytes(self._data[at : at + length]), at + length

    def _table(self, dtype: Any, count: int, at: int) -> tuple[npt.NDArray[Any], int]:
        at = -(-at // _ALIGNMENT) * _ALIGNMENT
        end = at + count * dtype.itemsize
        if count < 0 or end > len(self._data):
            raise ScorerError("it ends within its dictionary; take it from its origin again")
        return np.frombuffer(self._data, dtype, count, at), end

    def paths(self, most_words: int) -> Iterator[tuple[int, ...]]:
        """Yield every word, depth first.

        Raises:
            ScorerError: The automaton has a loop, or too many words.
        """
        if not len(self._states):
            return
        final = (self._states["final"] != np.inf).tolist()
        first, arcs = self._states["first"].tolist(), self._states["arcs"].tolist()
        labels, following = self._arcs["label"].tolist(), self._arcs["next"].tolist()
        path: list[int] = []
        waiting = [(self._start, 0, 0)]  # state, label that leads to it, labels up to it
        steps = found = 0
        while waiting:
            state, label, depth = waiting.pop()
            del path[max(depth - 1, 0) :]
            if depth:
                path.append(label)
            steps += 1
            found += final[state]
            if depth > _LONGEST or found > most_words or steps > _STEPS_OF_A_WORD * most_words:
                raise ScorerError(
                    f"its dictionary has words of more than {_LONGEST} letters, or more than "
                    f"{most_words:,} words; take it from its origin again"
                )
            if final[state]:
                yield tuple(path)
            for arc in range(first[state] + arcs[state] - 1, first[state] - 1, -1):
                waiting.append((following[arc], labels[arc], depth + 1))
