"""What augmentations do to a waveform."""

import numpy as np
import pytest

from auricle.training.augmentation import Interlude, Noise, noise_like
from auricle.training.change import rms

SPEECH = np.sin(np.arange(16000) / 20.0).astype(np.float32) * 0.1
HUM = np.sin(np.arange(3000) / 3.0).astype(np.float32)


def random():
    return np.random.default_rng(4)


def test_noise_has_the_level_it_is_asked_for():
    assert rms(noise_like((HUM,), 5000, 0.02, random())) == pytest.approx(0.02, rel=1e-3)


def test_noise_is_added_at_a_ratio():
    noisy = Noise((HUM,), probability=1.0, low_db=20.0, high_db=20.0)(SPEECH, random())
    assert 20 * np.log10(rms(SPEECH) / rms(noisy - SPEECH)) == pytest.approx(20.0, abs=0.1)


def test_an_interlude_follows_the_speech_and_leaves_it_as_it_is():
    longer = Interlude((HUM,), probability=1.0, low_seconds=1.0, high_seconds=2.0)(SPEECH, random())
    np.testing.assert_array_equal(longer[:16000], SPEECH)
    assert 32000 <= len(longer) <= 48000
    assert rms(longer[16000:]) > 0.0


def test_an_interlude_comes_by_chance():
    assert Interlude((), probability=0.0)(SPEECH, random()) is SPEECH
