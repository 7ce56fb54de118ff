"""Blocks of a live waveform, as callers have them, brought to the form and rate that a model hears.

block, float32 or int16, at any rate -> checked -> float32
-> soxr, continuous over blocks (what it holds back comes out at `rest`) -> float32 (S,)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from auricle.errors import AudioError, OptionError

Samples = npt.NDArray[np.float32] | npt.NDArray[np.int16]
Waveform = npt.NDArray[np.float32]


def checked_samples(samples: Samples) -> Waveform:
    """Return samples as float32 (S,), of a copy.

    Args:
        samples: float32 (S,) in [-1, 1] or int16 (S,).

    Raises:
        OptionError: The array has another shape or dtype.
        AudioError: A sample is NaN or infinite.
    """
    array = np.asarray(samples)
    if array.ndim != 1 or array.dtype not in (np.float32, np.int16):
        raise OptionError(
            f"samples are {array.dtype} of shape {array.shape}; "
            "a stream takes float32 or int16 (S,)"
        )
    if array.dtype == np.int16:
        return array.astype(np.float32) / 32768.0
    if not np.isfinite(array).all():
        raise AudioError("the samples hold NaN or infinity; check where they come from")
    return array.astype(np.float32, copy=True)


class LiveResampler:
    """Blocks of any rate in, one continuous waveform of one rate out."""

    def __init__(self, sample_rate: int) -> None:
        """Begin a waveform.

        Args:
            sample_rate: Of what comes out, Hz.
        """
        self._sample_rate = sample_rate
        self._source_rate = sample_rate
        self._resampler: Any = None

    def feed(self, samples: Samples, source_rate: int | None = None) -> Waveform:
        """Return what the next block adds, float32 (S,); a little is held back until the next one.

        Args:
            samples: float32 (S,) in [-1, 1] or int16 (S,).
            source_rate: Of the block, Hz; the waveform's own if None.

        Raises:
            OptionError: The array has another shape or dtype, or the rate is outside its range.
            AudioError: A sample is NaN or infinite; nothing of the block was taken.
        """
        waveform = checked_samples(samples)
        before = self._turn_to(self._sample_rate if source_rate is None else source_rate)
        if self._resampler is not None and len(waveform):
            waveform = np.clip(self._resampler.resample_chunk(waveform), -1.0, 1.0)
        return np.concatenate([before, waveform]) if len(before) else waveform

    def rest(self) -> Waveform:
        """Return what was held back, float32 (S,); the next block begins anew."""
        if self._resampler is None:
            return np.zeros(0, np.float32)
        rest: Waveform = self._resampler.resample_chunk(np.zeros(0, np.float32), last=True)
        self._begin(self._source_rate)
        return np.clip(rest, -1.0, 1.0)

    def _turn_to(self, rate: int) -> Waveform:
        if rate == self._source_rate:
            return np.zeros(0, np.float32)
        from auricle.audio import check_rate  # here, for `import auricle` is to be quick

        check_rate(rate, "sample_rate")
        rest = self.rest()
        self._begin(rate)
        return rest

    def _begin(self, source_rate: int) -> None:
        self._source_rate, self._resampler = source_rate, None
        if source_rate == self._sample_rate:
            return
        import soxr

        self._resampler = soxr.ResampleStream(source_rate, self._sample_rate, 1, dtype="float32")
