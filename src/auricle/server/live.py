"""`WS /v1/stream`: audio in, JSON events out. docs/server.md and `schema.json` describe it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterator
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from auricle.events import EndEvent, FinalEvent, PartialEvent, event_to_dict
from auricle.server.access import Keyring
from auricle.server.choices import search_choices
from auricle.server.messages import Start, parse_message, parse_start
from auricle.server.models import Models
from auricle.server.problems import Problem, problem_of
from auricle.server.sessions import Session, Sessions, send_text
from auricle.server.sources import Source, open_source

log = logging.getLogger("auricle.server")
# A client that reads no events for so many of them is given up.
_MAX_UNREAD = 2_000


class LiveProtocol:
    """Serves the clients of `WS /v1/stream`."""

    def __init__(
        self, models: Models, sessions: Sessions, keyring: Keyring, log_text: bool
    ) -> None:
        self._models, self._sessions = models, sessions
        self._keyring, self._log_text = keyring, log_text

    async def serve(self, websocket: WebSocket, key: str | None) -> None:
        """Serve one client from its first message to the close."""
        await websocket.accept()
        try:
            start = await self._start(websocket, key)
            model = self._models.find(start.model)
            session = self._sessions.open("stream", model, **start.choices)
        except (WebSocketDisconnect, asyncio.CancelledError):
            return
        except Exception as error:
            await _refuse(websocket, error)
            return
        source = open_source(start.format, start.sample_rate, model.sample_rate, session.feed)
        client = _Client(websocket, session, source, start, self._log_text)
        outcome = "internal"
        try:
            name = self._models.name_of(model)
            ready = {"type": "ready", "model": name, "sample_rate": model.sample_rate}
            await send_text(websocket, json.dumps(ready))
            outcome = await client.serve()
        except WebSocketDisconnect:
            outcome = "left"
        finally:
            source.close()
            await asyncio.shield(self._sessions.end(session, outcome))

    async def _start(self, websocket: WebSocket, key: str | None) -> Start:
        limits = self._sessions.limits
        try:
            message = await asyncio.wait_for(websocket.receive(), limits.idle_seconds)
        except asyncio.TimeoutError:
            raise Problem("idle", "no start message came") from None
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        if message.get("text") is None:
            raise Problem("invalid_request", "the first message is binary; send start before audio")
        start = parse_start(parse_message(message["text"]))
        self._keyring.admit(start.key or key)
        return start


class _Client:
    """One client, once it has started."""

    def __init__(
        self, websocket: WebSocket, session: Session, source: Source, start: Start, log_text: bool
    ) -> None:
        self._websocket, self._session, self._source = websocket, session, source
        self._start, self._log_text = start, log_text
        self._live = session.live

    async def serve(self) -> str:
        """Serve until the end; return how it came."""
        reading = asyncio.ensure_future(self._read())
        writing = asyncio.ensure_future(self._write())
        try:
            await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
            if reading.done() and reading.exception() is None:
                await asyncio.wait((writing,))  # the last words
            error = _error_of(reading) or _error_of(writing)
        finally:
            reading.cancel()
            writing.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)
        # Not raised: this frame has the tasks, which have the error; if the error had the frame,
        # the stream's memory would have to wait for the garbage collector.
        if isinstance(error, WebSocketDisconnect):
            return "left"
        if error is not None:
            await _refuse(self._websocket, error)
            return problem_of(error).code
        stopped = self._session.stopping.is_set()
        with contextlib.suppress(RuntimeError):
            await self._websocket.close(1001 if stopped else 1000)
        return "stopped" if stopped else "finished"

    async def _read(self) -> None:
        """Take messages up to `finish`."""
        while True:
            message = await self._session.next_message(self._websocket.receive)
            if message is None:
                break
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect
            if self._live.events.qsize() > _MAX_UNREAD:
                raise Problem("busy", f"{_MAX_UNREAD} events were not read; read them")
            if message.get("bytes") is not None:
                await self._source.take(message["bytes"])
            elif await self._obey(parse_message(message["text"])):
                break
        await self._source.end()
        await self._live.command(self._live.stream.finish)

    async def _obey(self, message: dict[str, Any]) -> bool:
        """Do what a text message says; return whether it was `finish`."""
        if message["type"] == "start":
            raise Problem("invalid_request", "the stream has started already; send audio")
        if message["type"] == "flush":
            await self._live.command(self._live.stream.flush)
        elif message["type"] == "change":
            choices = search_choices(message)
            await self._live.command(lambda: self._live.stream.change(**choices))
        return bool(message["type"] == "finish")

    async def _write(self) -> None:
        """Send events up to the end."""
        while True:
            waiting = [await self._live.events.get()]
            while not self._live.events.empty():
                waiting.append(self._live.events.get_nowait())
            for event in _worth_telling(waiting, self._start.partials):
                if isinstance(event, Exception):
                    raise event
                if isinstance(event, FinalEvent) and self._log_text:
                    log.info("final", extra={"text": event.segment.text})
                text = json.dumps(event_to_dict(event), ensure_ascii=False)
                await send_text(self._websocket, text)
                if isinstance(event, EndEvent):
                    return


def _error_of(task: asyncio.Task[None]) -> Exception | None:
    error = task.exception() if task.done() else None
    assert error is None or isinstance(error, Exception)  # nobody has cancelled it yet
    return error


def _worth_telling(events: list[Any], partials: bool) -> Iterator[Any]:
    """Leave out partials that a later event has overtaken."""
    for event, after in zip(events, [*events[1:], None], strict=True):
        if not isinstance(event, PartialEvent) or (partials and after is None):
            yield event


async def _refuse(websocket: WebSocket, error: Exception) -> None:
    problem = problem_of(error)
    if problem.code == "internal":
        log.error("internal error in a stream", exc_info=error)
    if websocket.client_state is not WebSocketState.CONNECTED:
        return
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
        await websocket.send_json(problem.to_event())
        await websocket.close(problem.close_code, problem.code)
