"""What every augmentation is: a change of a waveform, made by chance."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from auricle.training.moving import Value, fixed

Waveform = NDArray[np.float32]
Augmentation = Callable[[Waveform, np.random.Generator, float], Waveform]  # the float: a clock

RATE = 16000  # Hz, of all that augmentations hear


@dataclass(frozen=True)
class Change(ABC):
    """A change to a waveform that keeps its words."""

    probability: Value = fixed(1.0)  # of an utterance to be changed

    def __call__(
        self, samples: Waveform, random: np.random.Generator, clock: float = 0.0
    ) -> Waveform:
        """Change a waveform, or leave it.

        Args:
            samples: float32 (S,).
            random: Where all chance comes from.
            clock: So much of the training is done, 0 to 1.

        Returns:
            A new float32 (S',), or `samples`.
        """
        if not self.happens(random, clock) or not samples.size:
            return samples
        return np.asarray(self.change(samples, random, clock), dtype=np.float32)

    def happens(self, random: np.random.Generator, clock: float) -> bool:
        """Draw whether an utterance is changed."""
        return bool(random.random() < self.probability.at(clock, random))

    @abstractmethod
    def change(
        self, samples: Waveform, random: np.random.Generator, clock: float
    ) -> NDArray[np.floating]:
        """Return the changed waveform."""


@runtime_checkable
class Lengthening(Protocol):
    """An augmentation that makes utterances longer or shorter."""

    def lengthened(self, seconds: float, random: np.random.Generator, clock: float) -> float:
        """Return how long an utterance will be that is changed with the same random numbers.

        Args:
            seconds: How long it is before.
            random: In the state in which the augmentation will be called.
            clock: So much of the training is done, 0 to 1.
        """


def rms(samples: NDArray[np.floating]) -> float:
    """Return the root mean square of an array, 0 for an empty one."""
    flat = samples.ravel()
    return float(np.sqrt(np.dot(flat, flat) / len(flat))) if samples.size else 0.0


def looped(clip: Waveform, length: int, random: np.random.Generator) -> Waveform:
    """Return so many samples of a clip, from a random place on, over and over."""
    start = int(random.integers(len(clip)))
    if start + length <= len(clip):
        return clip[start : start + length]
    return np.resize(np.concatenate([clip[start:], clip[:start]]), length)


def convolved(samples: Waveform, response: NDArray[np.floating]) -> NDArray[np.floating]:
    """Convolve by the fast Fourier transform, and keep the length and the power."""
    size = _quick_size(len(samples) + len(response) - 1)
    response = response.astype(np.float32)
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(response, size), size)
    wet = wet[: len(samples)]
    return np.asarray(wet * (rms(samples) / max(rms(wet), 1e-8)))


def _quick_size(least: int) -> int:
    """Return a size that Fourier transforms are quick with: a power of two, or a bit more."""
    return min(odd << max(1, (-(-least // odd) - 1).bit_length()) for odd in (1, 3, 5, 9, 15))
