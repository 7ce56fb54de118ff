"""Training Speech: French audio books cut into sentences, data.csv beside the recordings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance, read_manifest


def read_training_speech(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read data.csv.

    Raises:
        OptionError: It is not there.
    """
    table = folder / "data.csv"
    if not table.exists():
        raise OptionError(f"{folder}: there is no data.csv in it; give the unpacked archive")
    for utterance in read_manifest(table):
        yield "", replace(utterance, source="training-speech", language="fr")
