"""Lexicons: which units make which words, for models whose units do not spell words.

A lexicon is a text of lines such as

    read  R IY D
    read  R EH D
    red   R EH D

(a word and its units between spaces or tabulators; several lines for several spellings), the same
packed by `Lexicon.write` to less than half of its size, or a mapping:

    {"read": ["R IY D", "R EH D"], "red": "R EH D"}
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from auricle import _core
from auricle._core import Lexicon
from auricle.errors import ModelError, OptionError

Spelling: TypeAlias = str | Sequence[str]
"""The units of a word between spaces, as in "R IY D"; or several such spellings."""

LexiconSource: TypeAlias = str | os.PathLike[str] | Mapping[str, Spelling]
"""A file, text or packed; or a mapping from each word to its spelling or spellings."""


def load_lexicon(source: LexiconSource, vocabulary: _core.Vocabulary) -> Lexicon:
    """Load a lexicon for the units of a vocabulary.

    Raises:
        OptionError: A mapping holds what is no word.
        ModelError: The lexicon is missing, broken, or uses units that the vocabulary lacks; the
            message names the line.
    """
    if isinstance(source, Mapping):
        return Lexicon.read("".join(_lines(source)).encode(), vocabulary)
    try:
        return Lexicon.open(os.fspath(source), vocabulary)
    except ModelError as error:
        error.args = (f"{source}: {error}; correct it, or take the one made for this model",)
        raise


def _lines(words: Mapping[str, Spelling]) -> Iterator[str]:
    for word, spellings in words.items():
        if not word or word.split() != [word]:
            raise OptionError(f"the lexicon has {word!r}; a word has letters and no spaces")
        for spelling in [spellings] if isinstance(spellings, str) else spellings:
            if "\n" in spelling or not spelling.strip():
                raise OptionError(f"{word!r} is spelled {spelling!r}; give units between spaces")
            yield f"{word} {spelling}\n"


def part_words(text: str, known: Callable[[str], bool], longest: int) -> Iterator[str]:
    """Yield the words of a text without spaces between them, from the left, the longest first.

    Args:
        text: In which no word reaches over a space.
        known: Whether a lexicon has a word.
        longest: Letters of a word. A letter that begins no known word is a word by itself.
    """
    for written in text.split():
        start = 0
        while start < len(written):
            ends = range(min(len(written), start + longest), start + 1, -1)
            end = next((end for end in ends if known(written[start:end])), start + 1)
            yield written[start:end]
            start = end
