"""The readers of text.toml's sources: repositories to documents."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree

import gutenberg
from repositories import Repository
from sentences import is_prose, paragraphs, sentences

_TEI = "{http://www.tei-c.org/ns/1.0}"
_NOTES = re.compile(r"\[[^\]]*\]|\([^)]*(?:[Aa]pplause|[Ll]aughter)[^)]*\)")
# WikiText writes hyphens and points inside words as " @-@ ", and spaces its punctuation.
_WIKITEXT_JOINT = re.compile(r" @(.)@ ")
_SPACED_MARK = re.compile(r" ([.,;:!?')])")


@dataclass(frozen=True)
class Document:
    """One text of a source.

    Attributes:
        name: Where it stands in the source.
        titles: The titles it is known by; empty for what is no book.
        paragraphs: Its text.
        number: Project Gutenberg's number of it, or None.
        unusable: Why its text is not used, or empty.
    """

    name: str
    titles: tuple[str, ...]
    paragraphs: list[str]
    number: int | None = None
    unusable: str = ""


def read_gutenberg(repository: Repository, under: str) -> Iterator[Document]:
    """Read AUTHOR/TITLE.txt files of Project Gutenberg."""
    for path, content in repository.read(_paths(repository, under, ".txt")):
        book = gutenberg.parse(content)
        text = list(filter(is_prose, paragraphs(gutenberg.prose(book.body or ""))))
        titles = (PurePosixPath(path).name.removesuffix(".txt"), book.title)
        yield Document(path, titles, text, book.number, _why_unusable(book))


def _why_unusable(book: gutenberg.Book) -> str:
    if not book.free:
        return "copyrighted"
    if not book.language.startswith("English") or " and " in book.language:
        return "not in English"
    return "" if book.body else "no end of the header found"


def read_novels(repository: Repository, under: str) -> Iterator[Document]:
    """Read AUTHOR_WORD_YEAR.txt files, where WORD is the first that tells in the title."""
    for path, content in repository.read(_paths(repository, under, ".txt")):
        text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        titles = (PurePosixPath(path).stem.split("_")[1],)
        yield Document(path, titles, list(filter(is_prose, paragraphs(text))))


def read_tei(repository: Repository, under: str) -> Iterator[Document]:
    """Read the paragraphs and verses of TEI documents' bodies."""
    for path, content in repository.read(_paths(repository, under, ".xml")):
        root = ElementTree.fromstring(content)
        title = root.find(f".//{_TEI}title")
        titles = () if title is None else ("".join(title.itertext()).strip(),)
        body = root.find(f".//{_TEI}body")
        parts = (
            [] if body is None else [e for e in body.iter() if e.tag in (_TEI + "p", _TEI + "l")]
        )
        text = [" ".join("".join(part.itertext()).split()) for part in parts]
        yield Document(path, titles, list(filter(is_prose, text)))


def read_speeches(repository: Repository, under: str) -> Iterator[Document]:
    """Read speeches of a paragraph a line, after a line with the speaker's name."""
    for path, content in repository.read(_paths(repository, under, ".txt")):
        lines = content.decode("utf-8", "replace").split("\n", 1)[-1]
        text = [" ".join(line.split()) for line in _NOTES.sub(" ", lines).split("\n")]
        yield Document(path, (), list(filter(is_prose, text)))


def read_dialogues(repository: Repository, under: str) -> Iterator[Document]:
    """Read the utterances of schema-guided dialogues, a file of dialogues as one document."""
    for path, content in repository.read(_paths(repository, under, ".json")):
        dialogues = json.loads(content)
        if isinstance(dialogues[0], dict) and "turns" in dialogues[0]:
            turns = [turn for dialogue in dialogues for turn in dialogue["turns"]]
            yield Document(path, (), [turn["utterance"] for turn in turns])


def read_wikitext(repository: Repository, under: str) -> Iterator[Document]:
    """Read WikiText-2 from a zip archive of CSV files, an article as one document."""
    ((_, content),) = repository.read([under])
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        if not name.endswith(".csv"):
            continue
        for number, lines in enumerate(_articles(archive.read(name).decode())):
            prose = filter(is_prose, (line for line in lines if not line.startswith(" =")))
            text = [part for line in prose for part in sentences(_plain_wikitext(line))]
            yield Document(f"{name}:{number}", (), [part for part in text if "<unk>" not in part])


def _articles(table: str) -> Iterator[list[str]]:
    csv.field_size_limit(len(table) + 1)
    lines = "\n".join(row[0] for row in csv.reader(io.StringIO(table)) if row).split("\n")
    article: list[str] = []
    for line in lines:
        if re.fullmatch(r" = [^=].*[^=] = ", line):
            yield article
            article = []
        article.append(line)
    yield article


def _plain_wikitext(line: str) -> str:
    text = _WIKITEXT_JOINT.sub(r"\1", line).replace(" n't", "n't")
    return _SPACED_MARK.sub(r"\1", text)


def read_lines(repository: Repository, under: str) -> Iterator[Document]:
    """Read text files of a sentence a line, without those that are cues of a page."""
    paths = [path for path in _paths(repository, under, ".txt") if "cues" not in path]
    for path, content in repository.read(paths):
        yield Document(path, (), content.decode("utf-8", "replace").splitlines())


def _paths(repository: Repository, under: str, ending: str) -> list[str]:
    return [path for path in repository.files(under) if path.endswith(ending)]


READERS: dict[str, Callable[[Repository, str], Iterator[Document]]] = {
    "gutenberg": read_gutenberg,
    "novels": read_novels,
    "tei": read_tei,
    "speeches": read_speeches,
    "dialogues": read_dialogues,
    "wikitext": read_wikitext,
    "lines": read_lines,
}
