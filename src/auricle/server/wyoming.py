"""The Wyoming protocol of Home Assistant, over TCP.

    client: describe                                  server: info
    client: transcribe, audio-start, audio-chunk...   server: transcript-start, transcript-chunk...
            audio-stop                                        transcript, transcript-stop

The protocol has no keys: whoever reaches the port may use it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import numpy as np
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info

from auricle.audio import MAX_SAMPLE_RATE, MIN_SAMPLE_RATE
from auricle.events import FinalEvent
from auricle.server.models import Models
from auricle.server.problems import Problem, problem_of
from auricle.server.sessions import Session, Sessions

log = logging.getLogger("auricle.server")
_ATTRIBUTION = Attribution(name="Auricle", url="")
_NAME_BOOST, _TERM_BOOST = 5.0, 3.0


class WyomingServer:
    """Listens for Wyoming clients beside the HTTP server."""

    def __init__(self, models: Models, sessions: Sessions) -> None:
        self._models, self._sessions = models, sessions
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Begin to listen; return the port, which the system chose if it was 0."""
        self._server = await asyncio.start_server(self._serve, host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Take no more clients."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(self._models, self._sessions, writer)
        try:
            while (event := await self._next(reader, client)) is not None:
                await client.handle(event)
            await client.say_last_words()
        except (ConnectionError, asyncio.IncompleteReadError):
            client.outcome = "left"
        except Exception as error:
            await client.refuse(error)
        finally:
            await client.end()
            writer.close()

    async def _next(self, reader: asyncio.StreamReader, client: _Client) -> Event | None:
        limits = self._sessions.limits
        if client.session is not None:
            event: Event | None = await client.session.next_message(
                lambda: read_event(reader, limits.message_bytes)
            )
            return event
        try:
            return await asyncio.wait_for(
                read_event(reader, limits.message_bytes), limits.idle_seconds
            )
        except asyncio.TimeoutError:
            return None


async def read_event(reader: asyncio.StreamReader, limit: int) -> Event | None:
    """Return the next event, or None at the end of the connection.

    Raises:
        Problem: It is none, or has more than `limit` bytes.
    """
    try:
        event: Event | None = await async_read_event(_Bounded(reader, limit))  # type: ignore[arg-type]
        return event
    except (AttributeError, KeyError, TypeError):
        raise Problem(
            "invalid_request", "what came is no event of the Wyoming protocol; see its description"
        ) from None


def _parse(kind: Any, event: Event) -> Any:
    try:
        return kind.from_event(event)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Problem(
            "invalid_request", f"the data of {event.type} is not as the Wyoming protocol has it"
        ) from None


def _texts(values: object) -> list[str]:
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Problem("invalid_request", "terms and names must be lists of texts")
    return values


def _checked(chunk: AudioChunk) -> AudioChunk:
    """Return a chunk that can be converted, cut to whole samples of all channels."""
    whole = all(type(value) is int for value in (chunk.rate, chunk.width, chunk.channels))
    if not (
        whole
        and MIN_SAMPLE_RATE <= chunk.rate <= MAX_SAMPLE_RATE
        and chunk.width in (1, 2, 3, 4)
        and chunk.channels in (1, 2)
    ):
        raise Problem(
            "invalid_request",
            f"an audio-chunk must have {MIN_SAMPLE_RATE} to {MAX_SAMPLE_RATE} Hz, "
            "samples of 1 to 4 bytes, 1 or 2 channels",
        )
    rest = len(chunk.audio) % (chunk.width * chunk.channels)
    return replace(chunk, audio=chunk.audio[: len(chunk.audio) - rest])


class _Bounded:
    """What `async_read_event` asks of a reader, which otherwise reads all that is announced."""

    def __init__(self, reader: asyncio.StreamReader, limit: int) -> None:
        self._reader, self._limit = reader, limit

    async def readline(self) -> bytes:
        return await self._reader.readline()

    async def readexactly(self, size: int) -> bytes:
        if size > self._limit:
            raise Problem("too_large", f"an event is above {self._limit} bytes; send shorter ones")
        return await self._reader.readexactly(size)


class _Client:
    def __init__(self, models: Models, sessions: Sessions, writer: asyncio.StreamWriter) -> None:
        self._models, self._sessions, self._writer = models, sessions, writer
        self._model = models.default
        self._hot_words: dict[str, float] = {}
        self._converter = AudioChunkConverter(width=2, channels=1)
        self._separator = ""
        self.session: Session | None = None
        self.outcome = "left"

    async def handle(self, event: Event) -> None:
        """Answer one event; those of other services are left alone."""
        if Describe.is_type(event.type):
            await self._write(self._info().event())
        elif Transcribe.is_type(event.type):
            self._configure(_parse(Transcribe, event))
        elif AudioStart.is_type(event.type):
            await self._begin()
        elif AudioChunk.is_type(event.type):
            await self._hear(_parse(AudioChunk, event))
        elif AudioStop.is_type(event.type):
            await self._finish()

    async def say_last_words(self) -> None:
        """Answer what was heard so far, where the server is stopping."""
        if self.session is not None and self.session.stopping.is_set():
            await self._finish()

    async def refuse(self, error: Exception) -> None:
        """Tell the client what was wrong."""
        problem = problem_of(error)
        self.outcome = problem.code
        if problem.code == "internal":
            log.error("internal error in a stream", exc_info=error)
        await self._write(Error(text=problem.message, code=problem.code).event())

    async def end(self) -> None:
        """Give back the stream."""
        if self.session is not None:
            session, self.session = self.session, None
            await self._sessions.end(session, self.outcome)

    def _configure(self, wanted: Transcribe) -> None:
        for name, model in self._models:
            if wanted.name == name or (not wanted.name and wanted.language == model.language):
                self._model = model
                break
        self._hot_words = {
            **dict.fromkeys(_texts(wanted.transcript_terms), _TERM_BOOST),
            **dict.fromkeys(_texts(wanted.transcript_names), _NAME_BOOST),
        }

    async def _begin(self) -> None:
        await self.end()
        self.session = self._sessions.open("wyoming", self._model, hot_words=self._hot_words)
        self._separator = ""
        await self._write(TranscriptStart(language=self._model.language).event())

    async def _hear(self, chunk: AudioChunk) -> None:
        if self.session is None:
            raise Problem("invalid_request", "audio-chunk came before audio-start")
        samples = np.frombuffer(self._converter.convert(_checked(chunk)).audio, np.int16)
        await self.session.feed(samples, chunk.rate)
        await self._tell()

    async def _finish(self) -> None:
        if self.session is None:
            raise Problem("invalid_request", "audio-stop came before audio-start")
        self.outcome = "stopped" if self.session.stopping.is_set() else "finished"
        stream = self.session.live.stream
        transcript = await self.session.live.command(stream.finish)
        await self._tell()
        await self._write(Transcript(text=transcript.text, language=self._model.language).event())
        await self._write(TranscriptStop().event())
        await self.end()

    async def _tell(self) -> None:
        assert self.session is not None
        events = self.session.live.events
        while not events.empty():
            event: Any = events.get_nowait()
            if isinstance(event, Exception):
                raise event
            if isinstance(event, FinalEvent):
                text = self._separator + event.segment.text
                self._separator = self._model.vocabulary.separator
                await self._write(TranscriptChunk(text=text).event())

    def _info(self) -> Info:
        models = [
            AsrModel(
                name=name,
                attribution=_ATTRIBUTION,
                installed=True,
                description=model.info.description,
                version=model.info.version,
                languages=[model.language],
            )
            for name, model in self._models
        ]
        program = AsrProgram(
            name="auricle",
            attribution=_ATTRIBUTION,
            installed=True,
            description="Offline speech recognition",
            version=self._model.info.version,
            models=models,
            supports_transcript_streaming=True,
        )
        return Info(asr=[program])

    async def _write(self, event: Event) -> None:
        try:
            await async_write_event(event, self._writer)
        except ConnectionError:
            self.outcome = "left"
