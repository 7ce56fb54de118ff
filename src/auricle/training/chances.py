"""Random numbers that belong to a thing by its number, whatever was drawn for others before.

A generator of its own for each of a million utterances takes minutes to seed. So there is one long
sequence for all, and each number has a place in it that is found at once.
"""

from __future__ import annotations

import numpy as np

# The distance between places, as in numpy's `PCG64.jumped`: round distances would be correlated.
_DISTANCE = 0x9E3779B97F4A7C15F39CC0605CEDC835
_PERIOD = 1 << 128


class Chances:
    """A sequence of random numbers with places in it."""

    def __init__(self, *seed: int) -> None:
        self._bits = np.random.PCG64(seed)
        self._begin = self._bits.state
        self._generator = np.random.Generator(self._bits)

    def at(self, number: int) -> np.random.Generator:
        """Return the generator at a place; it is moved by the next call."""
        self._bits.state = self._begin
        self._bits.advance(number * _DISTANCE % _PERIOD)
        return self._generator
