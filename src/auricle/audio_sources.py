"""From what users hand over to the decoder for it.

array                   -> ArrayDecoder
path, bytes, file, pipe -> a seekable stream, checked for missing bytes
                           -> SoundFileDecoder, or FFmpegDecoder for what libsndfile lacks
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from auricle.audio_damage import missing_part
from auricle.audio_decoders import ArrayDecoder, FFmpegDecoder, SoundFileDecoder, UnknownFormat
from auricle.errors import AudioError, OptionError

if TYPE_CHECKING:
    from auricle.audio import Decoder

AudioSource: TypeAlias = (
    str | os.PathLike[str] | BinaryIO | bytes | bytearray | memoryview | npt.NDArray[Any]
)


def open_decoder(source: AudioSource, source_rate: int | None, allow_damaged: bool) -> Decoder:
    """Open the decoder that fits the source.

    Args:
        source: As for `auricle.audio.open_audio`.
        source_rate: Samples a second of an array, None for anything else.
        allow_damaged: Take what can be decoded of a truncated or damaged file.

    Raises:
        AudioError: The source cannot be read or is not audio.
        OptionError: `source_rate` is missing for an array or given for a file.
    """
    if isinstance(source, np.ndarray):
        if source_rate is None:
            raise OptionError("an array does not say its sample rate; pass sample_rate=")
        return ArrayDecoder(source, source_rate)
    if source_rate is not None:
        raise OptionError("sample_rate= is for arrays; a file says its own")
    stream, name = _open_stream(source)
    try:
        return _decoder_of_stream(stream, name, allow_damaged)
    except BaseException:
        stream.close()
        raise


def _decoder_of_stream(stream: BinaryIO, name: str, allow_damaged: bool) -> Decoder:
    if not stream.read(1):
        raise AudioError(f"{name}: the file is empty (0 bytes); record or copy it again")
    missing = None if allow_damaged else missing_part(stream)
    if missing:
        raise AudioError(
            f"{name}: the file is truncated, {missing}; get a complete copy, or allow damaged "
            "files (--allow-damaged, allow_damaged=True) to take the part that is there"
        )
    if name.lower().endswith((".raw", ".pcm")):
        raise AudioError(
            f"{name}: samples without a header do not say their rate; "
            f"convert them, as in: ffmpeg -f s16le -ar 16000 -ac 1 -i {name} out.wav"
        )
    for decoder in (SoundFileDecoder, FFmpegDecoder):
        stream.seek(0)
        try:
            return decoder(stream, name, allow_damaged)
        except UnknownFormat:
            continue
    raise AudioError(_not_audio(stream, name))


def _open_stream(source: object) -> tuple[BinaryIO, str]:
    if isinstance(source, str | os.PathLike):
        return _open_path(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return io.BytesIO(source), "recording"
    if hasattr(source, "read"):
        return _borrow_file(source)
    if isinstance(source, list | tuple):
        raise AudioError(
            f"a {type(source).__name__} is not a recording; "
            "pass numpy.asarray(samples, dtype=numpy.float32)"
        )
    raise AudioError(
        f"{type(source).__name__} is not a recording; "
        "pass a path, a binary file object, bytes or a numpy array"
    )


def _open_path(path: str | os.PathLike[str]) -> tuple[BinaryIO, str]:
    name = os.fspath(path)
    if "://" in name and not Path(name).exists():
        raise AudioError(f"{name}: this is a web address; download it first and give the file")
    if Path(name).is_dir():
        raise AudioError(
            f"{name}: this is a folder; give its files, or --recursive for all of them"
        )
    try:
        # Unbuffered, for libsndfile reads the file itself. The decoder closes it.
        file: BinaryIO = Path(name).open("rb", buffering=0)  # noqa: SIM115
    except FileNotFoundError:
        raise AudioError(f"{name}: there is no such file; check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AudioError(f"{name}: the file cannot be opened: {reason}") from error
    if file.seekable():
        return file, name
    with file:
        return _spooled(file, name), name


def _borrow_file(file: Any) -> tuple[BinaryIO, str]:
    name = getattr(file, "name", None)
    name = name if isinstance(name, str) and not name.startswith("<") else "recording"
    if isinstance(file, io.TextIOBase) or isinstance(file.read(0), str):
        raise AudioError(f'{name}: the file is open as text; open it with mode "rb"')
    if getattr(file, "seekable", lambda: False)() and file.tell() == 0:
        return cast(BinaryIO, _Borrowed(file)), name
    return _spooled(file, name), name


def _spooled(pipe: Any, name: str) -> BinaryIO:
    # Containers are read from both ends, which a pipe does not allow and memory should not hold.
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the decoder closes it
    try:
        shutil.copyfileobj(pipe, copy, 1 << 20)
    except OSError as error:
        copy.close()
        raise AudioError(f"{name}: reading stopped: {error.strerror or error}") from error
    copy.seek(0)
    return cast(BinaryIO, copy)


class _Borrowed:
    """A caller's file, which closing the decoder leaves open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.read, self.seek, self.tell = file.read, file.seek, file.tell

    def close(self) -> None:
        self._file.seek(0, io.SEEK_END)


def _not_audio(stream: BinaryIO, name: str) -> str:
    stream.seek(0)
    head = stream.read(512)
    if b"\0" not in head and _is_text(head):
        return f"{name}: this is a text file, not a recording; check which file was meant"
    return f"{name}: no known audio format; the file is damaged, or something else than a recording"


def _is_text(head: bytes) -> bool:
    try:
        head[: max(1, len(head) - 4)].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
