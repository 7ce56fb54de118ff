"""Decoders of arrays, of what libsndfile reads and of what FFmpeg reads.

Each gives float32 (S, C) at the recording's own rate, with full scale at 1, and raises `AudioError`
where the recording is damaged or ends before its time.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from auricle.errors import AudioError

MAX_ARRAY_CHANNELS = 32
_BLOCK_VALUES = 1 << 16
# Where MP3 files were joined, a packet or two behind the splice cannot be decoded.
_MAX_LOST_PACKETS = 2

# FFmpeg knows playlists, which name other files and web addresses: a recording may not.
_FFMPEG_OPTIONS = {"protocol_whitelist": "none"}
# Containers that state their length. The others' is a guess from the bit rate.
_EXACT_CONTAINERS = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "asf", "flv"}


class UnknownFormat(Exception):
    """This decoder does not know the format; another one may."""


class ArrayDecoder:
    """Samples in memory: (S,) or (S, C), int16, int32, float32 or float64."""

    name = "array"

    def __init__(self, samples: npt.NDArray[Any], sample_rate: int) -> None:
        self._samples = _checked_array(samples)
        self.sample_rate = sample_rate
        self.duration: float | None = len(samples) / sample_rate

    def blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        """Yield float32 (S, C)."""
        step = max(1, _BLOCK_VALUES // self._samples.shape[1])
        for start in range(0, len(self._samples), step):
            yield _to_float(self._samples[start : start + step])

    def close(self) -> None:
        """Do nothing: the array is the caller's."""


class SoundFileDecoder:
    """What libsndfile reads: WAV, FLAC, Ogg, AIFF and more, but not MP3."""

    def __init__(self, stream: BinaryIO, name: str, allow_damaged: bool) -> None:
        try:
            self._file = soundfile.SoundFile(_for_libsndfile(stream), closefd=False)
        except (soundfile.LibsndfileError, TypeError) as error:
            raise UnknownFormat from error
        if self._is_left_to_ffmpeg(allow_damaged):
            raise UnknownFormat
        self.name = name
        self.sample_rate: int = self._file.samplerate
        self.duration: float | None = self._file.frames / self.sample_rate
        self._stream = stream
        self._allow_damaged = allow_damaged

    def blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        """Yield float32 (S, C).

        Raises:
            AudioError: The file is damaged, or ends before the length that its header states.
        """
        # A block with an error in it is lost as a whole.
        values = _BLOCK_VALUES // 16 if self._allow_damaged else _BLOCK_VALUES
        step = max(1, values // self._file.channels)
        # The same numbers: libsndfile scales those of 16 bits, one by one, likewise.
        dtype = "int16" if self._file.subtype == "PCM_16" else "float32"
        frames = 0
        while True:
            try:
                block = self._file.read(step, dtype=dtype, always_2d=True)  # (S, C)
            except soundfile.LibsndfileError as error:
                if self._allow_damaged:
                    return
                raise _damaged(self.name, frames / self.sample_rate) from error
            if not len(block):
                break
            frames += len(block)
            yield block if dtype == "float32" else _to_float(block)
        if frames < self._file.frames and not self._allow_damaged:
            promised = self._file.frames / self.sample_rate
            raise _truncated(self.name, frames / self.sample_rate, promised)

    def _is_left_to_ffmpeg(self, allow_damaged: bool) -> bool:
        # Not every MP3 states its length. libsndfile guesses it from the bit rate and stops there.
        if self._file.subtype.startswith("MPEG_"):
            return True
        # Files of unknown length, as a pipe leaves them, say 2**63 - 1 frames and end in an error.
        if self._file.frames > 1 << 50:
            return True
        # An Ogg file that was cut early has no sound for libsndfile, but may have for FFmpeg.
        return allow_damaged and not self._file.frames

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._stream.close()


class FFmpegDecoder:
    """What FFmpeg reads, through PyAV: MP3, MP4, Matroska, WebM, AMR and almost everything else.

    The first frame is decoded on opening: only it knows the rate, which SBR doubles in AAC.
    """

    def __init__(self, stream: BinaryIO, name: str, allow_damaged: bool) -> None:
        import av  # loads FFmpeg, which most recordings do not need

        self.name = name
        self._stream = stream
        self._allow_damaged = allow_damaged
        self._error = (av.FFmpegError, ValueError)  # PyAV 19 raises the latter without a codec
        # From PyAV 19 on, tags that are no UTF-8 are no error and cannot be asked to be.
        old = int(av.__version__.partition(".")[0]) < 19
        lenient: dict[str, Any] = {"metadata_errors": "ignore"} if old else {}
        try:
            self._container: Any = av.open(
                _Nameless(stream), "r", container_options=_FFMPEG_OPTIONS, **lenient
            )
        except (av.FFmpegError, ValueError, OSError) as error:
            raise UnknownFormat from error
        try:
            self._open_first_stream()
        except BaseException:
            self._container.close()
            raise

    def _open_first_stream(self) -> None:
        if not self._container.streams.audio:
            if self._container.streams.video:
                raise AudioError(
                    f"{self.name}: the file has pictures but no sound; give one with an audio track"
                )
            raise UnknownFormat
        self._audio = self._container.streams.audio[0]
        if self._audio.codec_context is None:  # PyAV 17 crashes when it is asked to decode this
            raise AudioError(
                f"{self.name}: the file is damaged, or its sound has a codec that FFmpeg does not "
                "know; export it again, as WAV or FLAC"
            )
        self._end = 0.0  # seconds, over all streams
        self._heard = 0.0
        self._frames = self._decoded()
        self._first = next(self._frames, None)
        if self._first is None:
            raise AudioError(
                f"{self.name}: the audio track has no samples; check that the recorder was running"
            )
        self.sample_rate: int = self._first.sample_rate
        self._promised = self._stated_duration()
        own = self._audio.duration  # a film may be longer than its sound
        self.duration: float | None = self._promised
        if own is not None and self._promised is not None:
            self.duration = float(own * self._audio.time_base)

    def blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        """Yield float32 (S, C).

        Raises:
            AudioError: The file is damaged, changes its rate, or ends before its stated length.
        """
        frame = self._first
        while frame is not None:
            if frame.sample_rate != self.sample_rate:
                raise AudioError(
                    f"{self.name}: the sample rate changes at {self._heard:.1f} s; "
                    "convert the recording to WAV first"
                )
            self._heard += frame.samples / frame.sample_rate
            yield _frame_to_float(frame)
            frame = next(self._frames, None)
        if self._promised is not None and not self._allow_damaged:
            end = max(self._end, self._heard)
            # Muxers round: the last frame of each stream may be cut or padded.
            if end < self._promised - max(0.5, 0.005 * self._promised):
                raise _truncated(self.name, end, self._promised)

    def close(self) -> None:
        """Close the file."""
        self._container.close()
        self._stream.close()

    def _decoded(self) -> Iterator[Any]:
        packets = self._container.demux(
            [s for s in self._container.streams if s.type in ("audio", "video")]
        )
        lost = 0  # packets in a row
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    break
                self._note_end(packet)
                if packet.stream is self._audio:
                    yield from packet.decode()
                    lost = lost if packet.size == 0 else 0
            except self._error as error:
                lost += 1
                if lost > _MAX_LOST_PACKETS and not self._allow_damaged:
                    raise _damaged(self.name, self._heard) from error

        if lost and not self._allow_damaged:
            raise _damaged(self.name, self._heard)

    def _note_end(self, packet: Any) -> None:
        if packet.pts is not None and packet.time_base is not None:
            self._end = max(
                self._end, float((packet.pts + (packet.duration or 0)) * packet.time_base)
            )

    def _stated_duration(self) -> float | None:
        if self._container.format.name not in _EXACT_CONTAINERS:
            return None
        if self._container.duration is None:
            return None
        return float(self._container.duration) / 1_000_000


def _for_libsndfile(stream: BinaryIO) -> Any:
    """Return the number of an open file, which is quicker, or the stream; both without a name."""
    if os.name == "posix" and isinstance(stream, io.FileIO):
        return stream.fileno()
    return _Nameless(stream)


class _Nameless:
    """A stream without a name, to be judged by its bytes alone."""

    def __init__(self, stream: BinaryIO) -> None:
        self.read = stream.read
        if getattr(stream, "seekable", lambda: True)():
            self.seek, self.tell = stream.seek, stream.tell


def _checked_array(samples: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if samples.dtype.newbyteorder("=") not in (np.int16, np.int32, np.float32, np.float64):
        raise AudioError(
            f"the array is of dtype {samples.dtype}; convert it to int16, int32 or float32"
        )
    if samples.ndim not in (1, 2):
        raise AudioError(f"the array has the shape {samples.shape}; pass (S,) or (S, C)")
    if samples.size == 0:
        raise AudioError(
            f"the array has the shape {samples.shape} and no samples; pass at least one"
        )
    if samples.ndim == 2 and samples.shape[1] > MAX_ARRAY_CHANNELS:
        hint = " (did you mean array.T?)" if samples.shape[0] <= MAX_ARRAY_CHANNELS else ""
        raise AudioError(
            f"the array has the shape {samples.shape}, so {samples.shape[1]} channels; "
            f"pass (S, C) with at most {MAX_ARRAY_CHANNELS}{hint}"
        )
    return samples[:, None] if samples.ndim == 1 else samples


def _to_float(samples: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    if samples.dtype.kind == "i":
        scale = np.float32(-float(np.iinfo(samples.dtype).min))
        scaled: npt.NDArray[np.float32] = samples.astype(np.float32)
        scaled /= scale
        return scaled
    floats = samples.astype(np.float32)
    with np.errstate(invalid="ignore"):
        loudest = float(np.abs(floats).max())
    # Overshoot of a mix stays below this; integers that were cast to float do not.
    if np.isfinite(loudest) and loudest > 64:
        raise AudioError(
            f"the array is of dtype {samples.dtype} with values up to {loudest:.0f}; "
            "scale it to [-1, 1], or pass it as int16"
        )
    return floats


def _frame_to_float(frame: Any) -> npt.NDArray[np.float32]:
    values = frame.to_ndarray()
    channels = frame.layout.nb_channels
    planes = values if frame.format.is_planar else values.reshape(-1, channels).T  # (C, S)
    if planes.dtype == np.uint8:
        floats = (planes.astype(np.float32) - 128) / 128
    elif planes.dtype.kind == "i":
        floats = planes.astype(np.float32) / np.float32(-float(np.iinfo(planes.dtype).min))
    else:
        floats = planes.astype(np.float32)
    turned: npt.NDArray[np.float32] = floats.T  # (S, C)
    return turned


def _damaged(name: str, seconds: float) -> AudioError:
    return AudioError(
        f"{name}: the file is damaged at {seconds:.1f} s; get a good copy, or allow damaged files "
        "(--allow-damaged, allow_damaged=True) to take what can be decoded"
    )


def _truncated(name: str, seconds: float, promised: float) -> AudioError:
    return AudioError(
        f"{name}: the file is truncated, it states {promised:.1f} s and ends at {seconds:.1f} s; "
        "get a complete copy, or allow damaged files (--allow-damaged, allow_damaged=True) "
        "to take the part that is there"
    )
