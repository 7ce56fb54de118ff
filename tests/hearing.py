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


def streamed_at_once(ds: Any, samples: npt.NDArray[np.int16]) -> str:
    """Return what a stream of the old interface hears, less far ahead than `stt`."""
    stream = ds.createStream()
    stream.feedAudioContent(samples)
    text: str = stream.finishStream()
    return text
