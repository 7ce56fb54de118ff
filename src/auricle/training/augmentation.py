"""Changes to training audio that keep its words: speed, rooms, noise, gain.

Each augmentation is a frozen dataclass with its ranges; calling it with a waveform float32 (S,) and
a random generator returns a new waveform. They work on numpy arrays inside the data workers, and
their ranges stay the same from the beginning of a training to its end; others are in `channels`,
`stretching` and `spectral`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from auricle.training.change import Waveform, convolved, looped, rms


@dataclass(frozen=True)
class Speed:
    """Play faster or slower; pitch and formants move along (Ko et al., 2015)."""

    probability: float = 0.3
    low: float = 0.9
    high: float = 1.12

    def __call__(
        self, samples: Waveform, random: np.random.Generator, clock: float = 0.0
    ) -> Waveform:
        """Resample by cubic interpolation."""
        factor = self._factor(random)
        if factor == 1.0 or len(samples) < 2:
            return samples
        return np.asarray(soxr.resample(samples, factor, 1.0, quality="QQ"), dtype=np.float32)

    def lengthened(self, seconds: float, random: np.random.Generator, clock: float) -> float:
        """Return how long an utterance will be."""
        return seconds / self._factor(random)

    def _factor(self, random: np.random.Generator) -> float:
        return random.uniform(self.low, self.high) if random.random() < self.probability else 1.0


@dataclass(frozen=True)
class Room:
    """Convolve with a random exponentially decaying impulse response, direct sound first."""

    probability: float = 0.03
    low_seconds: float = 0.1  # reverberation time, to -60 dB
    high_seconds: float = 0.5
    low_direct: float = 2.0  # amplitude of the direct sound over that of the first reflections
    high_direct: float = 10.0
    sample_rate: int = 16000

    def __call__(
        self, samples: Waveform, random: np.random.Generator, clock: float = 0.0
    ) -> Waveform:
        """Convolve by the fast Fourier transform and keep the length and the power."""
        if random.random() >= self.probability:
            return samples
        seconds = random.uniform(self.low_seconds, self.high_seconds)
        length = int(seconds * self.sample_rate)
        decay = np.exp(-6.9 * np.arange(length) / length)
        response = random.standard_normal(length) * decay / 20.0
        response[0] = random.uniform(self.low_direct, self.high_direct) / 20.0
        return np.asarray(convolved(samples, response), dtype=np.float32)


@dataclass(frozen=True)
class Noise:
    """Add a piece of a noise clip, or of white noise, at a random signal-to-noise ratio."""

    clips: tuple[Waveform, ...]
    probability: float = 0.1
    low_db: float = 8.0
    high_db: float = 30.0

    def __call__(
        self, samples: Waveform, random: np.random.Generator, clock: float = 0.0
    ) -> Waveform:
        """Add noise as long as the waveform."""
        if random.random() >= self.probability or len(samples) == 0:
            return samples
        level = rms(samples) * 10.0 ** (-random.uniform(self.low_db, self.high_db) / 20.0)
        return samples + noise_like(self.clips, len(samples), level, random)


@dataclass(frozen=True)
class Interlude:
    """Put a stretch of noise without words behind the waveform, so that noise is no speech."""

    clips: tuple[Waveform, ...]
    probability: float = 0.05
    low_seconds: float = 0.5
    high_seconds: float = 4.0
    low_db: float = -6.0  # of the speech over the noise
    high_db: float = 20.0
    sample_rate: int = 16000

    def __call__(
        self, samples: Waveform, random: np.random.Generator, clock: float = 0.0
    ) -> Waveform:
        """Append noise of a random length and level."""
        length = int(self._seconds(random) * self.sample_rate)
        if not length or not len(samples):
            return samples
        level = rms(samples) * 10.0 ** (-random.uniform(self.low_db, self.high_db) / 20.0)
        return np.concatenate([samples, noise_like(self.clips, length, level, random)])

    def lengthened(self, seconds: float, random: np.random.Generator, clock: float) -> float:
        """Return how long an utterance will be."""
        return seconds + self._seconds(random)

    def _seconds(self, random: np.random.Generator) -> float:
        if random.random() >= self.probability:
            return 0.0
        return random.uniform(self.low_seconds, self.high_seconds)


@dataclass(frozen=True)
class Gain:
    """Set the level of the waveform, clipping what leaves [-1, 1]."""

    low_db: float = -33.0  # of the root mean square, below full scale
    high_db: float = -17.0

    def __call__(
        self, samples: Waveform, random: np.random.Generator, clock: float = 0.0
    ) -> Waveform:
        """Scale to a level drawn uniformly in decibels."""
        level = 10.0 ** (random.uniform(self.low_db, self.high_db) / 20.0)
        scaled: Waveform = samples * np.float32(level / max(rms(samples), 1e-5))
        np.clip(scaled, -1.0, 1.0, out=scaled)
        return scaled


def noise_like(
    clips: tuple[Waveform, ...], length: int, level: float, random: np.random.Generator
) -> Waveform:
    """Loop one of the clips from a random place, or take white noise, at a root mean square."""
    noise: NDArray[np.floating]
    if not clips or random.random() < 0.15:
        noise = random.standard_normal(length, dtype=np.float32)
    else:
        noise = looped(clips[random.integers(len(clips))], length, random)
    return np.asarray(noise * (level / max(rms(noise), 1e-8)), dtype=np.float32)
