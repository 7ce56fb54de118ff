"""What became of each word of a reference: right, substituted, deleted, or a word inserted.

An alignment is one with the fewest errors (Levenshtein distance over words).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

EQUAL, SUBSTITUTE, DELETE, INSERT = "equal", "substitute", "delete", "insert"
_KINDS = {"equal": EQUAL, "replace": SUBSTITUTE, "delete": DELETE, "insert": INSERT}


@dataclass(frozen=True)
class Step:
    """One place of an alignment; the side that has no word there is empty."""

    kind: str
    reference: str
    result: str


def align(reference: Sequence[str], result: Sequence[str]) -> tuple[Step, ...]:
    """Align the words of a result with those of a reference."""
    steps: list[Step] = []
    for part in Levenshtein.opcodes(list(reference), list(result)):
        spoken = reference[part.src_start : part.src_end]
        heard = result[part.dest_start : part.dest_end]
        for index in range(max(len(spoken), len(heard))):
            steps.append(
                Step(
                    _KINDS[part.tag],
                    spoken[index] if index < len(spoken) else "",
                    heard[index] if index < len(heard) else "",
                )
            )
    return tuple(steps)


def character_errors(reference: str, result: str) -> int:
    """Return the fewest changes of single characters, spaces included, from one to the other."""
    return Levenshtein.distance(reference, result)
