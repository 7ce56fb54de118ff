"""Stage 3: the texts of sources.tsv become sentences of words for the language model.

    python recipes/zh/text.py DATA

DATA/text/{train,dev}.txt.gz receive a sentence a line, in simplified characters spelled as
`auricle.text` spells Mandarin, cut into words by jieba; dev has one line in a hundred. Sentences
that equal one of the test or dev speakers, or share NGRAM characters in a row with one, are left
out, and those with Latin letters too. What was kept and left out of each source is printed and
written to text_report.json beside this file. `pip install jieba opencc-python-reimplemented`
brings what cuts and simplifies.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import jieba
from opencc import OpenCC

from auricle.manifest import read_manifest
from auricle.text import normaliser

HERE = Path(__file__).parent
NGRAM = 10  # characters: about as long as eight words of English
DEV_ONE_IN = 100
_END = re.compile(r"[。！？!?；;…\n]+")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\s*[(\[][^)\]]*[)\]]")
_FURNITURE = re.compile(r"^(\s*[=\-#>|*]*\s*$|via:|作者|选题|译者|校对|本文|\[\d+\]:|\[#\]:)")
_FROM = re.compile(r"^via:.*(opensource\.com|fedoramagazine\.org)", re.MULTILINE)


def read_prompts(folder: Path) -> Iterator[str]:
    """Yield the prompts of Common Voice."""
    for path in sorted((folder / "server/data/zh-CN").glob("*.txt")):
        yield path.read_text(encoding="utf-8")


def read_graded(folder: Path) -> Iterator[str]:
    """Yield the sentences of a table."""
    with (folder / "data/cmn_sentences.tsv").open(encoding="utf-8") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row[2]


def read_books(folder: Path) -> Iterator[str]:
    """Yield books."""
    for path in sorted((folder / "data/combined").glob("*.txt")):
        yield path.read_text(encoding="utf-8", errors="ignore")


def read_articles(folder: Path) -> Iterator[str]:
    """Yield the paragraphs of translated articles under a free licence."""
    for path in sorted((folder / "published").rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="ignore")
        if not _FROM.search(text):
            continue
        text = _LINK.sub(r"\1", _CODE.sub("", text))
        yield "\n".join(line for line in text.splitlines() if not _FURNITURE.match(line))


def read_passages(folder: Path) -> Iterator[str]:
    """Yield the passages of an encyclopaedia."""
    for path in sorted(folder.glob("*.json")):
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            yield from (paragraph["context"] for paragraph in article["paragraphs"])


def read_dialogues(folder: Path) -> Iterator[str]:
    """Yield what is said in dialogues."""
    for path in sorted(folder.rglob("*.json")):
        for dialogue in json.loads(path.read_text(encoding="utf-8")):
            yield from (turn["message"] for turn in dialogue["messages"])


READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "prompts": read_prompts,
    "graded": read_graded,
    "luxun": read_books,
    "articles": read_articles,
    "passages": read_passages,
    "dialogues": read_dialogues,
}


class References:
    """What the test and dev speakers said."""

    def __init__(self, manifests: list[Path]) -> None:
        spell = normaliser("mandarin")
        self.sentences = {
            spell(utterance.text) for path in manifests for utterance in read_manifest(path)
        }
        self.ngrams = {
            sentence[start : start + NGRAM]
            for sentence in self.sentences
            for start in range(len(sentence) - NGRAM + 1)
        }

    def share(self, sentence: str) -> bool:
        """Say whether a sentence is, or shares NGRAM characters in a row with, one of them."""
        starts = range(len(sentence) - NGRAM + 1)
        return sentence in self.sentences or any(
            sentence[start : start + NGRAM] in self.ngrams for start in starts
        )


def sentences(documents: Iterator[str], counts: Counter[str], said: References) -> Iterator[str]:
    """Yield the sentences of documents that are of use, and count their characters."""
    simplify, spell = OpenCC("t2s").convert, normaliser("mandarin")
    seen = set()
    for document in documents:
        for written in _END.split(simplify(document)):
            sentence = spell(written)
            fate = "kept"
            if re.search("[a-z]", sentence):
                fate = "with Latin letters"
            elif said.share(sentence):
                fate = "shared with test or dev"
                counts["sentences shared with test or dev"] += 1
            elif sentence in seen:
                fate = "repeated"
            counts[fate] += len(sentence)
            if fate == "kept" and sentence:
                seen.add(sentence)
                yield sentence


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    arguments = parser.parse_args()
    manifests = [arguments.data / "manifests" / f"{part}.jsonl.gz" for part in ("test", "dev")]
    said = References(manifests)
    folder = arguments.data / "text"
    folder.mkdir(exist_ok=True)
    jieba.setLogLevel("ERROR")
    report = {}
    partials = {name: folder / f"{name}.partial" for name in ("train", "dev")}
    with (
        gzip.open(partials["train"], "wt", encoding="utf-8") as train,
        gzip.open(partials["dev"], "wt", encoding="utf-8") as dev,
    ):
        for name, read in READERS.items():
            counts: Counter[str] = Counter()
            documents = read(arguments.data / "sources" / name)
            for sentence in sentences(documents, counts, said):
                out = dev if zlib.crc32(sentence.encode()) % DEV_ONE_IN == 0 else train
                out.write(" ".join(jieba.cut(sentence, HMM=False)) + "\n")
            report[name] = dict(sorted(counts.items()))
            print(name, report[name], flush=True)
    for name, partial in partials.items():
        partial.rename(folder / f"{name}.txt.gz")
    path = HERE / "text_report.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
