"""Augmentations of what lies between a mouth and a file: others, rooms, telephones, codecs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auricle.errors import OptionError
from auricle.training.change import RATE, Change, Waveform, convolved, looped, rms
from auricle.training.moving import Value, fixed

_HIGHEST_LEVEL = 0.9999  # that libsndfile takes for MP3
_CODECS = ("opus", "mp3", "vorbis", "gsm", "telephone")


@dataclass(frozen=True)
class Overlay(Change):
    """Lay clips of a folder or a manifest over the speech; voices make a babble."""

    source: str = ""  # folder or manifest; the run's noise without it
    snr: Value = fixed(10.0)  # dB, power of the speech over that of all layers
    layers: Value = fixed(1.0)  # clips at once
    clips: tuple[Waveform, ...] = ()

    def __post_init__(self) -> None:
        if not self.clips:
            raise OptionError("overlay needs clips: name a source, or a folder of noise")

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Add clips from random places."""
        total = np.zeros(len(samples))
        for _ in range(max(1, round(self.layers.at(clock, random)))):
            clip = looped(self.clips[random.integers(len(self.clips))], len(samples), random)
            total += clip / max(rms(clip), 1e-8)
        ratio = 10.0 ** (-self.snr.at(clock, random) / 20.0)
        return np.asarray(samples + rms(samples) / max(rms(total), 1e-8) * ratio * total)


@dataclass(frozen=True)
class Codec(Change):
    """Write and read with a lossy codec, through lhotse and libsndfile; or with a telephone's."""

    codecs: tuple[str, ...] = ("opus", "mp3", "telephone")  # one of them by chance
    level: Value = fixed(0.8, 0.2)  # of the compression, 0 to 1, for opus, mp3 and vorbis

    def __post_init__(self) -> None:
        for codec in self.codecs:
            if codec not in _CODECS:
                raise OptionError(f"codec {codec!r} is not known; there are {', '.join(_CODECS)}")

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Keep the length; some codecs begin or end with a few samples of their own."""
        codec = self.codecs[random.integers(len(self.codecs))]
        level = min(_HIGHEST_LEVEL, max(0.0, self.level.at(clock, random)))
        if codec == "telephone":
            return telephoned(samples)
        if codec == "gsm":
            coded = _compressed(_resampled(samples, RATE, 8000.0), codec, level)
            return _fitted(_resampled(coded, 8000.0, RATE), len(samples))
        return _fitted(_compressed(samples, codec, level), len(samples))


@dataclass(frozen=True)
class Resample(Change):
    """Go down to another sample rate and back, which takes away what lies above half of it."""

    rate: Value = fixed(8000.0)  # Hz

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Resample twice with soxr."""
        rate = float(np.clip(self.rate.at(clock, random), 1000.0, RATE))
        return _fitted(_resampled(_resampled(samples, RATE, rate), rate, RATE), len(samples))


@dataclass(frozen=True)
class Volume(Change):
    """Set the peak of the waveform."""

    dbfs: Value = fixed(-10.0, 10.0)  # dB below full scale

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Scale, and clip what leaves [-1, 1]."""
        peak = 10.0 ** (self.dbfs.at(clock, random) / 20.0)
        scaled = samples * (peak / max(float(np.abs(samples).max()), 1e-5))
        return np.asarray(np.clip(scaled, -1.0, 1.0))


@dataclass(frozen=True)
class Reverb(Change):
    """Echoes as those of Schroeder's reverberator (1962): four that repeat, at odd distances."""

    delay: Value = fixed(20.0, 10.0)  # ms to the first echoes
    decay: Value = fixed(10.0, 4.0)  # dB from an echo to its next

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Convolve with the response of the echoes."""
        delay = max(1.0, self.delay.at(clock, random)) * RATE / 1000.0
        decay = 10.0 ** (-max(1.0, self.decay.at(clock, random)) / 20.0)
        echoes = int(np.ceil(np.log(1e-3) / np.log(decay)))  # until they are 60 dB lower
        response = np.zeros(int(delay * 1.5) * echoes + 1)
        response[0] = 1.0
        for stretch in (1.0, 1.17, 1.27, 1.46):  # no common period
            for echo in range(1, echoes + 1):
                response[min(len(response) - 1, int(delay * stretch * echo))] += decay**echo / 4.0
        return convolved(samples, response)


def telephoned(samples: Waveform) -> NDArray[np.floating]:
    """Return what a telephone lets through: 300 to 3400 Hz, 8 kHz, eight bits by the mu-law."""
    narrow = _banded(_resampled(samples, RATE, 8000.0), 8000.0, 300.0, 3400.0)
    peak = max(float(np.abs(narrow).max()), 1e-5)
    squeezed = np.sign(narrow) * np.log1p(255.0 * np.abs(narrow) / peak) / np.log(256.0)
    rounded = np.round(squeezed * 127.0) / 127.0
    heard = np.sign(rounded) * np.expm1(np.abs(rounded) * np.log(256.0)) / 255.0 * peak
    return _fitted(_resampled(heard, 8000.0, RATE), len(samples))


def _banded(samples: NDArray[np.floating], rate: float, low: float, high: float) -> Waveform:
    """Return what lies between two frequencies."""
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1.0 / rate)
    spectrum[(frequencies < low) | (frequencies > high)] = 0.0
    return np.asarray(np.fft.irfft(spectrum, len(samples)), dtype=np.float32)


def _compressed(samples: Waveform, codec: str, level: float) -> Waveform:
    from lhotse.augmentation import Compress  # here, for lhotse takes seconds to import

    clipped = np.clip(samples, -1.0, 1.0)[None]
    coded: Waveform = Compress(codec, level)(clipped, RATE)[0]
    return coded


def _resampled(samples: NDArray[np.floating], rate: float, target: float) -> Waveform:
    import soxr

    changed: Waveform = soxr.resample(samples.astype(np.float32), rate, target, quality="LQ")
    return changed


def _fitted(samples: NDArray[np.floating], length: int) -> Waveform:
    """Cut or pad to a length."""
    return np.asarray(np.pad(samples[:length], (0, max(0, length - len(samples)))), np.float32)
