"""Changes to training audio that keep its words: speed, rooms, noise, gain.

Each augmentation is a frozen dataclass with its ranges, whose limits may move with a training;
calling it with a waveform float32 (S,) and a random generator returns a new waveform. They work on
numpy arrays inside the data workers; others are in `channels`, `stretching` and `spectral`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from auricle.training.change import RATE, Change, Waveform, convolved, looped, rms
from auricle.training.moving import Value, fixed

_LEAST_SPEED = 0.1


@dataclass(frozen=True)
class Speed(Change):
    """Play faster or slower; pitch and formants move along (Ko et al., 2015)."""

    probability: Value = fixed(0.3)
    low: Value = fixed(0.9)  # factors between which one is drawn
    high: Value = fixed(1.12)

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Resample by cubic interpolation."""
        factor = self._factor(random, clock)
        if factor == 1.0 or len(samples) < 2:
            return samples
        return np.asarray(soxr.resample(samples, factor, 1.0, quality="QQ"))

    def lengthened(self, seconds: float, random: np.random.Generator, clock: float) -> float:
        """Return how long an utterance will be."""
        return seconds / self._factor(random, clock) if self.happens(random, clock) else seconds

    def _factor(self, random: np.random.Generator, clock: float) -> float:
        return max(_LEAST_SPEED, _between(self.low, self.high, random, clock))


@dataclass(frozen=True)
class Room(Change):
    """Convolve with a random exponentially decaying impulse response, direct sound first."""

    probability: Value = fixed(0.03)
    low_seconds: Value = fixed(0.1)  # reverberation time, to -60 dB
    high_seconds: Value = fixed(0.5)
    low_direct: Value = fixed(2.0)  # amplitude of the direct sound over the first reflections'
    high_direct: Value = fixed(10.0)

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Convolve by the fast Fourier transform and keep the length and the power."""
        seconds = _between(self.low_seconds, self.high_seconds, random, clock)
        length = max(1, int(seconds * RATE))
        decay = np.exp(-6.9 * np.arange(length) / length)
        response = random.standard_normal(length) * decay / 20.0
        response[0] = _between(self.low_direct, self.high_direct, random, clock) / 20.0
        return convolved(samples, response)


@dataclass(frozen=True)
class Noise(Change):
    """Add a piece of a noise clip, or of white noise, at a random signal-to-noise ratio."""

    probability: Value = fixed(0.1)
    low_db: Value = fixed(8.0)
    high_db: Value = fixed(30.0)
    clips: tuple[Waveform, ...] = ()

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Add noise as long as the waveform."""
        ratio = _between(self.low_db, self.high_db, random, clock)
        level = rms(samples) * 10.0 ** (-ratio / 20.0)
        return samples + noise_like(self.clips, len(samples), level, random)


@dataclass(frozen=True)
class Interlude(Change):
    """Put a stretch of noise without words behind the waveform, so that noise is no speech."""

    probability: Value = fixed(0.05)
    low_seconds: Value = fixed(0.5)
    high_seconds: Value = fixed(4.0)
    low_db: Value = fixed(-6.0)  # of the speech over the noise
    high_db: Value = fixed(20.0)
    clips: tuple[Waveform, ...] = ()

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Append noise of a random length and level."""
        length = int(self._seconds(random, clock) * RATE)
        ratio = _between(self.low_db, self.high_db, random, clock)
        level = rms(samples) * 10.0 ** (-ratio / 20.0)
        return np.concatenate([samples, noise_like(self.clips, length, level, random)])

    def lengthened(self, seconds: float, random: np.random.Generator, clock: float) -> float:
        """Return how long an utterance will be."""
        return seconds + (self._seconds(random, clock) if self.happens(random, clock) else 0.0)

    def _seconds(self, random: np.random.Generator, clock: float) -> float:
        return max(0.0, _between(self.low_seconds, self.high_seconds, random, clock))


@dataclass(frozen=True)
class Gain:
    """Set the level of the waveform, clipping what leaves [-1, 1]."""

    low_db: Value = fixed(-33.0)  # of the root mean square, below full scale
    high_db: Value = fixed(-17.0)

    def __call__(
        self, samples: Waveform, random: np.random.Generator, clock: float = 0.0
    ) -> Waveform:
        """Scale to a level drawn uniformly in decibels."""
        level = 10.0 ** (_between(self.low_db, self.high_db, random, clock) / 20.0)
        scaled: Waveform = samples * np.float32(level / max(rms(samples), 1e-5))
        np.clip(scaled, -1.0, 1.0, out=scaled)
        return scaled


def _between(low: Value, high: Value, random: np.random.Generator, clock: float) -> float:
    """Draw a number between two limits, each as it is at a time of the training."""
    return float(random.uniform(low.at(clock, random), high.at(clock, random)))


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
