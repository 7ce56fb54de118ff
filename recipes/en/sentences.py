"""Running text to sentences, by its punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TITLES = "Mr Mrs Ms Dr St Messrs Mme Mlle Prof Rev Hon Gen Col Maj Capt Lieut Lt Sergt Sgt Gov"
_NOT_AFTER = "".join(rf"(?<!\b{word}\.)" for word in f"{_TITLES} Vol No vs".split())
# A sentence ends at . ! or ? (and the quotes or brackets that close with it) before white space and
# a capital, a digit or an opening quote; but not after an initial or a title.
_END = re.compile(
    rf"(?<=[.!?]){_NOT_AFTER}(?<!\b[A-Z]\.)"
    r"""[\"')\]\u2019\u201d]*\s+(?=[\"'(\[\u2018\u201c]*[A-Z0-9])"""
)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text whose paragraphs stand between blank lines."""
    for paragraph in _BLANK_LINES.split(text):
        if paragraph and not paragraph.isspace():
            yield " ".join(paragraph.split())


def is_prose(paragraph: str) -> bool:
    """Tell running text from headings in capitals, tables and the pages of an index."""
    letters = sum(map(paragraph.count, "etaoinshr"))
    digits = sum(map(paragraph.count, "0123456789"))
    return letters > 0.3 * len(paragraph) and digits < 0.08 * len(paragraph)


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph into its sentences."""
    return _END.split(paragraph)
