"""LDC93S1: the free sample of TIMIT, one sentence; good for trying a training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance


def read_timit_sample(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read LDC93S1.wav and the sentence in LDC93S1.txt, which follows two sample counts.

    Raises:
        OptionError: The two files are not there.
    """
    audio, text = folder / "LDC93S1.wav", folder / "LDC93S1.txt"
    if not (audio.exists() and text.exists()):
        raise OptionError(f"{folder}: LDC93S1.wav and LDC93S1.txt are needed in it")
    sentence = text.read_text(encoding="utf-8").split(None, 2)[2].strip()
    yield "", Utterance("LDC93S1", str(audio), sentence, source="ldc93s1", language="en")
