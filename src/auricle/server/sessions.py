"""The live streams of a server, whatever their protocol: how many, how long, how they end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from auricle.model import Model
from auricle.server.engine import Engine, LiveStream
from auricle.server.memory import SpareMemory
from auricle.server.options import Limits
from auricle.server.problems import Problem
from auricle.waveform import Samples

log = logging.getLogger("auricle.server")
_ROUNDING_SECONDS = 1e-3  # of a stream of millions of blocks


class Sessions:
    """Opens sessions within the limits, and ends them all at shutdown."""

    def __init__(self, engine: Engine, limits: Limits, memory: SpareMemory) -> None:
        self.engine, self.limits = engine, limits
        self._memory = memory
        self._open: set[Session] = set()
        self.stopping = False

    def open(self, protocol: str, model: Model, **choices: Any) -> Session:
        """Begin a session.

        Args:
            protocol: For the log.
            model: What hears it.
            **choices: Fields of `DecodingOptions`.

        Raises:
            Problem: The server is full or stopping.
            OptionError: A choice is outside its range.
        """
        if self.stopping:
            raise Problem("shutting_down", "the server is stopping; connect to another one")
        if len(self._open) >= self.limits.streams:
            raise Problem("busy", f"{len(self._open)} streams are open, the limit; try again later")
        session = Session(
            self, protocol, self.engine.open(model, self.limits.backlog_seconds, **choices)
        )
        self._open.add(session)
        self.engine.metrics.streams.set(len(self._open))
        return session

    async def end(self, session: Session, outcome: str) -> None:
        """Close a session and note how it ended."""
        self._open.discard(session)
        metrics = self.engine.metrics
        metrics.streams.set(len(self._open))
        metrics.streams_ended.labels(outcome).inc()
        log.info(
            "stream ended",
            extra={
                "protocol": session.protocol,
                "outcome": outcome,
                "audio_seconds": round(session.live.fed_seconds, 2),
                "seconds": round(time.monotonic() - session.began, 2),
            },
        )
        await session.live.close()
        self._memory.give_back_soon()

    async def stop(self) -> None:
        """Take no more sessions, and wait until those that run have said their last words."""
        self.stopping = True
        sessions = list(self._open)
        for session in sessions:
            session.stopping.set()
        deadline = time.monotonic() + self.limits.shutdown_seconds
        while self._open and time.monotonic() < deadline:
            await asyncio.sleep(0.02)


class Session:
    """One client's stream, with the limits of the server."""

    def __init__(self, sessions: Sessions, protocol: str, live: LiveStream) -> None:
        self._sessions = sessions
        self.protocol = protocol
        self.live = live
        self.began = time.monotonic()
        self.stopping = asyncio.Event()

    async def feed(self, samples: Samples, sample_rate: int) -> None:
        """Hear the next samples; wait while too many wait.

        Raises:
            Problem: The stream is longer than allowed.
        """
        limit = self._sessions.limits.stream_seconds
        if self.live.fed_seconds + len(samples) / sample_rate > limit + _ROUNDING_SECONDS:
            raise Problem(
                "too_long", f"the stream is above the limit of {limit:g} s; begin another"
            )
        await self.live.feed(samples, sample_rate)

    async def next_message(self, receive: Callable[[], Awaitable[Any]]) -> Any:
        """Return the client's next message; None when the server is stopping.

        A client that sends faster than it is heard always has a next one: stopping comes first.

        Raises:
            Problem: The client was silent for too long.
        """
        idle = self._sessions.limits.idle_seconds
        message = asyncio.ensure_future(receive())
        stopping = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait(
                (message, stopping), timeout=idle, return_when=asyncio.FIRST_COMPLETED
            )
            if stopping.done() or self.stopping.is_set():
                return None
            if message.done():
                return message.result()
            raise Problem(
                "idle", f"nothing came for {idle:g} s; send silence to keep a stream open"
            )
        finally:
            message.cancel()
            stopping.cancel()


async def send_text(websocket: WebSocket, text: str) -> None:
    """Send a text message.

    Raises:
        WebSocketDisconnect: The client has left, also where the server says so in words of its own.
    """
    try:
        await websocket.send_text(text)
    except RuntimeError as error:
        raise WebSocketDisconnect(1006, str(error)) from error
