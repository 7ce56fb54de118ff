"""The texts of Project Gutenberg without what Project Gutenberg puts around them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from auricle.text import english

_START = re.compile(r"\*\*\* ?START OF (?:THIS|THE) PROJECT[^*]*\*\*\*")
_OLD_START = re.compile(r"\*END\*?[^\n]*SMALL PRINT[^\n]*(?:\n[^\n]+\*END\*)?|\*END\*[^\n]*\n")
_END = re.compile(
    r"\*\*\* ?END OF (?:THIS|THE) PROJECT|\n\s*\**\s*End of (?:The |This )?Project Gutenberg",
    re.IGNORECASE,
)
_CREDITS = re.compile(
    r"\b(?:produced|prepared|transcribed|scanned|proofread\w*) (?:and \w+ )?by\b|e-?text|"
    r"project gutenberg|transcriber|proofreading|pgdp|internet archive|https?://|www\.",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")
_MARKUP = re.compile(r"[_*~|#^]+")
_OLD_HEADER_CHARACTERS = 30_000
_VOLUME = re.compile(
    r"\(.*?\)|\b(?:volume|vol|book|part|version|tome|v)\.? *(?:[0-9]+|[ivxlc]+\b)", re.IGNORECASE
)
_SUBTITLE = re.compile(r"[:;\r\n\u2014].*", re.DOTALL)
_ARTICLE = re.compile(r"^(?:the|an?|les?|la) ")


@dataclass(frozen=True)
class Book:
    """A text of Project Gutenberg.

    Attributes:
        title: As its header has it, or empty.
        number: Project Gutenberg's number of it, or None.
        language: As its header has it.
        free: Whether it is in the public domain of the USA.
        body: The text itself, or None where no end of the header was found.
    """

    title: str
    number: int | None
    language: str
    free: bool
    body: str | None


def parse(content: bytes) -> Book:
    """Read a Project Gutenberg file."""
    text = _decode(content).replace("\r\n", "\n")
    start = _START.search(text)
    if start is None:
        start = _OLD_START.search(text, 0, _OLD_HEADER_CHARACTERS)
    header = text[: start.end()] if start else text[:_OLD_HEADER_CHARACTERS]
    end = _END.search(text, len(header)) if start else None
    number = re.search(r"(?:EBook|Etext|eBook) ?#(\d+)", header)
    return Book(
        title=_field(header, "Title"),
        number=int(number[1]) if number else None,
        language=_field(header, "Language") or "English",
        free="COPYRIGHTED" not in header and "World Library" not in header,
        body=text[start.end() : end.start() if end else None] if start else None,
    )


def prose(body: str) -> str:
    """Remove illustrations, notes in brackets, marks of emphasis and the producers' credits."""
    text = _MARKUP.sub("", _BRACKETS.sub(" ", html.unescape(body)))
    head, rest = text[:3000], text[3000:]
    credited = [part for part in head.split("\n\n") if not _CREDITS.search(part)]
    return "\n\n".join(credited) + rest


def title_key(title: str) -> str:
    """Reduce a title to what editions and volumes of a work have in common."""
    plain = _VOLUME.sub(" ", _SUBTITLE.sub("", title) or title)
    return _ARTICLE.sub("", english(plain))


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _field(header: str, name: str) -> str:
    match = re.search(rf"^{name}: *(.+)$", header, re.MULTILINE)
    return match[1].strip() if match else ""
