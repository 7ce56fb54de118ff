"""What the old calls take as audio."""

import array

import numpy as np
import pytest

from auricle.deepspeech import AudioBufferError
from auricle.deepspeech.samples import samples_from_buffer
from auricle.errors import AudioError
from making_audio import encode, tone

SAMPLES = np.array([0, 1, -2, 32767, -32768], np.int16)


@pytest.mark.parametrize(
    "buffer",
    [
        SAMPLES,
        SAMPLES.astype(">i2"),
        np.repeat(SAMPLES, 2)[::2],
        SAMPLES.tolist(),
        array.array("h", SAMPLES.tolist()),
        SAMPLES.astype("<i2").tobytes(),
        bytearray(SAMPLES.astype("<i2").tobytes()),
        memoryview(SAMPLES.astype("<i2").tobytes()),
        memoryview(SAMPLES),
    ],
    ids=["int16", "big-endian", "strided", "list", "array", "bytes", "bytearray", "view", "typed"],
)
def test_the_same_samples_in_every_container(buffer):
    samples = samples_from_buffer(buffer, 16_000)
    assert samples.dtype == np.int16
    assert samples.tolist() == SAMPLES.tolist()


@pytest.mark.parametrize("nothing", [b"", [], np.zeros(0, np.int16)])
def test_no_audio_is_no_samples(nothing):
    assert samples_from_buffer(nothing, 16_000).shape == (0,)


def test_smaller_integers_fit():
    assert samples_from_buffer(np.array([1, 255], np.uint8), 16_000).tolist() == [1, 255]


def test_a_wav_file_of_the_models_rate_is_its_samples():
    wav = encode(SAMPLES[:, None].astype(np.float32) / 32768, 16_000, "wav16")
    assert (samples_from_buffer(wav, 16_000) * 32768).tolist() == SAMPLES.tolist()


@pytest.mark.parametrize("kind", ["wav8", "wav24", "wav32f", "rf64"])
def test_a_wav_file_is_mixed_and_resampled(kind):
    wav = encode(tone(440, 1, 44_100, channels=2), 44_100, kind)
    samples = samples_from_buffer(wav, 16_000)
    expected = tone(440, 1, 16_000)[:, 0]
    assert samples.shape == expected.shape
    assert np.abs(samples - expected)[1000:-1000].max() < 0.01


def test_a_truncated_wav_file_is_refused():
    wav = encode(tone(440, 1, 16_000), 16_000, "wav16")
    with pytest.raises(AudioError, match="truncated"):
        samples_from_buffer(wav[:1000], 16_000)


@pytest.mark.parametrize(
    ("buffer", "match"),
    [
        (np.zeros(4, np.float32), r"float32; it must be int16.*astype"),
        (np.zeros(4, np.int32), "int32; it must be int16"),
        ([0.5, 0.25], "float64; it must be int16"),
        ([0, 40_000], "reach from 0 to 40000"),
        (np.zeros((4, 2), np.int16), r"shape \(4, 2\).*one channel"),
        (7, r"shape \(\)"),
        (None, r"shape \(\)"),
    ],
)
def test_other_audio_is_a_type_error_that_says_what_to_do(buffer, match):
    with pytest.raises(AudioBufferError, match=match) as caught:
        samples_from_buffer(buffer, 16_000)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)


def test_half_a_sample_is_refused():
    with pytest.raises(ValueError, match=r"5 bytes.*whole samples"):
        samples_from_buffer(b"12345", 16_000)
