"""Audio as callers of the old API have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from auricle.deepspeech.errors import AudioBufferError
from auricle.errors import OptionError

AudioBuffer: TypeAlias = npt.NDArray[np.int16] | bytes | bytearray | memoryview | Sequence[int]
Samples: TypeAlias = npt.NDArray[np.int16] | npt.NDArray[np.float32]


def samples_from_buffer(audio_buffer: AudioBuffer, sample_rate: int) -> Samples:
    """Return the samples of a buffer.

    Args:
        audio_buffer: int16 (S,) at `sample_rate`, or integers that fit into it; or bytes: those
            samples, little-endian, or a whole WAV file, which its header tells and whose channels
            are mixed and rate is changed as need be.
        sample_rate: What the model hears, Hz.

    Returns:
        int16 (S,), or float32 (S,) in [-1, 1] of a WAV file.

    Raises:
        AudioBufferError: The buffer is of another type or shape.
        OptionError: The bytes are not whole samples.
        AudioError: A WAV file is damaged or has no samples.
    """
    if isinstance(audio_buffer, bytes | bytearray | memoryview):
        view = memoryview(audio_buffer)
        if view.itemsize == 1:
            return _samples_from_bytes(view.tobytes(), sample_rate)
    array = np.asarray(audio_buffer)
    if array.ndim != 1:
        raise AudioBufferError(
            f"the audio has the shape {array.shape}; it must be (S,): one channel, so mix or pick "
            "one, as in audio.mean(axis=1).astype(numpy.int16)"
        )
    if isinstance(audio_buffer, Sequence):
        return _samples_from_integers(array)
    if not np.can_cast(array.dtype, np.int16, casting="safe"):
        raise AudioBufferError(_wrong_type(array.dtype))
    return array.astype(np.int16, copy=False)


def _samples_from_bytes(data: bytes, sample_rate: int) -> Samples:
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        from auricle.audio import read_audio  # here, for `import auricle.deepspeech` is to be quick

        return read_audio(data, sample_rate)
    if len(data) % 2:
        raise OptionError(
            f"the audio is {len(data)} bytes, but a sample has two; give whole samples, "
            "and check that they are 16-bit ones"
        )
    return np.frombuffer(data, "<i2").astype(np.int16, copy=False)


def _samples_from_integers(array: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    if not array.size:
        return np.zeros(0, np.int16)
    if array.dtype.kind not in "iu":
        raise AudioBufferError(_wrong_type(array.dtype))
    limits = np.iinfo(np.int16)
    if array.min() < limits.min or array.max() > limits.max:
        raise AudioBufferError(
            f"samples reach from {array.min()} to {array.max()}; 16 bits hold "
            f"{limits.min} to {limits.max}"
        )
    return array.astype(np.int16)


def _wrong_type(dtype: np.dtype[Any]) -> str:
    return (
        f"the audio is of type {dtype}; it must be int16 or bytes. For floating point in [-1, 1]: "
        "(audio * 32767).astype(numpy.int16)"
    )
