"""The spelling of any language that is written in letters: `letters`, or `letters-LANGUAGE`.

Lower case, letters with their marks, apostrophes only between letters, everything else a space.
Full-width and other compatible forms become the ordinary ones (Unicode's NFKC). Numbers are spoken
out where num2words knows the language, as cardinals, thousands with or without marks between them;
elsewhere, and where a mark parts a fraction, they are refused, because nobody could tell from them
what was said.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable

from auricle.errors import DependencyError, OptionError

PREFIX = "letters"

_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u0060\u00b4\uff07"), "'")
# Joiners of Persian and Indic scripts are spelling, though they are invisible.
_KEPT = "'\u200c\u200d"
_OUTER_APOSTROPHE = re.compile(r"(?<![^\W\d_])'|'(?![^\W\d_])")
_NUMBER = re.compile(r"\d+(?:[.,']\d+)*")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+|(?:'\d{3})+)")
_FRACTION = re.compile(r"\d+[.,]\d+|[1-9]\d{0,2}(?:(?:\.\d{3})+,|(?:[,']\d{3})+\.)\d+")
_SPACED = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d))")  # spaces that keep thousands together
_DOTLESS = str.maketrans({"I": "\u0131", "\u0130": "i"})  # Turkish and Azerbaijani
_EXAMPLE = "de"


@functools.cache
def letters(language: str = "") -> Callable[[str], str]:
    """Return the normaliser of a language, or the one that refuses numbers.

    Args:
        language: As num2words calls it: ISO 639-1, and a region after an underscore.
    """
    return functools.partial(_spell, language=language)


def _spell(text: str, language: str) -> str:
    text = unicodedata.normalize("NFKC", _SPACED.sub("", text)).translate(_APOSTROPHES)
    if language in ("tr", "az"):
        text = text.translate(_DOTLESS)
    text = _NUMBER.sub(lambda match: f" {_spoken(match[0], language)} ", text).lower()
    text = "".join(char if char in _KEPT or _is_letter(char) else " " for char in text)
    return " ".join(_OUTER_APOSTROPHE.sub(" ", text).split())


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _spoken(number: str, language: str) -> str:
    """Return the words of a number, or of the numbers of a date such as 24.12.1999."""
    if _THOUSANDS.fullmatch(number):
        return _cardinal("".join(re.findall(r"\d", number)), language)
    if language and _FRACTION.fullmatch(number):
        raise OptionError(f"{number!r} is no whole number, and is read in many ways; write it out")
    return " ".join(_cardinal(each, language) for each in re.findall(r"\d+", number))


def _cardinal(number: str, language: str) -> str:
    if not language:
        raise OptionError(
            f"{number!r} is a number, which {PREFIX} cannot speak; write it out, or name the "
            f"language, as in {PREFIX}-{_EXAMPLE}"
        )
    try:
        from num2words import num2words
    except ModuleNotFoundError as error:
        raise DependencyError(
            "speaking numbers needs num2words: pip install 'auricle[tune]'"
        ) from error
    try:
        return str(num2words(int(number), lang=language))
    except (NotImplementedError, OverflowError) as error:
        raise OptionError(
            f"{number!r} cannot be spoken in the language {language!r}; write it out in the text"
        ) from error
