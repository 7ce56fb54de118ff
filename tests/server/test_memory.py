"""What streams leave goes back to the system."""

from __future__ import annotations

import asyncio
import ctypes
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from auricle.server import memory
from auricle.server.memory import SpareMemory

needs_glibc = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="other allocators decide by themselves",
)


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@needs_glibc
def test_holes_between_what_is_held_are_given_back(monkeypatch):
    monkeypatch.setattr(memory, "GIVE_BACK_SECONDS", 0.01)
    arrays = [np.ones(n, np.uint8) for _ in range(600) for n in (100_000, 4_000)]
    held = arrays[1::2]
    del arrays
    before = resident_mb()

    async def give_back():
        SpareMemory().give_back_soon()
        for _ in range(500):
            await asyncio.sleep(0.01)
            if resident_mb() < before - 30.0:
                return

    asyncio.run(give_back())
    assert resident_mb() < before - 30.0  # of 60
    assert all(array.all() for array in held)


@needs_glibc
def test_many_ends_give_back_once_and_a_later_one_again(monkeypatch):
    monkeypatch.setattr(memory, "GIVE_BACK_SECONDS", 0.05)
    calls = []

    class Library:
        malloc_trim = staticmethod(calls.append)

    monkeypatch.setattr(memory, "_glibc", Library)

    async def end_streams():
        spare = SpareMemory()
        for _ in range(10):
            spare.give_back_soon()
        await asyncio.sleep(0.2)
        first = len(calls)
        spare.give_back_soon()
        await asyncio.sleep(0.2)
        return first, len(calls)

    assert asyncio.run(end_streams()) == (1, 2)


def test_other_allocators_are_left_alone(monkeypatch):
    monkeypatch.setattr(memory, "_glibc", lambda: None)
    memory.keep_little_spare()

    async def end_a_stream():
        SpareMemory().give_back_soon()

    asyncio.run(end_a_stream())


_FREED_TOP = """
import os, sys
from pathlib import Path
import numpy as np
from auricle.server.memory import keep_little_spare

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

np.ones(20_000_000, np.uint8)  # its end is what lets glibc keep more
if sys.argv[1] == "little":
    keep_little_spare()
before = resident_mb()
arrays = [np.ones(1_000_000, np.uint8) for _ in range(30)]
del arrays
print(resident_mb() - before)
"""


@needs_glibc
@pytest.mark.parametrize(("kept", "low", "high"), [("much", 20.0, 40.0), ("little", -1.0, 3.0)])
def test_the_top_of_a_heap_is_given_back_at_once(kept, low, high):
    done = subprocess.run(
        [sys.executable, "-c", _FREED_TOP, kept], capture_output=True, text=True, check=True
    )
    assert low <= float(done.stdout) <= high
