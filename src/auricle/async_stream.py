"""The stream for programs that run on asyncio: the same calls, awaited, with threads under them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from types import TracebackType
from typing import Any, TypeVar

from auricle.decoder import DecodingOptions
from auricle.events import Event
from auricle.stream import Stream
from auricle.transcript import Transcript
from auricle.waveform import Samples

Result = TypeVar("Result")


class AsyncStream:
    """A `Stream` whose work is done in threads, so that the event loop goes on.

    `Model.async_stream` makes one. Calls of one stream run one after the other, in the order in
    which they were made; those of different streams run side by side, for the graph and the search
    release the GIL. Errors are those of `Stream`.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._turn = asyncio.Lock()

    async def feed(self, samples: Samples, *, sample_rate: int | None = None) -> None:
        """Take the next samples, as `Stream.feed` does."""
        await self._run(lambda: self._stream.feed(samples, sample_rate=sample_rate))

    async def partial(self) -> Transcript:
        """Return what has been heard so far, as `Stream.partial` does."""
        return await self._run(self._stream.partial)

    async def flush(self) -> Transcript:
        """End the open segment now, as `Stream.flush` does."""
        return await self._run(self._stream.flush)

    async def finish(self) -> Transcript:
        """End the stream, as `Stream.finish` does."""
        return await self._run(self._stream.finish)

    async def change(self, options: DecodingOptions | None = None, **choices: Any) -> None:
        """Search on with other options, as `Stream.change` does."""
        await self._run(lambda: self._stream.change(options, **choices))

    async def reset(self) -> None:
        """Forget everything that was heard, as `Stream.reset` does."""
        await self._run(self._stream.reset)

    async def take_events(self) -> list[Event]:
        """Return what has happened since the last call, as `Stream.take_events` does."""
        return await self._run(self._stream.take_events)

    async def events(
        self, blocks: AsyncIterable[Samples], *, sample_rate: int | None = None
    ) -> AsyncIterator[Event]:
        """Feed blocks as they come and yield what happens, up to the end of the stream."""
        async for block in blocks:
            await self.feed(block, sample_rate=sample_rate)
            for event in await self.take_events():
                yield event
        await self.finish()
        for event in await self.take_events():
            yield event

    async def close(self) -> None:
        """Give back the stream's memory, after what runs has ended."""
        await self._run(self._stream.close)

    async def __aenter__(self) -> AsyncStream:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _run(self, call: Callable[[], Result]) -> Result:
        async with self._turn:
            # A cancelled caller must not let the next call in while the thread is still at work.
            work = asyncio.ensure_future(asyncio.to_thread(call))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                await asyncio.wait([work])
                raise
