"""`/vosk`: the protocol of the Vosk server, for clients that were written for it.

    client: {"config": {"sample_rate": 8000, "words": true, "phrase_list": [...]}}   may be left out
    client: 16-bit samples         server: {"partial": "..."} or {"result": [...], "text": "..."}
    client: {"eof": 1}             server: {"result": [...], "text": "..."}, and closes

Each binary message gets exactly one answer, for the clients wait for it. Phrases become hot words:
the search prefers them, but hears others too.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from auricle.audio import MAX_SAMPLE_RATE, MIN_SAMPLE_RATE
from auricle.events import Event, FinalEvent, PartialEvent
from auricle.server.models import Models
from auricle.server.problems import Problem, problem_of
from auricle.server.sessions import Session, Sessions, send_text
from auricle.server.sources import PCM_TYPES, PcmSource
from auricle.transcript import Segment

log = logging.getLogger("auricle.server")
_PHRASE_BOOST = 4.0
_MAX_PHRASES = 1_000


class VoskProtocol:
    """Serves the clients of `/vosk`."""

    def __init__(self, models: Models, sessions: Sessions) -> None:
        self._models, self._sessions = models, sessions

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one client from its first message to the close."""
        await websocket.accept()
        try:
            session = self._sessions.open("vosk", self._models.default)
        except Problem as problem:
            await websocket.close(problem.close_code, problem.code)
            return
        outcome = "internal"
        try:
            await _Client(websocket, session).serve()
            stopped = session.stopping.is_set()
            outcome = "stopped" if stopped else "finished"
            await websocket.close(1001 if stopped else 1000)
        except WebSocketDisconnect:
            outcome = "left"
        except Exception as error:
            told = problem_of(error)
            outcome = told.code
            if outcome == "internal":
                log.error("internal error in a stream", exc_info=error)
            await websocket.close(told.close_code, told.code)
        finally:
            await asyncio.shield(self._sessions.end(session, outcome))


class _Client:
    def __init__(self, websocket: WebSocket, session: Session) -> None:
        self._websocket, self._session = websocket, session
        self._live = session.live
        self._words = True
        self._partial = ""
        self._ended: deque[Segment] = deque()
        self._source = self._open_source(16_000)

    async def serve(self) -> None:
        """Answer messages up to the end."""
        while True:
            message = await self._session.next_message(self._websocket.receive)
            if message is None:
                break
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect
            if message.get("bytes") is not None:
                await self._hear(message["bytes"])
            elif await self._obey(message["text"]):
                break
        await self._live.command(self._live.stream.finish)
        self._take_events()
        await self._send(self._result(list(self._ended)))

    async def _hear(self, data: bytes) -> None:
        await self._source.take(data)
        await self._live.command(lambda: None)  # until all of it is heard
        self._take_events()
        if self._ended:
            await self._send(self._result([self._ended.popleft()]))
        else:
            await self._send({"partial": self._partial})

    async def _obey(self, text: str) -> bool:
        """Do what a text message says; return whether it was the end."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise Problem("invalid_request", f"the message {text[:80]!r} is not a JSON object")
        if isinstance(message.get("config"), dict):
            await self._configure(message["config"])
        if "reset" in message:
            await self._live.command(self._live.stream.reset)
            self._ended.clear()
            self._partial = ""
        return "eof" in message

    async def _configure(self, config: dict[str, Any]) -> None:
        rate = config.get("sample_rate", 16_000)
        if not isinstance(rate, int | float) or not MIN_SAMPLE_RATE <= rate <= MAX_SAMPLE_RATE:
            raise Problem("invalid_request", f"sample_rate is {str(rate)[:80]}; give it in Hz")
        self._source = self._open_source(int(rate))
        self._words = bool(config.get("words", self._words))
        phrases = config.get("phrase_list") or []
        if not isinstance(phrases, list) or len(phrases) > _MAX_PHRASES:
            raise Problem("invalid_request", f"phrase_list takes up to {_MAX_PHRASES} phrases")
        hot_words = {str(p): _PHRASE_BOOST for p in phrases if str(p).strip() not in ("", "[unk]")}
        if hot_words:
            await self._live.command(lambda: self._live.stream.change(hot_words=hot_words))

    def _open_source(self, sample_rate: int) -> PcmSource:
        return PcmSource(PCM_TYPES["pcm_s16le"], sample_rate, self._session.feed)

    def _take_events(self) -> None:
        while not self._live.events.empty():
            event: Event | Exception = self._live.events.get_nowait()
            if isinstance(event, Exception):
                raise event
            if isinstance(event, PartialEvent):
                self._partial = event.text
            elif isinstance(event, FinalEvent):
                self._ended.append(event.segment)
                self._partial = ""

    def _result(self, segments: list[Segment]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        if self._words and segments:
            result["result"] = [
                {
                    "conf": round(word.confidence, 6),
                    "end": round(word.end, 6),
                    "start": round(word.start, 6),
                    "word": word.text,
                }
                for segment in segments
                for word in segment.words
            ]
        separator = self._live.model.vocabulary.separator
        return {**result, "text": separator.join(segment.text for segment in segments)}

    async def _send(self, answer: dict[str, Any]) -> None:
        await send_text(self._websocket, json.dumps(answer, ensure_ascii=False))
