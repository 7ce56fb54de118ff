"""The codec's level of 1, which libsndfile does not take for MP3, ended a training after hours."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("lhotse")

from auricle.training.channels import Codec
from auricle.training.moving import fixed


@pytest.mark.parametrize("codec", ["mp3", "opus", "vorbis"])
def test_the_strongest_compression_is_heard(codec: str) -> None:
    random = np.random.default_rng(7)
    samples = (0.1 * random.standard_normal(16000)).astype(np.float32)
    heard = Codec(codecs=(codec,), level=fixed(1.0)).change(samples, random, 0.0)
    assert len(heard) == len(samples)
    assert np.isfinite(heard).all()
