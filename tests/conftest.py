"""What tests of several folders share: the bundled model and its test clips."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from hypothesis import settings

import auricle

# Machines are shared: how long an example takes says nothing about the code.
settings.register_profile("auricle", deadline=None)
settings.load_profile("auricle")

SPEECH = Path(__file__).parent / "data" / "speech"


@pytest.fixture(scope="session")
def model():
    return auricle.load("en")


@pytest.fixture(scope="session")
def clips():
    """The test clips: name -> samples float32 (S,) at 16 kHz."""
    paths = sorted(SPEECH.glob("*.flac"))
    return {path.stem: soundfile.read(path, dtype="float32")[0] for path in paths}
