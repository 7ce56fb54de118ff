"""What the tests of streams compare with."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

import auricle


def heard_at_once(
    model: auricle.Model, samples: npt.NDArray[np.float32], **choices: Any
) -> auricle.Transcript:
    """Return what a stream makes of a recording that it gets as one block."""
    stream = model.stream(**choices)
    stream.feed(samples)
    return stream.finish()
