"""Recordings with their right texts, named by a table or by a lhotse manifest.

    dev.tsv, dev.csv          a recording and its text a line, with or without a line of headings;
                              Common Voice's and DeepSpeech's tables are of this kind
    cuts.jsonl, cuts.jsonl.gz lhotse's cuts of recordings in files, one a line

Recordings of a table are looked for beside it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auricle.errors import OptionError
from auricle.lm.text_file import TextFile

AUDIO_HEADINGS = ("audio", "path", "file", "filename", "wav_filename", "recording")
TEXT_HEADINGS = ("text", "sentence", "transcript", "transcription")
DELIMITERS = {".tsv": "\t", ".csv": ","}


@dataclass(frozen=True)
class Utterance:
    """A recording, or a part of one, and what is said in it."""

    audio: Path
    text: str
    start: float = 0.0  # seconds
    duration: float | None = None  # seconds; None for all the rest


def read_utterances(path: str | Path) -> list[Utterance]:
    """Read a table (.tsv, .csv) or a lhotse manifest of cuts (.jsonl); each may be compressed.

    Raises:
        OptionError: The file cannot be read, is of another kind, or names no utterance.
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    kind = next((s for s in suffixes[::-1] if s in (*DELIMITERS, ".jsonl")), None)
    if kind is None:
        raise OptionError(f"{path}: is neither .tsv, .csv nor .jsonl (each may end in .gz)")
    lines = b"".join(TextFile(path).pieces()).decode().splitlines()
    folder = Path(path).parent
    found = _cuts(path, lines) if kind == ".jsonl" else _table(path, lines, DELIMITERS[kind])
    utterances = [
        Utterance(folder / u.audio, u.text, u.start, u.duration) for u in found if u.text.strip()
    ]
    if not utterances:
        raise OptionError(f"{path}: names no recording with a text")
    return utterances


def _table(path: str | Path, lines: list[str], delimiter: str) -> Iterator[Utterance]:
    if delimiter == "\t":  # without quoting: a text may begin with a quotation mark
        rows = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        rows = csv.reader(lines, delimiter=delimiter)
    columns: tuple[int, int] | None = None
    for row in rows:
        if columns is None:
            columns = _columns(row)
            if columns is not None:
                continue
            columns = (0, 1)
        if not row:
            continue
        if len(row) <= max(columns):
            raise OptionError(
                f"{path}, line {rows.line_num}: has {len(row)} columns; "
                "expected are a recording and its text"
            )
        yield Utterance(Path(row[columns[0]].strip()), row[columns[1]])


def _columns(row: list[str]) -> tuple[int, int] | None:
    """Return where a line of headings puts recording and text; None where it is none."""
    names = [name.strip().lower() for name in row]
    audio = next((names.index(name) for name in AUDIO_HEADINGS if name in names), None)
    text = next((names.index(name) for name in TEXT_HEADINGS if name in names), None)
    return None if audio is None or text is None else (audio, text)


def _cuts(path: str | Path, lines: list[str]) -> Iterator[Utterance]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _cut(json.loads(line))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise OptionError(
                f"{path}, line {number}: is not a lhotse cut of a recording in a file with one "
                f"text ({error!r})"
            ) from error


def _cut(cut: Mapping[str, Any]) -> Utterance:
    (source,) = cut["recording"]["sources"]
    if source["type"] != "file":
        raise ValueError(f"the source is a {source['type']}")
    text = " ".join(str(part["text"]) for part in cut["supervisions"])
    start, duration = float(cut["start"]), float(cut["duration"])
    whole = start == 0.0 and duration >= float(cut["recording"]["duration"])
    return Utterance(Path(source["source"]), text, start, None if whole else duration)
