"""Lingua Libre: single words, LANGUAGE/SPEAKER/WORD.wav."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance
from auricle.training.corpora.folders import audio_files


def read_lingua_libre(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the recordings; the name of a file is what is said in it.

    Raises:
        OptionError: There are no recordings.
    """
    files = audio_files(folder)
    if not files:
        raise OptionError(f"{folder}: there are no recordings in it; give the unpacked archive")
    for path in files:
        place = path.relative_to(folder).with_suffix("")
        yield (
            "",
            Utterance(
                place.as_posix().replace("/", "-"),
                str(path),
                path.stem.replace("_", " "),
                speaker=path.parent.name,
                source="lingua-libre",
            ),
        )
