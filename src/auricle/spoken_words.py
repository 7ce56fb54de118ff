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


def read_text(text: str, normalise: Normaliser, separator: str = " ") -> list[list[WrittenWord]]:
    """Find the spoken words of a text.

    Signs that nothing is spoken for, such as a dash, stay with the word before them.

    Args:
        text: As people write it; a line break ends a line.
        normalise: The spelling of the model.
        separator: What stands between two words; where it is empty, each character is a word.

    Returns:
        The words of each line that has any.

    Raises:
        OptionError: The normaliser cannot spell the text.
    """

    @functools.lru_cache(maxsize=1 << 16)
    def spell(words: str) -> tuple[str, ...]:
        return tuple(words_of(normalise(words), separator))

    lines = [words_of(line, separator) for line in text.splitlines()]
    written = (_join_silent(_read_line(line, spell, separator), separator) for line in lines)
    return [line for line in written if line]


def words_of(text: str, separator: str) -> list[str]:
    """Cut a text into its words; into its characters where nothing separates words."""
    return text.split() if separator else list("".join(text.split()))


def _read_line(words: Sequence[str], spell: _Spell, separator: str) -> list[WrittenWord]:
    groups = _groups(words, spell, separator)
    return [WrittenWord(group, tuple(spell(group))) for group in groups]


def _groups(words: Sequence[str], spell: _Spell, separator: str) -> list[str]:
    """Cut a line into groups that together spell it; into single words where nothing does."""

    def group_of(first: int, last: int) -> str:
        return separator.join(words[first:last])

    def ways(first: int, said: int) -> Iterator[tuple[int, int]]:
        """Yield where groups end that begin at a written word, after so many spoken ones."""
        for last in range(first + 1, min(first + LONGEST_GROUP, len(words)) + 1):
            group = tuple(spell(group_of(first, last)))
            if spoken[said : said + len(group)] == group:
                yield last, said + len(group)

    spoken = tuple(spell(group_of(0, len(words))))
    failed: set[tuple[int, int]] = set()
    open_ways = [ways(0, 0)]
    ends = [(0, 0)]
    while open_ways:
        end = next(open_ways[-1], None)
        if end is None:
            failed.add(ends.pop())
            open_ways.pop()
        elif end == (len(words), len(spoken)):
            places = [place for place, _ in (*ends, end)]
            return [group_of(a, b) for a, b in itertools.pairwise(places)]
        elif end not in failed:
            ends.append(end)
            open_ways.append(ways(*end))
    return list(words)


def _join_silent(words: Sequence[WrittenWord], separator: str) -> list[WrittenWord]:
    joined: list[WrittenWord] = []
    waiting = ""
    for word in words:
        text = separator.join(filter(None, (waiting, word.text)))
        waiting = ""
        if word.spoken:
            joined.append(WrittenWord(text, word.spoken))
        elif joined:
            joined[-1] = WrittenWord(joined[-1].text + separator + text, joined[-1].spoken)
        else:
            waiting = text
    return joined
