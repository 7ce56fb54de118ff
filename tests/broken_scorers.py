"""A small scorer and ways to damage its file, for the languages that open scorers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from auricle import lm

_HEADER_BYTES_AT = 12


def make_scorer(folder: Path) -> bytes:
    """Return the file of a scorer of 60 invented words."""
    generator = random.Random(3)
    lines = (" ".join(f"w{int(60 ** generator.random())}" for _ in range(6)) for _ in range(200))
    (folder / "text.txt").write_text("\n".join(lines))
    options = lm.BuildOptions(order=3, discount_fallback=True)
    lm.build([folder / "text.txt"], folder / "scorer.lm", options)
    return (folder / "scorer.lm").read_bytes()


def refused(scorer: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield damaged files with the status of each."""
    yield b"", "ScorerTruncated"
    yield b"\\data\\\nngram 1=5\n" * 100, "ScorerBadMagic"
    yield scorer.replace(b"\r\n", b"\n"), "ScorerBadMagic"  # sent as text
    yield scorer[:8] + b"\x63" + scorer[9:], "ScorerBadVersion"
    for at in range(_HEADER_BYTES_AT, _header_bytes(scorer)):
        yield scorer[:at] + bytes([scorer[at] ^ 0xFF]) + scorer[at + 1 :], "ScorerChecksum"
    for size in [*range(0, 1000, 7), *range(1000, len(scorer), 97), len(scorer) - 1]:
        yield scorer[:size], "ScorerTruncated"
    yield scorer + b"\0", "ScorerCorrupt"


def accepted(scorer: bytes, count: int) -> Iterator[bytes]:
    """Yield files whose header is whole and whose data is not: none may do harm."""
    header = _header_bytes(scorer)
    generator = random.Random(4)
    for _ in range(count):
        damaged = bytearray(scorer)
        for _ in range(generator.choice([1, 10, 1000])):
            damaged[generator.randrange(header, len(damaged))] = generator.randrange(256)
        if damaged != scorer:
            yield bytes(damaged)


def _header_bytes(scorer: bytes) -> int:
    return int.from_bytes(scorer[_HEADER_BYTES_AT : _HEADER_BYTES_AT + 4], "little")
