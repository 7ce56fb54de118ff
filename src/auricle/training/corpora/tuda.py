"""TUDA-DE: German sentences recorded with several microphones, {train,dev,test}/ID.xml beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from auricle.errors import OptionError
from auricle.manifest import Utterance


def read_tuda(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read every microphone's recording of each sentence.

    Raises:
        OptionError: No part is in the folder.
    """
    found = False
    for part in ("train", "dev", "test"):
        for description in sorted((folder / part).glob("*.xml")):
            found = True
            for utterance in _read_sentence(description):
                yield part, utterance
    if not found:
        raise OptionError(
            f"{folder}: no train, dev or test with .xml files; give german-speechdata"
        )


def _read_sentence(description: Path) -> Iterator[Utterance]:
    values = {item.tag: (item.text or "").strip() for item in ElementTree.parse(description).iter()}
    text = values.get("cleaned_sentence") or values.get("sentence", "")
    for audio in sorted(description.parent.glob(f"{description.stem}*.wav")):
        yield Utterance(
            audio.stem,
            str(audio),
            text,
            speaker=values.get("speaker_id", ""),
            source="tuda",
            language="de",
        )
