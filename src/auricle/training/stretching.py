"""Augmentations of time and pitch, apart from each other, by the Signalsmith Stretch library.

Speed (training/augmentation.py) changes both together and is cheaper. Moving the pitch moves the
formants along: a shorter or longer vocal tract, another speaker (Jaitly and Hinton, 2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auricle.training.change import RATE, Change, Waveform
from auricle.training.moving import Value, fixed

_LIMITS = (0.5, 2.0)  # of factors


@dataclass(frozen=True)
class Pitch(Change):
    """Move pitch and formants and keep the tempo."""

    pitch: Value = fixed(1.0, 0.12)  # factor of all frequencies

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Transpose."""
        return stretched(samples, 1.0, self.pitch.at(clock, random))


@dataclass(frozen=True)
class Tempo(Change):
    """Speak faster or slower at the same pitch."""

    factor: Value = fixed(1.0, 0.15)  # of the tempo

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Stretch."""
        return stretched(samples, self._factor(random, clock), 1.0)

    def lengthened(self, seconds: float, random: np.random.Generator, clock: float) -> float:
        """Return how long an utterance will be."""
        return seconds / self._factor(random, clock) if self.happens(random, clock) else seconds

    def _factor(self, random: np.random.Generator, clock: float) -> float:
        return float(np.clip(self.factor.at(clock, random), *_LIMITS))


@dataclass(frozen=True)
class Warp(Change):
    """Speak some moments faster and others slower, and bend the frequencies likewise.

    A number of moments, evenly spaced, move by a part of the distance between them, and what lies
    between is stretched (Park et al., 2019, with one moment and time alone).
    """

    nt: Value = fixed(1.0)  # moments that move
    nf: Value = fixed(1.0)  # frequencies that move
    wt: Value = fixed(0.1)  # how far moments move, part of the distance between them
    wf: Value = fixed(0.0)  # how far frequencies move

    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Stretch the pieces between the moments, then move the frequencies of the whole."""
        count, width = round(self.nt.at(clock, random)), self.wt.at(clock, random)
        old, new = _moved(count, width, random)
        edges = np.round(old * len(samples)).astype(int)
        factors = np.diff(old) / np.diff(new)
        pieces = [
            stretched(samples[a:b], factor, 1.0)
            for a, b, factor in zip(edges, edges[1:], factors, strict=False)
        ]
        changed = np.concatenate(pieces).astype(np.float32)
        count, width = round(self.nf.at(clock, random)), self.wf.at(clock, random)
        return bent(changed, *_moved(count, width, random)) if width else changed


def stretched(samples: Waveform, tempo: float, pitch: float) -> NDArray[np.floating]:
    """Return a waveform (S / tempo,) at another tempo and pitch, both factors from 0.5 to 2."""
    from python_stretch import Signalsmith

    stretch = Signalsmith.Stretch()
    stretch.configure(1, RATE // 10, RATE // 25)  # the library's cheaper preset
    stretch.setTimeFactor(float(np.clip(tempo, *_LIMITS)))
    stretch.setTransposeFactor(float(np.clip(pitch, *_LIMITS)))
    changed: Waveform = np.squeeze(np.array(stretch.process(samples[None]), np.float32), axis=0)
    return changed


def bent(
    samples: Waveform, old: NDArray[np.floating], new: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Return a waveform whose frequencies went from old places to new ones, 0 to 1 of all."""
    from auricle.training.spectral import through_spectrogram

    def change(spectrogram: NDArray[np.complexfloating]) -> NDArray[np.complexfloating]:
        bins = len(spectrogram)
        sources = np.interp(np.linspace(0.0, 1.0, bins), new, old) * (bins - 1)
        moved: NDArray[np.complexfloating] = spectrogram[np.round(sources).astype(int)]
        return moved

    return through_spectrogram(samples, change)


def _moved(
    count: int, width: float, random: np.random.Generator
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return places from 0 to 1 and where they go; both ends stay."""
    old = np.linspace(0.0, 1.0, max(0, count) + 2)
    shifts = random.uniform(-1.0, 1.0, len(old)) * min(abs(width), 0.45) / (len(old) - 1)
    shifts[[0, -1]] = 0.0
    return old, old + shifts
