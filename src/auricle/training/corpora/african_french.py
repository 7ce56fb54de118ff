"""African Accented French (OpenSLR 57): transcripts/PART/.../*.txt name the .wav below speech/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance

_PARTS = ("train", "dev", "devtest", "test")


def read_african_french(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the parts; the folder of a recording names its speaker.

    Raises:
        OptionError: There are no transcripts, or no recordings.
    """
    texts = _texts(folder)
    recordings = sorted((folder / "speech").rglob("*.wav"))
    if not (texts and recordings):
        raise OptionError(
            f"{folder}: transcripts/ and speech/ are needed in it; give African_Accented_French"
        )
    for path in recordings:
        part = path.relative_to(folder / "speech").parts[0]
        text = texts.get((part, path.stem))
        if text is not None:
            yield (
                part,
                Utterance(
                    path.stem,
                    str(path),
                    text,
                    speaker=path.parent.name,
                    source="african-french",
                    language="fr",
                ),
            )


def _texts(folder: Path) -> dict[tuple[str, str], str]:
    """Return the text of each part and name of a recording."""
    texts = {}
    for part in _PARTS:
        tables = [
            *(folder / "transcripts" / part).rglob("*.txt"),
            *(folder / "speech" / part).rglob("*transcript*.tsv"),
        ]
        for table in sorted(tables):
            for line in table.read_text(encoding="utf-8").splitlines():
                name, _, text = line.strip().partition("\t" if table.suffix == ".tsv" else " ")
                if text.strip():
                    texts[part, Path(name).stem] = text.strip()
    return texts
