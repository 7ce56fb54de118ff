"""CCPMF: conferences of the French ministry of finance, an .mp3 and an .xml with times for each.

<row timestamp="12.5" timedur="2.0">text</row>
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from auricle.errors import OptionError
from auricle.manifest import Utterance

_LONGEST = 12.0  # seconds that rows are joined up to
_GAP = 0.3  # seconds between rows of one utterance


def read_ccpmf(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the conferences, joining rows that follow each other to utterances of some seconds.

    The names of the two files of a conference begin alike; the pair that shares most is taken.

    Raises:
        OptionError: No .xml has an .mp3.
    """
    recordings = sorted(folder.rglob("*.mp3"))
    found = False
    for description in sorted(folder.rglob("*.xml")):
        audio = _partner(description, recordings)
        if audio is not None:
            found = True
            for utterance in _read_conference(description, audio):
                yield "", utterance
    if not found:
        raise OptionError(f"{folder}: no .xml in it has an .mp3; give the unpacked archive")


def _partner(description: Path, recordings: list[Path]) -> Path | None:
    """Return the recording of the same day whose name has most in common."""
    own = description.stem.split("_")
    same_day = [path for path in recordings if path.stem.split("_")[0] == own[0]]

    def shared(path: Path) -> int:
        return sum(a == b for a, b in zip(path.stem.split("_"), own, strict=False))

    return max(same_day, key=shared, default=None)


def _read_conference(description: Path, audio: Path) -> Iterator[Utterance]:
    begin = end = 0.0
    texts: list[str] = []
    for row in ElementTree.parse(description).iter("row"):
        start, seconds = float(row.attrib["timestamp"]), float(row.attrib["timedur"])
        if texts and (start - end > _GAP or start + seconds - begin > _LONGEST):
            yield _utterance(audio, begin, end, texts)
            texts = []
        if not texts:
            begin = start
        end = start + seconds
        texts.append((row.text or "").strip())
    if texts:
        yield _utterance(audio, begin, end, texts)


def _utterance(audio: Path, begin: float, end: float, texts: list[str]) -> Utterance:
    return Utterance(
        f"{audio.stem}-{round(1000 * begin):08}",
        str(audio),
        " ".join(" ".join(texts).split()),
        begin,
        end - begin,
        source="ccpmf",
        language="fr",
    )
