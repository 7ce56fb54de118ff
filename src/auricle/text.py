"""Normalisers: the one spelling of a language that transcripts, references and corpora share.

A normaliser is used identically when a model is trained, when it is scored and when its language
model is built, so its name belongs to the model.

`letters` and `letters-LANGUAGE` are for any language, in `auricle.letters`; `mandarin` is in
`auricle.mandarin`.

The spelling of `english` is that of LibriSpeech: lower case a to z, apostrophes only between
letters ("don't", "o'clock"; "'tis" becomes "tis" and "the girls'" becomes "the girls", for at the
edge of a word an apostrophe cannot be told from a quotation mark), numbers, symbols and common
abbreviations spoken out, accents removed, everything else a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from auricle.errors import OptionError
from auricle.letters import PREFIX, letters
from auricle.mandarin import mandarin
from auricle.numerals import speak_numerals, speak_roman

__all__ = ["NORMALISERS", "Normaliser", "english", "identity", "normaliser", "whitespace"]

Normaliser = Callable[[str], str]

_ABBREVIATIONS = {
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "messrs": "messrs",
    "mme": "madame",
    "mlle": "mademoiselle",
    "prof": "professor",
    "rev": "reverend",
    "hon": "honorable",
    "gen": "general",
    "col": "colonel",
    "maj": "major",
    "capt": "captain",
    "lieut": "lieutenant",
    "lt": "lieutenant",
    "sergt": "sergeant",
    "sgt": "sergeant",
    "gov": "governor",
    "esq": "esquire",
    "jr": "junior",
    "sr": "senior",
    "co": "company",
    "etc": "et cetera",
    "vs": "versus",
    "vol": "volume",
    "st": "street",
    "ave": "avenue",
    "jan": "january",
    "feb": "february",
    "aug": "august",
    "sept": "september",
    "oct": "october",
    "nov": "november",
    "dec": "december",
}
_SYMBOLS = {
    "&": " and ",
    "%": " percent ",
    "@": " at ",
    "+": " plus ",
    "=": " equals ",
    "\u00b0": " degrees ",
}
_LETTERS = {
    "\u00e6": "ae",
    "\u0153": "oe",
    "\u00df": "ss",
    "\u00f8": "o",
    "\u0142": "l",
    "\u0111": "d",
    "\u00f0": "d",
    "\u00fe": "th",
    "\u0131": "i",
}
# What most texts have beyond ASCII; without it they take the quick way.
_TYPOGRAPHY = {
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u0060\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u2013\u2014", " "),
}

_SYMBOL = re.compile(f"[{''.join(_SYMBOLS)}]")
_SYMBOL_TABLE, _LETTER_TABLE = str.maketrans(_SYMBOLS), str.maketrans(_LETTERS)
_DIGIT = re.compile(r"[0-9]")
_TITLES = ("Mr", "mr", "MR", "Dr", "dr", "DR")
_TITLE = re.compile(r"(?<![A-Za-z'])(Mrs?|mrs?|MRS?|[Dd]r|DR)\b\.?")
_ABBREVIATION = re.compile(r"\b([A-Za-z]{2,8})\.")
# The same by the point, which is rarer than words: a quick look whether there is any.
_POINTED = "|".join(rf"(?<=\b{word}\.)" for word in _ABBREVIATIONS)
_ABBREVIATED = re.compile(rf"\.(?:{_POINTED})", re.IGNORECASE)
_SAINT = re.compile(r"S[tT](?<![A-Za-z]..)\.(?=\s+[A-Z])")
_NUMERO = re.compile(r"\b[Nn]o\.(?=\s*[0-9])")
_HALF_DAY = re.compile(r"(?<=[0-9])\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)
# Old books set contractions apart, as in "it 's" and "do n't".
_APART = re.compile(r"(?<=[a-z]) (?='(?:s|ll|d|re|ve|m)\b|n't\b)")
_TWO_CAPITALS = re.compile(r"[IVXL]{2}")
_OUTER_APOSTROPHE = re.compile(r"'(?:(?<![a-z]')|(?![a-z]))")
_OTHER = re.compile(r"[^a-z' ]")
_BLANKS = {code: " " for code in range(128) if not ("a" <= chr(code) <= "z" or chr(code) == "'")}


def english(text: str) -> str:
    """Spell English text in words of a to z and inner apostrophes, one space between them.

    Returns:
        The words; empty for text without any.

    Raises:
        OptionError: A letter or numeral of another script is in the text.
    """
    text = _speak_symbols(text).lower()
    if not text.isascii():
        text = _without_accents(text)
        _check_script(text)
        text = _OTHER.sub(" ", text)
    if "'" in text:
        if " '" in text or " n't" in text:
            text = _APART.sub("", text)
        text = _OUTER_APOSTROPHE.sub(" ", text)
    return " ".join(text.translate(_BLANKS).split())


def whitespace(text: str) -> str:
    """Make every run of white space one space, and remove it at both ends."""
    return " ".join(text.split())


def identity(text: str) -> str:
    """Return the text as it is."""
    return text


NORMALISERS: dict[str, Normaliser] = {
    "english": english,
    "mandarin": mandarin,
    "whitespace": whitespace,
    "identity": identity,
    PREFIX: letters(),
}


def normaliser(name: str) -> Normaliser:
    """Return the normaliser of a name.

    Raises:
        OptionError: There is none of that name.
    """
    kind, _, language = name.partition("-")
    if kind == PREFIX and language:
        return letters(language)
    try:
        return NORMALISERS[name]
    except KeyError:
        names = ", ".join(NORMALISERS)
        raise OptionError(
            f"no text normaliser {name!r}; there are {names}, and {PREFIX}-LANGUAGE as {PREFIX}-de"
        ) from None


def _speak_symbols(text: str) -> str:
    """Write out abbreviations and numerals, which need the capitals and points still there."""
    for written, plain in _TYPOGRAPHY.items():
        text = text.replace(written, plain)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if _SYMBOL.search(text):
        text = text.translate(_SYMBOL_TABLE)
    if any(title in text for title in _TITLES):
        text = _TITLE.sub(_expand, text)
    if "." in text:
        text = _SAINT.sub("saint", text)
        if _ABBREVIATED.search(text):
            text = _ABBREVIATION.sub(_expand, text)
    if _TWO_CAPITALS.search(text):
        text = speak_roman(text)
    if _DIGIT.search(text):
        text = _NUMERO.sub("number", text)
        text = _HALF_DAY.sub(r" \1 m ", text)
        text = speak_numerals(text)
    return text


def _expand(match: re.Match[str]) -> str:
    return _ABBREVIATIONS.get(match[1].lower(), match[0])


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTER_TABLE))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _check_script(text: str) -> None:
    for char in dict.fromkeys(_OTHER.findall(text)):  # each once, in order
        if unicodedata.category(char)[0] in "LN":
            raise OptionError(
                f"{char!r} ({unicodedata.name(char, 'unnamed')}) has no English spelling; "
                "leave such lines out or transliterate them first"
            )
