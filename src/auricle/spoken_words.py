"""Which words are spoken for each word of a written text.

A normaliser spells a whole line, for a numeral is read by what stands around it: "$5 million" is
"five million dollars". Here the line is cut into the shortest groups of written words whose own
spellings, one after the other, are the spelling of the line; most groups are one word.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from auricle.text import Normaliser

# Written words that may have to be read together, as in "$5 million" or "Louis XIV".
LONGEST_GROUP = 6

_Spell = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class WrittenWord:
    """A word as it was written, or a few that are read together, and what is spoken for it."""

    text: str
    spoken: tuple[str, ...]


def read_text(text: str, normalise: Normaliser) -> list[list[WrittenWord]]:
    """Find the spoken words of a text.

    Signs that nothing is spoken for, such as a dash, stay with the word before them.

    Args:
        text: As people write it; a line break ends a line.
        normalise: The spelling of the model.

    Returns:
        The words of each line that has any.

    Raises:
        OptionError: The normaliser cannot spell the text.
    """

    @functools.lru_cache(maxsize=1 << 16)
    def spell(words: str) -> tuple[str, ...]:
        return tuple(normalise(words).split())

    lines = (_read_line(line.split(), spell) for line in text.splitlines())
    return [line for line in map(_join_silent, lines) if line]


def _read_line(words: Sequence[str], spell: _Spell) -> list[WrittenWord]:
    groups = _groups(words, spell, spell(" ".join(words)))
    return [WrittenWord(group, tuple(spell(group))) for group in groups]


def _groups(words: Sequence[str], spell: _Spell, spoken: Sequence[str]) -> list[str]:
    """Cut a line into groups that together spell it; into single words where nothing does."""
    failed: set[tuple[int, int]] = set()
    ways = [_ways(words, spell, spoken, 0, 0)]
    ends = [(0, 0)]
    while ways:
        end = next(ways[-1], None)
        if end is None:
            failed.add(ends.pop())
            ways.pop()
        elif end == (len(words), len(spoken)):
            places = [place for place, _ in (*ends, end)]
            return [" ".join(words[a:b]) for a, b in itertools.pairwise(places)]
        elif end not in failed:
            ends.append(end)
            ways.append(_ways(words, spell, spoken, *end))
    return list(words)


def _ways(
    words: Sequence[str], spell: _Spell, spoken: Sequence[str], first: int, said: int
) -> Iterator[tuple[int, int]]:
    """Yield where groups end that begin at a written word, after so many spoken ones."""
    for last in range(first + 1, min(first + LONGEST_GROUP, len(words)) + 1):
        group = spell(" ".join(words[first:last]))
        if tuple(spoken[said : said + len(group)]) == tuple(group):
            yield last, said + len(group)


def _join_silent(words: Sequence[WrittenWord]) -> list[WrittenWord]:
    joined: list[WrittenWord] = []
    waiting = ""
    for word in words:
        text = f"{waiting} {word.text}".strip()
        waiting = ""
        if word.spoken:
            joined.append(WrittenWord(text, word.spoken))
        elif joined:
            joined[-1] = WrittenWord(f"{joined[-1].text} {text}", joined[-1].spoken)
        else:
            waiting = text
    return joined
