"""Noise added to speech at a given ratio, the same for the same utterance in every run."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from auricle.audio import Waveform, read_audio
from auricle.errors import AudioError, OptionError


def read_clips(folder: Path, sample_rate: int) -> tuple[Waveform, ...]:
    """Read the recordings of a folder, of any format.

    Raises:
        OptionError: The folder is missing or holds no recording that can be read.
    """
    clips = []
    if not folder.is_dir():
        raise OptionError(f"{folder}: there is no such folder of noise clips")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            clips.append(read_audio(path, sample_rate))
        except AudioError:  # a licence, a list: not everything in a folder is noise
            continue
    if not clips:
        raise OptionError(f"{folder}: no file in it is a recording that can be read")
    return tuple(clips)


class NoiseClips:
    """The noise recordings of a folder.

    Raises:
        OptionError: The folder is missing or holds no recording that can be read.
    """

    def __init__(self, folder: Path, sample_rate: int) -> None:
        self._clips = read_clips(folder, sample_rate)

    def add(self, samples: Waveform, name: str, snr_db: float) -> Waveform:
        """Add a clip, looped from a random place, chosen by the utterance's name.

        Args:
            samples: float32 (S,).
            name: Of the utterance; the same name hears the same noise at every ratio.
            snr_db: Power of the speech over that of the noise, over the whole utterance.

        Returns:
            float32 (S,), scaled down where the sum leaves [-1, 1].
        """
        random = np.random.default_rng(zlib.crc32(name.encode()))
        clip = self._clips[random.integers(len(self._clips))]
        start = random.integers(len(clip))
        noise = np.take(clip, np.arange(start, start + len(samples)), mode="wrap")
        scale = _rms(samples) / max(_rms(noise), 1e-8) * 10.0 ** (-snr_db / 20.0)
        mixed = samples + scale * noise
        return np.asarray(mixed / max(1.0, float(np.abs(mixed).max())), dtype=np.float32)


def _rms(samples: Waveform) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0
