"""Gram Vaani: Hindi messages of callers, a table of addresses and texts, and the mp3/ they gave."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance
from auricle.training.corpora.folders import audio_files


def read_gram_vaani(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the rows of the table whose recordings have been downloaded.

    Raises:
        OptionError: There is no table with audio_url and transcript.
    """
    recordings = {path.name: path for path in audio_files(folder)}
    found = False
    for table in sorted(folder.glob("*.csv")):
        with table.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                if "audio_url" not in row or "transcript" not in row:
                    break
                found = True
                path = recordings.get(row["audio_url"].rpartition("/")[2])
                if path is not None and row["transcript"]:
                    yield "", _utterance(path, row)
    if not found:
        raise OptionError(
            f"{folder}: no .csv in it has audio_url and transcript; give the folder of the table "
            "and the downloaded recordings"
        )


def _utterance(path: Path, row: dict[str, str]) -> Utterance:
    return Utterance(
        row.get("piece_id") or path.stem,
        str(path),
        row["transcript"].strip(),
        speaker=row.get("user_id") or "",
        source="gram-vaani",
        language="hi",
    )
