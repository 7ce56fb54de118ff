"""Common Voice, in the layouts of all its releases.

LANGUAGE/{train,dev,test,validated,...}.tsv and LANGUAGE/clips/*.mp3     since 2019
ss-corpus-LANGUAGE.tsv and audios/*.mp3                                  spontaneous, since 2025
cv-valid-{train,dev,test}.csv and cv-valid-{train,dev,test}/*.mp3        the first one, 2017
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance

_PARTS = ("train", "dev", "test")
_MARKS = re.compile(r"\[[^\]]*\]")  # of noises and slips, as [laugh], in spontaneous speech


def read_common_voice(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the official parts, then the rest of the validated clips as the part "validated".

    Raises:
        OptionError: No table of a release is in the folder.
    """
    if (folder / "cv-valid-train.csv").exists():
        yield from _read_first_release(folder)
        return
    spontaneous = sorted(folder.rglob("ss-corpus-*.tsv"))
    for table in spontaneous:
        yield from _read_spontaneous(table)
    if spontaneous:
        return
    roots = sorted({path.parent for path in folder.rglob("validated.tsv")}) or sorted(
        {path.parent for path in folder.rglob("train.tsv")}
    )
    if not roots:
        raise OptionError(
            f"{folder}: there is no validated.tsv, train.tsv or ss-corpus-*.tsv in it; give the "
            "unpacked folder of a Common Voice release"
        )
    for root in roots:
        seen: set[str] = set()
        for part in (*_PARTS, "validated"):
            for row in _rows(root / f"{part}.tsv", "\t"):
                if row["path"] not in seen:
                    seen.add(row["path"])
                    yield part, _utterance(root, row)


def _utterance(root: Path, row: dict[str, str]) -> Utterance:
    name = row["path"] if Path(row["path"]).suffix else f"{row['path']}.mp3"
    return Utterance(
        Path(name).stem,
        str(root / "clips" / name),
        row["sentence"],
        speaker=row["client_id"],
        source="common-voice",
        language=row.get("locale") or root.name,
    )


def _read_spontaneous(table: Path) -> Iterator[tuple[str, Utterance]]:
    """Read answers to questions, whose parts are those with a transcription that was agreed to."""
    for row in _rows(table, "\t"):
        if row["split"] in _PARTS:
            yield (
                row["split"],
                Utterance(
                    Path(row["audio_file"]).stem,
                    str(table.parent / "audios" / row["audio_file"]),
                    " ".join(_MARKS.sub(" ", row["transcription"]).split()),
                    speaker=row["client_id"],
                    source="common-voice",
                    language=table.stem.removeprefix("ss-corpus-"),
                ),
            )


def _read_first_release(folder: Path) -> Iterator[tuple[str, Utterance]]:
    for part in _PARTS:  # cv-other and cv-invalid are what nobody, or not enough, agreed to
        for row in _rows(folder / f"cv-valid-{part}.csv", ","):
            path = folder / row["filename"]
            # It names no speakers.
            yield (
                part,
                Utterance(
                    path.with_suffix("").relative_to(folder).as_posix().replace("/", "-"),
                    str(path),
                    row["text"],
                    source="common-voice",
                    language="en",
                ),
            )


def _rows(table: Path, delimiter: str) -> Iterator[dict[str, str]]:
    if not table.exists():
        return
    with table.open(encoding="utf-8", newline="") as lines:
        if delimiter == "\t":  # sentences hold lone quotation marks
            yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        else:
            yield from csv.DictReader(lines)
