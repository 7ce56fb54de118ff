"""What a cut copy shows before it is decoded: headers and last pages that promise more bytes.

Decoders take a file that ends early for a short one. `missing_part` looks at the few bytes of a
WAV, AVI, AIFF, Ogg, MP3 or MP4 file that state its size, so that a broken download is refused at
once and not after an hour of transcribing. Formats that state no size are left to the decoders.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

_OGG_PAGE_MAX = 27 + 255 + 255 * 255
_MP3_TAIL = 1 << 14
# Writers to a pipe cannot go back to fill in the size and leave one of these.
_UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000)


def missing_part(stream: BinaryIO) -> str | None:
    """Say what is missing at the end of a recording, or return None if nothing is seen to be.

    Args:
        stream: Seekable; its position afterwards is undefined.

    Returns:
        Half a sentence, as in "its header states 32000 bytes of samples and 1200 are there".
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(28)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return _missing_in_chunks(stream, size, "<", b"data")
    if (stated := _stated_size(head)) is not None:
        missing = stated > size
        return f"its header states {stated} bytes and {size} are there" if missing else None
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _missing_in_chunks(stream, size, ">", b"SSND")
    if head[:4] == b"caff":
        return _missing_in_caf(stream, size)
    if head[:4] == b"OggS":
        return _missing_in_ogg(stream, size)
    if head[4:8] == b"ftyp":
        return _missing_in_boxes(stream, size)
    if head[:3] == b"ID3" or (head[0] == 0xFF and head[1:2] and head[1] & 0xE0 == 0xE0):
        return _missing_in_mp3(stream, size)
    return None


def _stated_size(head: bytes) -> int | None:
    """Return the size that an AVI, RF64, Wave64 or AU header states for the whole file."""
    if len(head) < 28:
        return None
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        length = int.from_bytes(head[4:8], "little")
        return None if length in _UNKNOWN_SIZES else length + 8
    if head[:4] == b"RF64" and head[12:16] == b"ds64":
        return int.from_bytes(head[20:28], "little") + 8
    if head[:4] == b"riff":
        return int.from_bytes(head[16:24], "little")
    if head[:4] == b".snd":
        start, length = struct.unpack(">II", head[4:12])
        return None if length in _UNKNOWN_SIZES else start + length
    return None


def _missing_in_caf(stream: BinaryIO, size: int) -> str | None:
    at = 8
    while at + 12 <= size:
        stream.seek(at)
        name, length = struct.unpack(">4sq", stream.read(12))
        there = size - at - 12
        if name == b"data":
            if length <= there:  # or -1 for "to the end"
                return None
            return f"its header states {length} bytes of samples and {there} are there"
        if length < 0:
            return None
        at += 12 + length
    return "it ends before its samples begin"


def _missing_in_chunks(stream: BinaryIO, size: int, order: str, wanted: bytes) -> str | None:
    at = 12
    while at + 8 <= size:
        stream.seek(at)
        name, length = struct.unpack(order + "4sI", stream.read(8))
        there = size - at - 8
        if name == wanted:
            if length in _UNKNOWN_SIZES or length <= there:
                return None
            return f"its header states {length} bytes of samples and {there} are there"
        at += 8 + length + length % 2
    return "it ends before its samples begin" if size < at + 8 else None


def _missing_in_ogg(stream: BinaryIO, size: int) -> str | None:
    stream.seek(max(0, size - _OGG_PAGE_MAX))
    tail = stream.read()
    at = tail.rfind(b"OggS")
    while at >= 0:
        page = tail[at:]
        # Samples may spell "OggS" too: a page has version 0 behind it.
        if len(page) < 27 or page[4] == 0:
            parts = page[27 : 27 + page[26]] if len(page) >= 27 else b""
            if len(page) < 27 or len(page) < 27 + page[26] + sum(parts):
                return "its last page is not whole"
            return None
        at = tail.rfind(b"OggS", 0, at)
    return None


def _missing_in_boxes(stream: BinaryIO, size: int) -> str | None:
    at, names = 0, set()
    while at + 8 <= size:
        stream.seek(at)
        length, name = struct.unpack(">I4s", stream.read(8))
        if length == 1:
            wide = stream.read(8)
            length = struct.unpack(">Q", wide)[0] if len(wide) == 8 else size + 1
        elif length == 0:  # to the end of the file
            length = size - at
        names.add(name)
        if length < 8:
            return None
        if at + length > size:
            return f"its last part states {length} bytes and {size - at} are there"
        at += length
    return None if b"moov" in names else "its index is missing"


def _missing_in_mp3(stream: BinaryIO, size: int) -> str | None:
    start = _mp3_start(stream)
    stream.seek(start)
    first = stream.read(1024)
    promised = _xing_bytes(first)
    # Some encoders count tags that others strip, so that a small difference says nothing.
    if promised is not None and promised - (size - start) > max(4096, promised // 100):
        return f"its header states {promised} bytes and {size - start} are there"
    return _missing_in_last_frame(stream, start, size)


def _mp3_start(stream: BinaryIO) -> int:
    stream.seek(0)
    tag = stream.read(10)
    if tag[:3] != b"ID3" or len(tag) < 10:
        return 0
    length = (tag[6] << 21) | (tag[7] << 14) | (tag[8] << 7) | tag[9]
    return 10 + length + (10 if tag[5] & 0x10 else 0)


def _xing_bytes(frame: bytes) -> int | None:
    # The Xing or Info header stands behind the side information, whose length has four values.
    for offset in (13, 21, 36):
        if frame[offset : offset + 4] in (b"Xing", b"Info"):
            flags = int.from_bytes(frame[offset + 4 : offset + 8], "big")
            if not flags & 2:
                return None
            at = offset + 8 + (4 if flags & 1 else 0)
            return int.from_bytes(frame[at : at + 4], "big") or None
    return None


def _missing_in_last_frame(stream: BinaryIO, start: int, size: int) -> str | None:
    base = max(start, size - _MP3_TAIL)
    stream.seek(base)
    tail = stream.read()
    for at in range(min(len(tail), 4096)):
        frames = _frames_from(tail, at)
        if len(frames) < 3:
            continue
        last, length = frames[-1]
        return "its last frame is not whole" if last + length > len(tail) else None
    return None


def _frames_from(data: bytes, at: int) -> list[tuple[int, int]]:
    frames: list[tuple[int, int]] = []
    while True:
        length = _mp3_frame_bytes(data[at : at + 4])
        if length is None:
            return frames
        frames.append((at, length))
        at += length


_BIT_RATES = {
    (3, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mp3_frame_bytes(header: bytes) -> int | None:
    """Return the length of the frame that this header opens, by ISO 11172-3 and 13818-3."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate_index, clock_index, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer == 0 or rate_index in (0, 15) or clock_index == 3:
        return None
    bit_rate = 1000 * _BIT_RATES[3 if version == 3 else 2, layer][rate_index - 1]
    clock = (44_100, 48_000, 32_000)[clock_index] >> {3: 0, 2: 1, 0: 2}[version]
    if layer == 3:
        return (12 * bit_rate // clock + padding) * 4
    samples = 576 if layer == 1 and version != 3 else 1152
    return samples // 8 * bit_rate // clock + padding
