"""Text files, compressed or not, in pieces."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from auricle.errors import OptionError

PIECE_BYTES = 1 << 20

_OPENERS: dict[str, Callable[[BinaryIO], object]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
}


class TextFile:
    """A UTF-8 text file (.gz, .bz2 and .xz are decompressed), or standard input for "-".

    Attributes:
        path: As given.
        size_bytes: Size on disk, compressed as it is; 0 where it is not known.
        position_bytes: How much of it has been read.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = path
        self.position_bytes = 0
        self.size_bytes = 0
        if str(path) != "-":
            try:
                self.size_bytes = Path(path).stat().st_size
            except OSError as error:
                raise OptionError(f"cannot read {path}: {error.strerror}") from error

    def pieces(self) -> Iterator[bytes]:
        """Yield the text in pieces that may end anywhere, without a byte-order mark.

        Raises:
            OptionError: The file cannot be read or decompressed, or is not UTF-8.
        """
        decoder = codecs.getincrementaldecoder("utf-8")()
        done = 0
        try:
            for piece in self._raw_pieces():
                decoder.decode(piece)
                yield piece.removeprefix(codecs.BOM_UTF8) if done == 0 else piece
                done += len(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise OptionError(
                f"{self.path} is not UTF-8 text (near byte {done + error.start}); convert it first"
            ) from error
        except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
            raise OptionError(f"cannot read {self.path}: {error}") from error

    def lines(self) -> Iterator[bytes]:
        """Yield the text in pieces of whole lines; only the last may lack its line feed."""
        rest: list[bytes] = []
        for piece in self.pieces():
            head, feed, tail = piece.rpartition(b"\n")
            if feed:
                yield b"".join([*rest, head, feed])
                rest = [tail]
            else:
                rest.append(piece)
        if last := b"".join(rest):
            yield last

    def _raw_pieces(self) -> Iterator[bytes]:
        if str(self.path) == "-":
            yield from iter(lambda: sys.stdin.buffer.read(PIECE_BYTES), b"")
            return
        path = Path(self.path)
        with path.open("rb") as raw, self._decompressed(path, raw) as stream:
            while piece := stream.read(PIECE_BYTES):
                self.position_bytes = raw.tell()
                yield piece

    @staticmethod
    def _decompressed(path: Path, raw: BinaryIO) -> IO[bytes]:
        opener = _OPENERS.get(path.suffix.lower())
        return raw if opener is None else cast("IO[bytes]", opener(raw))
