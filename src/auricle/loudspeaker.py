"""Samples made audible, by the sound card of this machine."""

from __future__ import annotations

from auricle.audio import Waveform, read_audio
from auricle.errors import AudioError
from auricle.microphone import load_sounddevice


def play(samples: Waveform, sample_rate: int) -> None:
    """Play samples and wait for their end.

    Args:
        samples: float32 (S,) in [-1, 1].
        sample_rate: Of them, Hz; they are resampled to that of the sound card.

    Raises:
        AudioError: There is no sound card, or it cannot be used.
        DependencyError: sounddevice or PortAudio is not installed.
    """
    sounddevice = load_sounddevice("the sound card")
    try:
        rate = int(sounddevice.query_devices(kind="output")["default_samplerate"])
        sounddevice.play(read_audio(samples, rate, source_rate=sample_rate), rate, blocking=True)
    except (sounddevice.PortAudioError, ValueError) as error:  # what it raises without any device
        raise AudioError(f"there is no sound card that plays ({error})") from error
