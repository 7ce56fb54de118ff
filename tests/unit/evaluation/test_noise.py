import numpy as np
import pytest
import soundfile

from auricle.errors import OptionError
from auricle.evaluation.noise import NoiseClips


@pytest.fixture
def folder(tmp_path):
    random = np.random.default_rng(0)
    soundfile.write(tmp_path / "hum.wav", random.uniform(-0.5, 0.5, 4000), 8000)
    (tmp_path / "LICENCE").write_text("free")
    return tmp_path


@pytest.mark.parametrize("snr_db", [20.0, 5.0, 0.0])
def test_the_ratio_is_the_one_asked_for(folder, snr_db):
    speech = np.sin(np.arange(16000) / 20).astype(np.float32) * 0.2
    noisy = NoiseClips(folder, 16000).add(speech, "a", snr_db)
    ratio = np.mean(speech**2) / np.mean((noisy - speech) ** 2)
    assert 10 * np.log10(ratio) == pytest.approx(snr_db, abs=0.1)


def test_the_same_utterance_hears_the_same_noise(folder):
    speech = np.full(1000, 0.1, np.float32)
    first, again = (NoiseClips(folder, 16000).add(speech, "a", 10.0) for _ in range(2))
    other = NoiseClips(folder, 16000).add(speech, "b", 10.0)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_sum_stays_within_full_scale(folder):
    loud = np.ones(1000, np.float32)
    assert np.abs(NoiseClips(folder, 16000).add(loud, "a", 0.0)).max() <= 1.0


def test_a_folder_without_clips_is_refused(tmp_path):
    (tmp_path / "LICENCE").write_text("free")
    with pytest.raises(OptionError, match="no file in it is a recording"):
        NoiseClips(tmp_path, 16000)
    with pytest.raises(OptionError, match="no such folder"):
        NoiseClips(tmp_path / "none", 16000)
