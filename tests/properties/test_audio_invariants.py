from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.audio import open_audio, read_audio
from making_audio import encode, tone

NOISE = np.random.default_rng(3).uniform(-0.5, 0.5, 60_000).astype(np.float32)


@settings(max_examples=40)
@given(
    samples=st.integers(20, 60_000),
    source_rate=st.sampled_from([8_000, 11_025, 16_000, 22_050, 44_100, 96_000]),
    block_seconds=st.floats(0.001, 3.0),
)
def test_the_block_length_does_not_change_the_samples(samples, source_rate, block_seconds):
    source = NOISE[:samples]
    expected = read_audio(source, 16_000, source_rate=source_rate)
    with open_audio(source, 16_000, source_rate=source_rate, block_seconds=block_seconds) as audio:
        blocks = list(audio)
    assert np.array_equal(np.concatenate(blocks), expected)
    assert len({len(block) for block in blocks[:-1]}) <= 1
    assert all(0 < len(block) <= len(blocks[0]) for block in blocks)


@settings(max_examples=40)
@given(
    samples=st.integers(20, 60_000),
    source_rate=st.integers(4_000, 200_000),
)
def test_resampling_keeps_the_duration_to_a_sample(samples, source_rate):
    resampled = read_audio(NOISE[:samples], 16_000, source_rate=source_rate)
    assert len(resampled) == pytest.approx(samples * 16_000 / source_rate, abs=1)
    assert np.abs(resampled).max() <= 1.0


@pytest.mark.parametrize("kind", ["flac", "mp3", "m4a", "webm"])
def test_the_block_length_does_not_change_what_is_decoded(kind):
    data = encode(tone(440, 1.3, 48_000, channels=2), 48_000, kind)
    expected = read_audio(data, 16_000)
    for block_seconds in (0.01, 0.3, 10.0):
        with open_audio(data, 16_000, block_seconds=block_seconds) as audio:
            assert np.array_equal(np.concatenate(list(audio)), expected)
