"""Recordings as the engine wants them: mono blocks at the model's rate.

    path, file object, bytes, array
      -> decoder    samples of any rate and channel count          float32 (S, C)
      -> mix        the mean of the channels                       float32 (S,)
      -> check      NaN and infinity are refused
      -> resample   soxr, continuous over blocks                   float32 (S,)
      -> blocks     of one length, the last one shorter            float32 (S,) in [-1, 1]

Each stage holds one block at most, so that memory does not grow with the recording. `close` gives
back the decoder, the file it opened and the temporary file that a pipe is read through.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import soxr

from auricle.audio_sources import AudioSource, open_decoder
from auricle.errors import AudioError, OptionError

Waveform: TypeAlias = npt.NDArray[np.float32]

# Other clocks than these are damage, not recordings, and would ask soxr for absurd ratios.
MIN_SAMPLE_RATE = 1_000
MAX_SAMPLE_RATE = 768_000
_READING_SECONDS = 60.0  # of the blocks of recordings that are read into memory


class Decoder(Protocol):
    """What turns one kind of source into samples."""

    name: str
    sample_rate: int
    duration: float | None

    def blocks(self) -> Iterator[Waveform]:
        """Yield float32 (S, C), full scale at 1, from the start of the recording to its end."""

    def close(self) -> None:
        """Give back what the decoder opened."""


class AudioReader:
    """A recording, read once from start to end as blocks of float32 (S,) in [-1, 1].

    Iterate over it inside a `with` statement. `open_audio` makes one.
    """

    def __init__(self, decoder: Decoder, sample_rate: int, block_samples: int) -> None:
        self._decoder = decoder
        self._sample_rate = sample_rate
        self._block_samples = block_samples
        self._blocks = self._read()
        self._yielded_samples = 0

    @property
    def name(self) -> str:
        """What messages call the recording: the file's name."""
        return self._decoder.name

    @property
    def sample_rate(self) -> int:
        """Samples a second of the blocks."""
        return self._sample_rate

    @property
    def duration(self) -> float | None:
        """Seconds that the recording says it lasts, or None if it does not say."""
        return self._decoder.duration

    @property
    def position(self) -> float:
        """Seconds of audio that have been read so far."""
        return self._yielded_samples / self._sample_rate

    def close(self) -> None:
        """Close the recording; reading on gives nothing."""
        self._blocks.close()
        self._decoder.close()

    def __enter__(self) -> AudioReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Waveform]:
        return self

    def __next__(self) -> Waveform:
        block = next(self._blocks)
        self._yielded_samples += len(block)
        return block

    def _read(self) -> _Blocks:
        waiting: list[Waveform] = []
        waiting_samples = 0
        for block in self._resampled():
            waiting.append(block)
            waiting_samples += len(block)
            if waiting_samples < self._block_samples:
                continue
            joined = np.concatenate(waiting)
            whole = waiting_samples - waiting_samples % self._block_samples
            for start in range(0, whole, self._block_samples):
                yield joined[start : start + self._block_samples]
            waiting, waiting_samples = [joined[whole:]], waiting_samples - whole
        if waiting_samples:
            yield np.concatenate(waiting)

    def _resampled(self) -> Iterator[Waveform]:
        source_rate = self._decoder.sample_rate
        if source_rate == self._sample_rate:
            for block in self._mono():
                yield np.clip(block, -1.0, 1.0)
            return
        resampler = soxr.ResampleStream(source_rate, self._sample_rate, 1, dtype="float32")
        for block in self._mono():
            yield np.clip(resampler.resample_chunk(block), -1.0, 1.0)
        rest = resampler.resample_chunk(np.zeros(0, np.float32), last=True)
        yield np.clip(rest, -1.0, 1.0)

    def _mono(self) -> Iterator[Waveform]:
        samples = 0
        for block in self._decoder.blocks():  # (S, C)
            channels = block.shape[1]
            mono = block[:, 0] if channels == 1 else block.mean(axis=1, dtype=np.float32)  # (S,)
            mono = np.ascontiguousarray(mono)
            if not np.isfinite(mono).all():
                bad = (samples + int(np.argmin(np.isfinite(mono)))) / self._decoder.sample_rate
                raise AudioError(
                    f"{self.name}: the sample at {bad:.3f} s is NaN or infinite; "
                    "export the recording again, as 16-bit WAV or FLAC"
                )
            samples += len(mono)
            yield mono
        if not samples:
            raise AudioError(
                f"{self.name}: the recording has no samples; check that the recorder was running"
            )


class _Blocks(Protocol):
    def __next__(self) -> Waveform: ...
    def __iter__(self) -> Iterator[Waveform]: ...
    def close(self) -> None: ...


def open_audio(
    source: AudioSource | AudioReader,
    sample_rate: int,
    *,
    source_rate: int | None = None,
    allow_damaged: bool = False,
    block_seconds: float = 1.0,
) -> AudioReader:
    """Open a recording of any format, rate and channel count for reading.

    Args:
        source: Path of a file; binary file object, read to its end; bytes of a file; array of
            samples, (S,) or (S, C), int16, int32 or float in [-1, 1]; or a reader, returned as is.
        sample_rate: Samples a second that the blocks shall have.
        source_rate: Samples a second of an array; files say theirs.
        allow_damaged: Take what can be decoded of a truncated or damaged file; else it is refused.
        block_seconds: Length of a block. It does not change the samples.

    Raises:
        AudioError: The source is missing, empty, not audio, truncated or holds no usable samples.
            Damage that shows only while decoding is raised by the iteration.
        OptionError: An option is outside its range, or `source_rate` does not fit the source.
    """
    if isinstance(source, AudioReader):
        return _passed_through(source, sample_rate, source_rate)
    check_rate(sample_rate, "sample_rate")
    block_samples = round(block_seconds * sample_rate)
    if block_samples < 1:
        raise OptionError(f"block_seconds is {block_seconds}: it must hold at least one sample")
    if source_rate is not None:
        check_rate(source_rate, "sample_rate of the array")
    decoder = open_decoder(source, source_rate, allow_damaged)
    if not MIN_SAMPLE_RATE <= decoder.sample_rate <= MAX_SAMPLE_RATE:
        decoder.close()
        raise AudioError(
            f"{decoder.name}: the file says {decoder.sample_rate} samples a second; "
            f"from {MIN_SAMPLE_RATE} to {MAX_SAMPLE_RATE} can be read, export the recording again"
        )
    return AudioReader(decoder, sample_rate, block_samples)


def read_audio(
    source: AudioSource | AudioReader,
    sample_rate: int,
    *,
    source_rate: int | None = None,
    allow_damaged: bool = False,
) -> Waveform:
    """Read a whole recording into memory.

    The arguments and errors are those of `open_audio`.

    Returns:
        float32 (S,) in [-1, 1].
    """
    with open_audio(
        source,
        sample_rate,
        source_rate=source_rate,
        allow_damaged=allow_damaged,
        block_seconds=_READING_SECONDS,
    ) as audio:
        blocks = list(audio)
    return blocks[0] if len(blocks) == 1 else np.concatenate([np.zeros(0, np.float32), *blocks])


def audio_duration(source: AudioSource) -> float:
    """Return how many seconds a recording lasts, decoding it only if it does not say.

    Raises:
        AudioError: As by `open_audio`.
    """
    with contextlib.closing(open_decoder(source, None, allow_damaged=False)) as decoder:
        if decoder.duration is not None:
            return decoder.duration
        samples = sum(len(block) for block in decoder.blocks())
        return samples / decoder.sample_rate


def _passed_through(reader: AudioReader, sample_rate: int, source_rate: Any) -> AudioReader:
    if reader.sample_rate != sample_rate:
        raise OptionError(
            f"the reader gives {reader.sample_rate} samples a second and {sample_rate} are needed; "
            f"open it with open_audio(source, {sample_rate})"
        )
    if source_rate is not None:
        raise OptionError("a reader knows its sample rate; sample_rate= is for arrays")
    return reader


def check_rate(rate: int, what: str) -> None:
    """Refuse a sample rate that no recording has.

    Raises:
        OptionError: It is outside MIN_SAMPLE_RATE to MAX_SAMPLE_RATE.
    """
    if not MIN_SAMPLE_RATE <= rate <= MAX_SAMPLE_RATE:
        raise OptionError(f"{what} is {rate}: it must be {MIN_SAMPLE_RATE} to {MAX_SAMPLE_RATE} Hz")
