"""Bytes that arrive on the event loop and are read by a decoder in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections import deque


class BytePipe:
    """A bounded queue of bytes with the `read` of a file. It cannot be sought in.

    Args:
        limit_bytes: What may wait before `room` waits.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._chunks: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._ended = self._aborted = False
        self.abandoned = False  # nobody wants what the reader makes of it
        self._loop = asyncio.get_running_loop()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self.waiting_bytes = 0

    @property
    def full(self) -> bool:
        """Whether as much waits as may."""
        return self.waiting_bytes >= self._limit

    def put(self, data: bytes) -> None:
        """Add bytes; after the reader has closed the pipe they are dropped."""
        with self._changed:
            if self._aborted or not data:
                return
            self._chunks.append(data)
            self.waiting_bytes += len(data)
            if self.full:
                self._has_room.clear()
            self._changed.notify()

    async def room(self) -> None:
        """Wait until there is room again."""
        await self._has_room.wait()

    def end(self) -> None:
        """Say that no more bytes come."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def close(self) -> None:
        """Drop what waits, from either side; a reader in the middle finds the end."""
        with self._changed:
            self._aborted = not self._ended or bool(self._chunks)
            self._chunks.clear()
            self.waiting_bytes = 0
            self._changed.notify()
        self._make_room()

    def abandon(self) -> None:
        """Drop what waits, and let the reader know that its work is for nobody."""
        self.abandoned = True
        self.close()

    @property
    def broken_off(self) -> bool:
        """Whether it was closed before all of it had been read."""
        return self._aborted

    def seekable(self) -> bool:
        """Return False."""
        return False

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`, as soon as there are any; none at the end."""
        with self._changed:
            while not (self._chunks or self._ended or self._aborted):
                self._changed.wait()
            if self._aborted or not self._chunks:
                return b""
            data = self._chunks.popleft()
            if 0 <= size < len(data):
                self._chunks.appendleft(data[size:])
                data = data[:size]
            self.waiting_bytes -= len(data)
            made_room = not self.full
        if made_room:
            self._make_room()
        return data

    def peek(self, size: int) -> bytes:
        """Return the first bytes without taking them; fewer where the pipe ends before."""
        head = b""
        while len(head) < size and (data := self.read(size - len(head))):
            head += data
        with self._changed:
            if head and not self._aborted:
                self._chunks.appendleft(head)
                self.waiting_bytes += len(head)
        return head

    def _make_room(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._has_room.set)
