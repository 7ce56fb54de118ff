"""`POST /v1/audio/transcriptions` and `GET /v1/models`, as OpenAI's API has them."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from auricle.errors import OptionError
from auricle.server.choices import search_choices
from auricle.server.files import transcribe_pipe
from auricle.server.memory import SpareMemory
from auricle.server.metrics import Metrics
from auricle.server.models import Models
from auricle.server.options import Limits
from auricle.server.problems import Problem, problem_of
from auricle.server.uploads import Upload, only_value
from auricle.transcript import Segment, Transcript, Word, segment_to_dict
from auricle.writers import open_writer

log = logging.getLogger("auricle.server")
FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
_MEDIA_TYPES = {
    "txt": "text/plain",
    "json": "application/json",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "tsv": "text/tab-separated-values",
}
_GRANULARITIES = ("word", "segment")
# Fields that have to be known before the first word is searched.
_EARLY = ("model", "hot_words", "beam_width", "use_scorer")


class Transcriptions:
    """Files into words for HTTP clients; a few at a time, the others wait."""

    def __init__(
        self, models: Models, metrics: Metrics, limits: Limits, memory: SpareMemory
    ) -> None:
        self._models, self._metrics, self._limits = models, metrics, limits
        self._memory = memory
        self._slots = asyncio.Semaphore(limits.files)
        self._waiting = 0
        self._pool = ThreadPoolExecutor(limits.files, thread_name_prefix="auricle-file")

    async def answer(self, request: Request) -> Response:
        """Answer `POST /v1/audio/transcriptions`.

        Raises:
            Problem: What the client is told instead.
        """
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._limits.upload_bytes:
            raise Problem(
                "too_large",
                f"the upload has {announced} bytes; the limit is {self._limits.upload_bytes}",
            )
        if self._waiting >= self._limits.waiting_files:
            raise Problem("busy", f"{self._waiting} files wait already; try again later")
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        work = _Work(self)
        try:
            await work.receive(request)
            return await work.respond(request)
        except BaseException:
            work.abandon()
            raise
        finally:
            work.when_done(self._let_next)

    def _let_next(self) -> None:
        self._slots.release()
        self._memory.give_back_soon()

    def close(self) -> None:
        """Let what runs finish."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class _Work:
    """One file on its way."""

    _upload: Upload

    def __init__(self, owner: Transcriptions) -> None:
        self._owner = owner
        self._separator = ""
        self._segments: asyncio.Queue[Segment | None] = asyncio.Queue()
        self._result: Future[Transcript] | None = None
        self._early: dict[str, list[str]] = {}

    async def receive(self, request: Request) -> None:
        """Take the whole body; the transcription begins as soon as it can."""
        self._upload = Upload(request.headers.get("content-type", ""), self._owner._limits)
        blocks = request.stream()
        while (data := await self._next_block(blocks)) is not None:
            self._upload.write(data)
            if self._upload.pipe.full and self._result is None:
                self._begin()
            if self._result is not None:
                await self._upload.pipe.room()
        self._upload.end()
        if self._result is None:
            self._begin()
        elif self._early != {name: self._upload.fields.get(name, []) for name in _EARLY}:
            raise Problem(
                "invalid_request",
                f"{', '.join(_EARLY)} came after a file too long to wait; send them before it",
            )
        self._check_fields()

    async def _next_block(self, blocks: AsyncGenerator[bytes, None]) -> bytes | None:
        """Return what comes next; a client that stalls must not keep the others waiting."""
        idle = self._owner._limits.idle_seconds
        try:
            return await asyncio.wait_for(anext(blocks, None), idle)
        except asyncio.TimeoutError:
            raise Problem(
                "idle", f"nothing of the file came for {idle:g} s; send it again"
            ) from None
        except ClientDisconnect:
            raise Problem("invalid_request", "the client left before the end of its file") from None

    def _begin(self) -> None:
        fields, owner = self._upload.fields, self._owner
        self._early = {name: fields.get(name, []) for name in _EARLY}
        model = owner._models.find(only_value(fields, "model", ""))
        self._separator = model.vocabulary.separator
        loop = asyncio.get_running_loop()

        def tell(segment: Segment | None) -> None:
            loop.call_soon_threadsafe(self._segments.put_nowait, segment)

        self._result = owner._pool.submit(
            transcribe_pipe,
            model,
            self._upload.pipe,
            search_choices(_parsed(fields)),
            owner._limits,
            owner._metrics,
            tell,
        )
        self._result.add_done_callback(lambda done: None if loop.is_closed() else tell(None))

    def abandon(self) -> None:
        """Stop the work, for nobody waits for its result."""
        if self._result is not None:
            self._upload.pipe.abandon()
            self._result.add_done_callback(lambda done: done.cancelled() or done.exception())

    def when_done(self, act: Callable[[], None]) -> None:
        """Call something once nothing is transcribed any more; a streamed answer takes longer."""
        if self._result is None:
            act()
            return
        loop = asyncio.get_running_loop()

        def act_on_loop(_: Future[Transcript]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(act)

        self._result.add_done_callback(act_on_loop)

    def _check_fields(self) -> None:
        fields = self._upload.fields
        name = only_value(fields, "response_format", "json")
        if name not in FORMATS:
            raise Problem(
                "invalid_request",
                f"response_format is {name!r}; it must be one of {', '.join(FORMATS)}",
                "response_format",
            )
        for value in fields.get("timestamp_granularities", []):
            if value not in _GRANULARITIES:
                raise Problem(
                    "invalid_request",
                    f"timestamp_granularities has {value!r}; it takes word and segment",
                    "timestamp_granularities",
                )

    async def respond(self, request: Request) -> Response:
        """Return the transcript in the form that the client asked for."""
        fields = self._upload.fields
        if only_value(fields, "stream", "false").lower() in ("true", "1"):
            return StreamingResponse(self._server_sent(), media_type="text/event-stream")
        transcript = await self._transcript_for(request)
        form = only_value(fields, "response_format", "json")
        if form == "json":
            return JSONResponse({"text": transcript.text})
        if form == "verbose_json":
            return JSONResponse(
                verbose(transcript, fields.get("timestamp_granularities", ["segment"]))
            )
        if form == "text":
            return PlainTextResponse(transcript.text + "\n")
        return _file(transcript, form)

    async def _transcript_for(self, request: Request) -> Transcript:
        """Wait for the transcript as long as the client does."""
        assert self._result is not None
        result = asyncio.wrap_future(self._result)
        leaving = asyncio.ensure_future(request.receive())  # after the body comes the disconnect
        try:
            await asyncio.wait((result, leaving), return_when=asyncio.FIRST_COMPLETED)
            if result.done():
                return result.result()
            raise Problem("invalid_request", "the client left before the end of its transcript")
        finally:
            result.cancel()  # where it has not begun
            leaving.cancel()

    async def _server_sent(self) -> AsyncIterator[str]:
        assert self._result is not None
        detailed = only_value(self._upload.fields, "response_format", "json") == "verbose_json"
        before = ""
        more: dict[str, Any] = {}
        try:
            while (segment := await self._segments.get()) is not None:
                if detailed:
                    more = {"segment": segment_to_dict(segment)}
                yield _event("transcript.text.delta", delta=before + segment.text, **more)
                before = self._separator
            transcript = await asyncio.wrap_future(self._result)
            if detailed:
                more = {"language": transcript.language, "duration": transcript.duration}
            yield _event("transcript.text.done", text=transcript.text, **more)
        except Exception as error:
            problem = problem_of(error)
            if problem.code == "internal":
                log.error("internal error in a request", exc_info=error)
            yield _event("error", **error_body(problem))
        finally:
            self.abandon()  # where the client has left before the end


def verbose(transcript: Transcript, granularities: list[str]) -> dict[str, Any]:
    """Return `verbose_json`: the words, the segments or both."""
    body: dict[str, Any] = {
        "task": "transcribe",
        "language": transcript.language,
        "duration": round(transcript.duration, 3),
        "text": transcript.text,
    }
    if "word" in granularities:
        body["words"] = [_word(word) for word in transcript.words]
    if "segment" in granularities:
        body["segments"] = [
            _segment(number, segment) for number, segment in enumerate(transcript.segments)
        ]
    return body


def write_transcript(body: bytes, form: str) -> Response:
    """Return a transcript, as JSON of `Transcript.to_dict`, as a file of another format.

    Raises:
        Problem: The format is unknown or the body no transcript.
    """
    if form not in _MEDIA_TYPES:
        raise Problem(
            "invalid_request",
            f"there is no format {form[:80]!r}; there are: {', '.join(_MEDIA_TYPES)}",
            "form",
        )
    try:
        return _file(Transcript.from_dict(json.loads(body)), form)
    except (OptionError, ValueError, RecursionError) as error:
        raise Problem("invalid_request", f"the body is no transcript: {error}") from error


def _file(transcript: Transcript, form: str) -> Response:
    return Response(
        open_writer(form).write(transcript).encode("utf-8", "replace"),
        media_type=f"{_MEDIA_TYPES[form]}; charset=utf-8",
    )


def error_body(problem: Problem) -> dict[str, Any]:
    """Return the body that OpenAI's clients understand."""
    kind = "server_error" if problem.http_status >= 500 else "invalid_request_error"
    return {
        "error": {
            "message": problem.message,
            "type": kind,
            "param": problem.parameter,
            "code": problem.code,
        }
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "word": word.text,
        "start": round(word.start, 3),
        "end": round(word.end, 3),
        "confidence": round(word.confidence, 4),
    }


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    text = segment.text.encode()
    confidences = [max(word.confidence, 1e-6) for word in segment.words]
    return {
        "id": number,
        "seek": 0,
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": round(sum(map(math.log, confidences)) / len(confidences), 4),
        "compression_ratio": round(len(text) / len(zlib.compress(text)), 4),
        "no_speech_prob": 0.0,
    }


def _event(kind: str, **values: Any) -> str:
    return f"data: {json.dumps({'type': kind, **values}, ensure_ascii=False)}\n\n"


def _parsed(fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return the search options of a form, which spells everything as text, as JSON would."""
    values: dict[str, Any] = {}
    for name in _EARLY[1:]:
        text = only_value(fields, name)
        if text is None:
            continue
        try:
            values[name] = json.loads(text)
        except ValueError:
            raise Problem(
                "invalid_request", f"{name} is {text!r}, which is not JSON", name
            ) from None
    return values
