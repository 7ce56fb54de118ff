"""Sounds without words that need no recording: notes, chords, sweeps, beeps, hum, clicks, noise.

What a network has never heard it takes for speech. These join the clips of noise in training.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]  # (S,), of any level
RATE = 16000


def tone(random: np.random.Generator, hertz: Sound) -> Sound:
    """Play a course of fundamentals (S,) in Hz with one to eight partials of random strength."""
    partials = np.arange(1, random.integers(2, 10))
    strengths = random.uniform(0.2, 1.0, len(partials)) / partials ** random.uniform(0.5, 2.0)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    audible = np.outer(partials, hertz) < RATE / 2
    return np.asarray((strengths[:, None] * audible * np.sin(np.outer(partials, phase))).sum(0))


def melody(random: np.random.Generator, samples: int) -> Sound:
    """Play notes of equal length in three octaves, each struck or held."""
    length = int(random.uniform(0.08, 1.2) * RATE)
    notes = 2.0 ** (random.integers(0, 36, samples // length + 1) / 12) * random.uniform(80, 500)
    envelope = np.exp(-np.arange(length) / RATE * random.choice([0.0, 2.0, 8.0]))
    played = tone(random, np.repeat(notes, length)) * np.tile(envelope, len(notes))
    return played[:samples]


def chords(random: np.random.Generator, samples: int) -> Sound:
    """Play three melodies at once."""
    return sum((melody(random, samples) for _ in range(3)), np.zeros(samples))


def sweep(random: np.random.Generator, samples: int) -> Sound:
    """Glide up and down between two pitches, as a siren does."""
    low, high = np.sort(random.uniform(np.log(80), np.log(4000), 2))
    turns = np.sin(2 * np.pi * random.uniform(0.1, 3.0) * np.arange(samples) / RATE)
    return tone(random, np.exp(low + (high - low) * (turns + 1) / 2))


def beeps(random: np.random.Generator, samples: int) -> Sound:
    """Sound one or two pitches (telephones have two) at regular times."""
    pitches = random.uniform(300, 3000, random.integers(1, 3))
    seconds = np.arange(samples) / RATE
    on = seconds % random.uniform(0.2, 2.0) < random.uniform(0.05, 0.5)
    return np.asarray(np.sin(2 * np.pi * np.outer(pitches, seconds)).sum(0) * on)


def hum(random: np.random.Generator, samples: int) -> Sound:
    """Hum as machines and mains do: a low steady pitch in some noise."""
    steady = tone(random, np.full(samples, random.uniform(40, 250)))
    return steady + random.uniform(0, 0.5) * random.standard_normal(samples)


def clicks(random: np.random.Generator, samples: int) -> Sound:
    """Click at random times, each time ringing for some milliseconds."""
    struck = random.random(samples) < random.uniform(1, 15) / RATE
    ringing = np.exp(-np.arange(RATE // 20) / RATE * random.uniform(80, 600))
    ringing *= random.standard_normal(len(ringing))
    return np.convolve(struck * random.uniform(0.3, 1.0, samples), ringing)[:samples]


def coloured_noise(random: np.random.Generator, samples: int) -> Sound:
    """Make noise whose level falls by 0 to 6 dB an octave, swelling or steady."""
    spectrum = np.fft.rfft(random.standard_normal(samples))
    spectrum *= np.maximum(np.arange(len(spectrum)), 1) ** -random.uniform(0.0, 1.0)
    swelling = np.sin(2 * np.pi * random.uniform(0.1, 4.0) * np.arange(samples) / RATE)
    return np.fft.irfft(spectrum, samples) * (1 + random.uniform(0, 1) * swelling)


KINDS: dict[str, Callable[[np.random.Generator, int], Sound]] = {
    "melody": melody,
    "chords": chords,
    "sweep": sweep,
    "beeps": beeps,
    "hum": hum,
    "clicks": clicks,
    "coloured-noise": coloured_noise,
}


def make_sounds(count: int, seconds: float = 5.0, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Make `count` sounds of each kind by name: float32 (S,) at 16 kHz, peaks at half of full."""
    made = {}
    for kind, make in KINDS.items():
        for index in range(count):
            random = np.random.default_rng([seed, index, *kind.encode()])
            samples = make(random, round(seconds * RATE))
            peak = np.abs(samples).max()
            made[f"made-{kind}-{index:03}"] = (samples * (0.5 / max(peak, 1e-9))).astype(np.float32)
    return made
