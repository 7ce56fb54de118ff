from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from auricle import deepspeech

SPEECH = Path(__file__).parents[2] / "data" / "speech"


@pytest.fixture(scope="session")
def speech() -> np.ndarray:
    """Five seconds of speech, int16 (S,) at 16 kHz."""
    samples, _ = soundfile.read(sorted(SPEECH.glob("*.flac"))[0], dtype="int16")
    return samples


@pytest.fixture(scope="module")
def ds() -> deepspeech.Model:
    """A model with its scorer, for tests that do not change it."""
    model = deepspeech.Model("en")
    model.enableExternalScorer("en")
    return model


@pytest.fixture
def own_ds() -> deepspeech.Model:
    """A model as it is opened, for tests that change it."""
    return deepspeech.Model("en")
