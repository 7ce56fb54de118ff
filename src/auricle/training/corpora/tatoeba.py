"""Tatoeba: sentences in many languages, tables of number, language and text, and NUMBER.mp3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance
from auricle.training.corpora.folders import audio_files


def read_tatoeba(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the recordings whose name is the number of a sentence; their folder names the speaker.

    Raises:
        OptionError: No table in it has the text of a recording.
    """
    texts: dict[str, tuple[str, str]] = {}
    for table in sorted([*folder.rglob("*sentences*.csv"), *folder.rglob("*sentences*.tsv")]):
        for line in table.read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            if len(fields) >= 3 and fields[0].isdigit():
                # The archives of recordings have the speaker where the lists have the language.
                texts.setdefault(fields[0], (fields[1], fields[2]))
    spoken = [path for path in audio_files(folder) if path.stem in texts]
    if not spoken:
        raise OptionError(
            f"{folder}: no recording in it is called as a sentence of its sentences.csv; give "
            "the folder with both"
        )
    for path in spoken:
        language, text = texts[path.stem]
        yield (
            "",
            Utterance(
                path.stem,
                str(path),
                text,
                speaker="" if path.parent.name == "audio" else path.parent.name,
                source="tatoeba",
                language=language if len(language) == 3 else "",
            ),
        )
