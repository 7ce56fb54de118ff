"""Live sources of samples: a microphone, or raw samples from a pipe.

Both are iterated over for blocks, int16 (S,), as they come.
"""

from __future__ import annotations

import queue
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from auricle.errors import AudioError, DependencyError

Block = npt.NDArray[np.int16]
_BLOCK_SECONDS = 0.04
# The driver's thread does not wait: what is not taken for so long is lost, and that is an error.
_MAX_WAITING = 1_000
_PIPE_BYTES = 1 << 14
_WAV_SAMPLES = (0x0001, 0xFFFE)  # formats of a WAV header: integers, and "see further down"


@dataclass(frozen=True)
class Device:
    """A microphone."""

    number: int
    name: str
    channels: int
    sample_rate: int  # Hz, its own
    is_default: bool


def list_devices() -> list[Device]:
    """Return the microphones of this machine; none is no error.

    Raises:
        DependencyError: sounddevice or PortAudio is not installed.
    """
    sounddevice = load_sounddevice("the microphone")
    default = sounddevice.default.device[0]
    return [
        Device(
            number,
            str(device["name"]),
            int(device["max_input_channels"]),
            int(device["default_samplerate"]),
            number == default,
        )
        for number, device in enumerate(sounddevice.query_devices())
        if device["max_input_channels"] > 0
    ]


def find_device(wanted: str | None) -> Device:
    """Return a microphone.

    Args:
        wanted: Its number, or a part of its name in any case; None for the default one.

    Raises:
        AudioError: There is none, or not this one.
        DependencyError: sounddevice or PortAudio is not installed.
    """
    devices = list_devices()
    if not devices:
        raise AudioError(
            "there is no microphone; connect one, or pipe samples in, as in: "
            "arecord -t raw -f S16_LE -r 16000 -c 1 | auricle listen -"
        )
    if wanted is None:
        return next((device for device in devices if device.is_default), devices[0])
    for device in devices:
        if wanted == str(device.number):
            return device
    for device in devices:
        if wanted.lower() in device.name.lower():
            return device
    names = ", ".join(f"{device.number} ({device.name})" for device in devices)
    raise AudioError(f"there is no microphone {wanted!r}; there are: {names}")


class Microphone:
    """A microphone that is open inside a `with` statement. Iterate over it for blocks."""

    def __init__(self, device: Device) -> None:
        self.sample_rate = device.sample_rate
        self._device = device
        self._blocks: queue.Queue[Block] = queue.Queue(_MAX_WAITING)
        self._lost = False
        self._stream: Any = None

    def __enter__(self) -> Microphone:
        sounddevice = load_sounddevice("the microphone")
        try:
            self._stream = sounddevice.InputStream(
                samplerate=self.sample_rate,
                blocksize=round(_BLOCK_SECONDS * self.sample_rate),
                device=self._device.number,
                channels=1,
                dtype="int16",
                callback=self._take,
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise AudioError(
                f"the microphone {self._device.name!r} cannot be opened: {error}; "
                "close what else uses it, or choose another one with --device"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[Block]:
        while True:
            try:
                # A wait without an end could not be interrupted on Windows.
                yield self._blocks.get(timeout=0.5)
            except queue.Empty:
                if not self._stream.active:
                    raise AudioError(f"the microphone {self._device.name!r} is gone") from None
            if self._lost:
                raise AudioError("this machine is too slow: samples of the microphone were lost")

    def _take(self, samples: npt.NDArray[np.int16], frames: int, time: Any, status: Any) -> None:
        try:
            self._blocks.put_nowait(samples[:, 0].copy())
        except queue.Full:
            self._lost = True


def read_raw(pipe: BinaryIO, sample_rate: int = 16_000) -> Iterator[Block]:
    """Yield the samples of a pipe, 16-bit little-endian mono, as soon as they arrive.

    A WAV header before them, as recorders write one, is passed over.

    Args:
        pipe: What is read.
        sample_rate: What the samples are taken for, Hz.

    Raises:
        AudioError: The header says that the samples are others.
    """
    read: Callable[[int], bytes] = getattr(pipe, "read1", pipe.read)
    data = _pass_header(read, sample_rate)
    while True:
        whole = len(data) - len(data) % 2
        if whole:
            yield np.frombuffer(data[:whole], "<i2").astype(np.int16)
        more = read(_PIPE_BYTES)
        if not more:
            return
        data = data[whole:] + more


def _pass_header(read: Callable[[int], bytes], sample_rate: int) -> bytes:
    """Return the first samples, after the header if there is one."""
    data = b""

    def take(count: int) -> bytes:
        nonlocal data
        while len(data) < count and (more := read(_PIPE_BYTES)):
            data += more
        taken, data = data[:count], data[count:]
        return taken

    head = take(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return head + data
    while len(chunk := take(8)) == 8:
        name, size = struct.unpack("<4sI", chunk)
        if name == b"data":
            break
        body = take(size + size % 2)
        if name == b"fmt " and len(body) >= 16:
            _check_format(body, sample_rate)
    return data


def _check_format(body: bytes, sample_rate: int) -> None:
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
    if kind not in _WAV_SAMPLES or (channels, rate, bits) != (1, sample_rate, 16):
        raise AudioError(
            f"the pipe is WAV of {rate} Hz, {channels} channels and {bits} bits, and 16-bit mono "
            f"samples of {sample_rate} Hz are expected; ask for them, as in: "
            f"arecord -f S16_LE -r {sample_rate} -c 1, sox ... -t raw -e signed -b 16 "
            f"-r {sample_rate} -c 1 -, ffmpeg ... -f s16le -ar {sample_rate} -ac 1 -"
        )


def load_sounddevice(what: str) -> Any:
    """Return the library of sound cards.

    Args:
        what: Needs it, for messages.

    Raises:
        DependencyError: It, or PortAudio under it, is not installed.
    """
    try:
        import sounddevice
    except ImportError as error:
        raise DependencyError(
            f'{what} needs sounddevice; install it with pip install "auricle[mic]"'
        ) from error
    except OSError as error:  # sounddevice is there, the library under it is not
        raise DependencyError(
            f"{what} needs PortAudio; install it, as with: apt install libportaudio2"
        ) from error
    return sounddevice
