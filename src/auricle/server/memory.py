"""Memory that streams and files have left, given back to the system.

What is freed stays with the C library's allocator, in holes between what is still held and at the
top of each thread's heap. It is used again, so it does not grow without end; but with glibc there
are more than 100 MB of it, up and down, which no other program can have (docs/server.md, "Many
streams").
Other allocators are left alone.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys

GIVE_BACK_SECONDS = 5.0
"""From the end of a stream or file to then; so that giving back takes a few thousandths of a core
while streams come and go all the time."""

# Of glibc's malloc.h. It leaves up to 64 MB at the top of a heap otherwise, once the first large
# array has been freed. The second number is the one that it comes to by itself then: with a lower
# one, arrays of each batch would be asked of the system every time, for 13 to 19 % more work.
_M_TRIM_THRESHOLD, _TOP_BYTES = -1, 1 << 20
_M_MMAP_THRESHOLD, _MAPPED_BYTES = -3, 32 << 20


def keep_little_spare() -> None:
    """Let the tops of heaps be given back as they are freed. For processes that are servers."""
    if (library := _glibc()) is not None:
        library.mallopt(_M_TRIM_THRESHOLD, _TOP_BYTES)
        library.mallopt(_M_MMAP_THRESHOLD, _MAPPED_BYTES)


class SpareMemory:
    """Gives back what is free, some seconds after the ends of streams. Used on one event loop."""

    def __init__(self) -> None:
        self._library = _glibc()
        self._is_due = False

    def give_back_soon(self) -> None:
        """Note that something has ended which held memory."""
        if self._library is None or self._is_due:
            return
        self._is_due = True
        asyncio.get_running_loop().call_later(GIVE_BACK_SECONDS, self._give_back, self._library)

    def _give_back(self, library: ctypes.CDLL) -> None:
        self._is_due = False
        # It takes tens of milliseconds, for which streams need not wait.
        asyncio.get_running_loop().run_in_executor(None, library.malloc_trim, 0)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
