"""Stage 2: the texts of text.toml become clean sentences for the language model.

    python recipes/en/text.py DATA [--report FILE]

First each source becomes DATA/text/sources/NAME.txt: its documents, each a line of JSON that names
it and then its sentences in the spelling of `auricle.text.english`; a source already there is left
alone. Then the corpora DATA/text/{books,modern}.txt.gz are written without

- books that are copyrighted, not in English, or without a recognisable header,
- the books read in LibriSpeech's dev and test sets (by number, title, and content),
- documents that repeat others,
- the lines that share eight words in a row with a test reference, or equal a short one,

and DATA/text/{books,modern}-dev.txt.gz with one in a hundred documents held out, for choosing the
options of the language model. The report counts what each removal took.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import tomllib
from corpora import READERS, Document
from decontaminate import EvalNgrams, eval_ngrams, ngram_keys, touched_lines
from duplicates import SeenShingles, sketch
from gutenberg import title_key
from numpy.typing import NDArray
from repositories import Repository, fetch_repository
from sentences import sentences

from auricle.errors import OptionError
from auricle.text import english

HERE = Path(__file__).parent
# A book with so many lines in common with the references is one of those read, or an edition of it.
READ_BOOK_LINES = 10
# The list of found books counts shared 8-grams; below this they are quotations and set phrases.
READ_BOOK_NGRAMS = 5
DEV_ONE_IN = 100

Settings = dict[str, Any]


@dataclass(frozen=True)
class ReadBooks:
    """The books that LibriSpeech's dev and test sets were read from."""

    numbers: frozenset[int]
    keys: frozenset[str]
    paths: frozenset[str]

    def includes(self, document: dict[str, Any]) -> bool:
        """Tell whether a document is one of them, by number, title or path."""
        if document["number"] in self.numbers or document["name"] in self.paths:
            return True
        keys = {title_key(title) for title in document["titles"]} - {""}
        if document["source"] == "novels":  # titled by the first word that tells
            return any(re.search(rf"\b{word}", title) for word in keys for title in self.keys)
        return not keys.isdisjoint(self.keys)


@dataclass
class Removals:
    """What was kept and removed, in documents, lines and words."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, source: str, what: str, documents: int, lines: int, words: int) -> None:
        """Add to what is known of one fate of a source's text."""
        for unit, amount in (("documents", documents), ("lines", lines), ("words", words)):
            if amount:
                self.counts.setdefault(source, Counter())[f"{what}: {unit}"] += amount


def read_references(settings: Settings, data: Path) -> Iterator[str]:
    """Yield the references of the test sets and of the speech dev set, normalised."""
    for name in settings["manifests"]:
        manifest = data / "manifests" / f"{name}.jsonl.gz"
        if not manifest.exists():
            sys.exit(f"{manifest} is missing: run recipes/en/speech.py first, for its transcripts")
        with gzip.open(manifest, "rt", encoding="utf-8") as cuts:
            for cut in cuts:
                yield from (part["text"] for part in json.loads(cut)["supervisions"])


def read_books(settings: Settings, data: Path) -> ReadBooks:
    """Look up the books of LibriSpeech's dev and test sets."""
    repository = fetch_repository(settings["repository"], settings["revision"], data)
    tables = dict(repository.read([settings["chapters"], settings["books"]]))
    chapters = list(_table(tables[settings["chapters"]]))
    read = [row for row in chapters if len(row) >= 8 and row[3].startswith(("dev", "test"))]
    numbers = {int(row[5]) for row in read if row[5].isdigit()}
    titles = {row[7] for row in read}
    books = (row for row in _table(tables[settings["books"]]) if row[0].isdigit())
    titles |= {row[1] for row in books if int(row[0]) in numbers}
    with (HERE / settings["found_books"]).open(encoding="utf-8") as table:
        paths = {
            row["path"].strip("'\"")
            for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
            if sum(int(row[hits]) for hits in row if hits.startswith("hits")) >= READ_BOOK_NGRAMS
        }
    keys = {title_key(title) for title in titles} - {""}
    return ReadBooks(frozenset(numbers), frozenset(keys), frozenset(paths))


def _table(content: bytes) -> Iterator[list[str]]:
    for line in content.decode().splitlines():
        if line and not line.startswith(";"):
            yield [cell.strip() for cell in line.split("|")]


def prepare(name: str, source: Settings, data: Path) -> Path:
    """Write the documents of a source as sentences, unless they are there."""
    path = data / "text" / "sources" / f"{name}.txt"
    if path.exists():
        return path
    repository = fetch_repository(source["repository"], source["revision"], data)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as out:
        documents = _write_documents(name, source, repository, out)
    if documents != source["documents"]:
        sys.exit(f"{name} has {documents} documents, text.toml says {source['documents']}")
    partial.rename(path)
    return path


def _write_documents(name: str, source: Settings, repository: Repository, out: IO[str]) -> int:
    count = 0
    for document in READERS[source["kind"]](repository, source["under"]):
        lines, unspelt = _normalise(document)
        head = {
            "source": name,
            "name": document.name,
            "titles": document.titles,
            "number": document.number,
            "unusable": document.unusable,
            "unspelt": unspelt,
        }
        out.write(f"{json.dumps(head)}\n")
        out.writelines(f"{line}\n" for line in lines)
        count += 1
        if count % 100 == 0:
            print(f"{name}: {count} documents", flush=True)
    return count


def _normalise(document: Document) -> tuple[list[str], int]:
    """Return the normalised sentences, and how many have no English spelling."""
    lines: list[str] = []
    unspelt = 0
    for paragraph in document.paragraphs:
        for sentence in sentences(paragraph):
            try:
                lines.append(english(sentence))
            except OptionError:
                unspelt += 1
    return list(filter(None, lines)), unspelt


def documents(path: Path) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield the head and the lines of every document of a prepared source."""
    head: dict[str, Any] = {}
    lines: list[str] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line[0] != "{":
                lines.append(line[:-1])
                continue
            if head:
                yield head, lines
            head, lines = json.loads(line), []
    if head:
        yield head, lines


def judge(paths: list[Path], read: ReadBooks, ngrams: EvalNgrams) -> dict[tuple[str, str], str]:
    """Decide of every document of a corpus why it is removed; kept ones have an empty reason.

    Repetitions are sought from the longest document to the shortest, so that a collected edition is
    kept rather than its parts; a text that repeats a removed book is removed as well.
    """
    reasons: dict[tuple[str, str], str] = {}
    samples = []
    seen = SeenShingles()
    for path in paths:
        for head, lines in documents(path):
            keys = ngram_keys(" ".join(lines).split())
            reason = head["unusable"]
            if not reason and (read.includes(head) or _is_read(lines, keys, ngrams)):
                reason = "read in LibriSpeech dev or test"
                seen.add(sketch(keys))
            reasons[head["source"], head["name"]] = reason
            if not reason:
                samples.append((len(keys), head["source"], head["name"], sketch(keys)))
    for _, source, name, sample in sorted(samples, key=lambda item: item[:3], reverse=True):
        if len(sample) and seen.repeats(sample):
            reasons[source, name] = "repeats others"
        seen.add(sample)
    return reasons


def _is_read(lines: list[str], keys: NDArray[np.uint64], ngrams: EvalNgrams) -> bool:
    if not ngrams.contains(keys).any():
        return False
    long = np.array([line.count(" ") >= 7 for line in lines], np.bool_)
    return int((touched_lines(lines, ngrams) & long).sum()) >= READ_BOOK_LINES


def assemble(
    corpus: str, paths: list[Path], read: ReadBooks, ngrams: EvalNgrams, folder: Path
) -> Removals:
    """Write a corpus and its dev text from prepared sources."""
    removals = Removals()
    is_books = corpus == "books"
    reasons = judge(paths, read, ngrams) if is_books else {}
    partials = {name: folder / f"{name}.partial" for name in (corpus, f"{corpus}-dev")}
    with (
        gzip.open(partials[corpus], "wt", compresslevel=3) as train,
        gzip.open(partials[f"{corpus}-dev"], "wt", compresslevel=3) as dev,
    ):
        for path in paths:
            for head, lines in documents(path):
                reason = reasons.get((head["source"], head["name"]), "")
                is_dev = zlib.crc32(head["name"].encode()) % DEV_ONE_IN == 0
                kept = _keep(head, lines, reason, ngrams, removals, "dev" if is_dev else "kept")
                (dev if is_dev else train).writelines(f"{line}\n" for line in kept)
    for name, partial in partials.items():
        partial.rename(folder / f"{name}.txt.gz")
    return removals


def _keep(
    head: dict[str, Any],
    lines: list[str],
    reason: str,
    ngrams: EvalNgrams,
    removals: Removals,
    destination: str,
) -> list[str]:
    source = head["source"]
    if reason:
        removals.count(source, reason, 1, len(lines), _words(lines))
        return []
    removals.count(source, "no English spelling", 0, head["unspelt"], 0)
    touched = touched_lines(lines, ngrams)
    shared = [line for line, is_touched in zip(lines, touched, strict=True) if is_touched]
    kept = [line for line, is_touched in zip(lines, touched, strict=True) if not is_touched]
    equal = [line for line in shared if line in ngrams.short]
    removals.count(source, "equal to a short reference", 0, len(equal), _words(equal))
    removals.count(
        source, "shares 8 words", 0, len(shared) - len(equal), _words(shared) - _words(equal)
    )
    removals.count(source, destination, 1, len(kept), _words(kept))
    return kept


def _words(lines: list[str]) -> int:
    return sum(line.count(" ") + 1 for line in lines)


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description="Make the text for the English language model.")
    parser.add_argument("data", type=Path, help="folder of the recipe's data")
    parser.add_argument("--report", type=Path, default=HERE / "text_report.json")
    arguments = parser.parse_args()
    folder = arguments.data / "text"
    settings = tomllib.loads((HERE / "text.toml").read_text())
    ngrams = eval_ngrams(read_references(settings["references"], arguments.data))
    read = read_books(settings["references"], arguments.data)
    paths: dict[str, list[Path]] = {}
    for name, source in settings["sources"].items():
        paths.setdefault(source["corpus"], []).append(prepare(name, source, arguments.data))
    counts: dict[str, Any] = {}
    for corpus, prepared in paths.items():
        counts |= assemble(corpus, prepared, read, ngrams, folder).counts
    arguments.report.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
    print(arguments.report.read_text())


if __name__ == "__main__":
    main()
