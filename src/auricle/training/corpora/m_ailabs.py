"""M-AILABS: .../by_book/GENDER/SPEAKER/BOOK/{metadata.csv, wavs/}."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance


def read_m_ailabs(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the books; texts are those with the numbers written out.

    Raises:
        OptionError: There is no metadata.csv.
    """
    tables = sorted(folder.rglob("metadata.csv"))
    if not tables:
        raise OptionError(f"{folder}: there is no metadata.csv in it; give the unpacked archive")
    for table in tables:
        book = table.parent
        # Books of the folder "mix" have no reader's name.
        speaker = "" if book.parent.name == "mix" else book.parent.name
        for line in table.read_text(encoding="utf-8").splitlines():
            fields = line.split("|")
            yield (
                "",
                Utterance(
                    fields[0],
                    str(book / "wavs" / f"{fields[0]}.wav"),
                    fields[-1],
                    speaker=speaker,
                    source="m-ailabs",
                    language=_language(book),
                ),
            )


def _language(book: Path) -> str:
    """Return the language that a folder such as en_US above the books names."""
    for name in reversed(book.parts):
        language, underscore, region = name.partition("_")
        if underscore and len(language) == 2 and len(region) == 2 and region.isupper():
            return f"{language}-{region}"
    return ""
