import numpy as np
import pytest
from sounds import KINDS, RATE, make_sounds


@pytest.fixture(scope="module")
def made() -> dict[str, np.ndarray]:
    return make_sounds(3, seconds=1.0)


def test_each_kind_is_made_as_often_as_asked(made: dict[str, np.ndarray]) -> None:
    assert sorted(made) == sorted(f"made-{kind}-{i:03}" for kind in KINDS for i in range(3))


def test_sounds_have_their_length_and_half_of_full_scale(made: dict[str, np.ndarray]) -> None:
    for samples in made.values():
        assert samples.shape == (RATE,)
        assert np.abs(samples).max() == pytest.approx(0.5, abs=1e-3)


def test_no_two_sounds_are_alike_but_a_seed_repeats_them(made: dict[str, np.ndarray]) -> None:
    assert len({samples.tobytes() for samples in made.values()}) == len(made)
    again, other = make_sounds(3, seconds=1.0), make_sounds(3, seconds=1.0, seed=1)
    for name, samples in made.items():
        np.testing.assert_array_equal(samples, again[name])
        assert not np.array_equal(samples, other[name])


def test_a_sweep_stays_in_the_audible_band_and_noise_fills_it(made: dict[str, np.ndarray]) -> None:
    spectrum = np.abs(np.fft.rfft(made["made-sweep-000"])) ** 2
    assert spectrum[:40].sum() < 0.01 * spectrum.sum()  # below 40 Hz
    flat = np.abs(np.fft.rfft(made["made-coloured-noise-000"])) ** 2
    assert np.count_nonzero(flat > flat.max() * 1e-9) > 0.9 * len(flat)
