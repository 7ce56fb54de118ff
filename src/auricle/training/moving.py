"""Values of augmentations: fixed, drawn from a range, or moving while a training goes on.

    8           always 8
    8~2         drawn from 6 to 10
    20:5        20 at the beginning of the training, 5 at its end, in between in proportion
    20:5~3      the same, and up to 3 less or more

This is how DeepSpeech wrote them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from auricle.errors import OptionError

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_WRITTEN = re.compile(rf"({_NUMBER})(?::({_NUMBER}))?(?:~({_NUMBER}))?")


@dataclass(frozen=True)
class Value:
    """A value of the module's docstring.

    Args:
        start: At the beginning of the training.
        end: At its end.
        radius: What is drawn differs so much at most.
    """

    start: float
    end: float
    radius: float = 0.0

    @classmethod
    def parse(cls, written: float | str) -> Value:
        """Read a value.

        Raises:
            OptionError: It is not written as above.
        """
        match = _WRITTEN.fullmatch(str(written).strip())
        if match is None:
            raise OptionError(f"{written!r} is no value; write 8, 8~2, 20:5 or 20:5~3")
        start, end, radius = match.groups()
        return cls(float(start), float(end or start), abs(float(radius or 0.0)))

    def at(self, clock: float, random: np.random.Generator) -> float:
        """Return the value when so much of the training is done, 0 to 1; drawn if it is a range."""
        centre = self.start + (self.end - self.start) * clock
        if not self.radius:
            return centre
        return float(random.uniform(centre - self.radius, centre + self.radius))


def fixed(value: float, radius: float = 0.0) -> Value:
    """Return a value that does not move."""
    return Value(value, value, radius)
