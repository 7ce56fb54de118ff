"""Augmentations of single samples, or of a spectrogram that is turned back into sound.

Masks on the features themselves, which nobody can hear, are in [masks] (training/acoustic.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auricle.errors import OptionError
from auricle.training.change import RATE, Change, Waveform, rms
from auricle.training.moving import Value, fixed

Spectrogram = NDArray[Any]  # complex (bins, frames)

_N_FFT, _SHIFT = 512, 128
_DOMAINS = ("signal", "spectrogram")


def through_spectrogram(
    samples: Waveform, change: Callable[[Spectrogram], Spectrogram]
) -> NDArray[np.floating]:
    """Change the short-time Fourier transform of a waveform (S,)."""
    import torch  # here, for `auricle data play` seldom needs it

    padded = np.pad(samples, (0, max(0, _N_FFT - len(samples)))).astype(np.float32)
    window = torch.hann_window(_N_FFT)
    spectrogram = torch.stft(
        torch.from_numpy(padded), _N_FFT, _SHIFT, window=window, return_complex=True
    )
    changed = torch.from_numpy(np.ascontiguousarray(change(spectrogram.numpy())))
    back = torch.istft(
        changed.to(torch.complex64), _N_FFT, _SHIFT, window=window, length=len(padded)
    )
    heard: NDArray[np.floating] = back.numpy()[: len(samples)]
    return heard


@dataclass(frozen=True)
class FrequencyMask(Change):
    """Silence bands of frequencies."""

    n: Value = fixed(3.0)  # bands
    size: Value = fixed(200.0, 200.0)  # Hz, of a band

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Set bins of the spectrogram to zero."""

        def mask(spectrogram: Spectrogram) -> Spectrogram:
            spectrogram = spectrogram.copy()
            for _ in range(round(self.n.at(clock, random))):
                width = round(max(0.0, self.size.at(clock, random)) * _N_FFT / RATE)
                start = random.integers(max(1, len(spectrogram) - width))
                spectrogram[start : start + width] = 0.0
            return spectrogram

        return through_spectrogram(samples, mask)


@dataclass(frozen=True)
class TimeMask(Change):
    """Silence moments."""

    n: Value = fixed(3.0)  # moments
    size: Value = fixed(60.0, 50.0)  # ms, of a moment

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Set samples to zero."""
        samples = samples.copy()
        for _ in range(round(self.n.at(clock, random))):
            width = round(max(0.0, self.size.at(clock, random)) * RATE / 1000.0)
            start = random.integers(max(1, len(samples) - width))
            samples[start : start + width] = 0.0
        return samples


@dataclass(frozen=True)
class _Pointwise(Change):
    """A change to each sample, or to each value of the spectrogram."""

    domain: str = "spectrogram"  # or "signal"

    def __post_init__(self) -> None:
        if self.domain not in _DOMAINS:
            raise OptionError(f"domain {self.domain!r} is not known; it may be signal, spectrogram")

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Change the samples or their spectrogram."""
        if self.domain == "signal":
            return np.asarray(self.values(samples, random, clock))
        return through_spectrogram(samples, lambda each: self.values(each, random, clock))

    def values(
        self, values: NDArray[Any], random: np.random.Generator, clock: float
    ) -> NDArray[Any]:
        """Return new values."""
        raise NotImplementedError


@dataclass(frozen=True)
class Dropout(_Pointwise):
    """Set some values to zero."""

    rate: Value = fixed(0.05)  # part of the values

    def values(
        self, values: NDArray[Any], random: np.random.Generator, clock: float
    ) -> NDArray[Any]:
        """Draw which ones stay."""
        return values * (random.random(values.shape) >= self.rate.at(clock, random))


@dataclass(frozen=True)
class Add(_Pointwise):
    """Add normally distributed numbers."""

    stddev: Value = fixed(0.05, 0.05)  # part of the root mean square of the values

    def values(
        self, values: NDArray[Any], random: np.random.Generator, clock: float
    ) -> NDArray[Any]:
        """Draw them."""
        scale = abs(self.stddev.at(clock, random)) * rms(np.abs(values))
        return values + scale * random.standard_normal(values.shape)


@dataclass(frozen=True)
class Multiply(_Pointwise):
    """Multiply by normally distributed numbers around 1."""

    stddev: Value = fixed(0.2, 0.1)

    def values(
        self, values: NDArray[Any], random: np.random.Generator, clock: float
    ) -> NDArray[Any]:
        """Draw them."""
        return values * (
            1.0 + abs(self.stddev.at(clock, random)) * random.standard_normal(values.shape)
        )
