"""Grammars: a listener's commands, so that it hears them and knows when something else was said.

A list of phrases, one a line, or the subset of JSGF that docs/decoding.md describes:

    #JSGF V1.0;
    <colour> = red {RED} | blue {BLUE};
    public <command> = [please] turn (on {ON} | off {OFF}) the <colour> light;
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeAlias

from auricle._core import Grammar
from auricle.errors import OptionError, check_unicode

__all__ = ["Grammar", "GrammarSource", "load_grammar"]

GrammarSource: TypeAlias = Grammar | str | os.PathLike[str] | Sequence[str]
"""A grammar, its file, or a list of phrases."""


def load_grammar(source: GrammarSource) -> Grammar:
    """Load a grammar.

    Args:
        source: A file (a list of phrases, or JSGF where it begins with "#JSGF"), the phrases
            themselves, or a grammar, which is returned as it is.

    Raises:
        OptionError: The file is missing, or its grammar is wrong; the message says line and column.
    """
    if isinstance(source, Grammar):
        return source
    if isinstance(source, str | os.PathLike):
        try:
            return Grammar.open(os.fspath(source))
        except OptionError as error:
            error.args = (f"{source}: {error}",)
            raise
    for phrase in source:
        if not phrase.strip() or "\n" in phrase:
            raise OptionError(f"the phrase {phrase!r} is empty or more than one line")
        check_unicode(phrase, "phrase")
    return Grammar.read("\n".join(source))
