"""The ASGI application: its routes, its start and its shutdown."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from auricle.errors import AuricleError
from auricle.model import Model
from auricle.server.access import Keyring, bearer, read_keys
from auricle.server.engine import Engine
from auricle.server.live import LiveProtocol
from auricle.server.memory import SpareMemory
from auricle.server.metrics import Metrics
from auricle.server.models import Models, describe, load_models
from auricle.server.options import ServerOptions
from auricle.server.problems import Problem, problem_of
from auricle.server.sessions import Sessions
from auricle.server.transcriptions import Transcriptions, error_body, write_transcript
from auricle.server.vosk import VoskProtocol

log = logging.getLogger("auricle.server")
_PAGE_POLICY = (
    "default-src 'self'; media-src 'self' blob:; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def create_app(
    options: ServerOptions | None = None, models: Mapping[str, Model] | None = None
) -> Starlette:
    """Make the ASGI application.

    Args:
        options: How it runs; the defaults if None.
        models: Loaded models by name, the default first; those that the options name if None.

    Raises:
        ModelError: A model cannot be loaded.
        OptionError: The file of keys cannot be used, or two models have one name.
    """
    options = options or ServerOptions()
    service = Service(options, Models(models or load_models(options.models)))
    app = Starlette(
        routes=service.routes(),
        middleware=[
            Middleware(_Observed, metrics=service.metrics),
            Middleware(
                CORSMiddleware,
                allow_origins=list(options.allowed_origins),
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type"],
            ),
        ],
        exception_handlers={
            Problem: _tell_problem,
            AuricleError: _tell_problem,
            HTTPException: _tell_http,
            Exception: _tell_internal,
        },
        lifespan=service.run,
    )
    app.state.service = service
    return app


class Service:
    """What the routes share. `run` opens it on the event loop that serves."""

    sessions: Sessions
    transcriptions: Transcriptions

    def __init__(self, options: ServerOptions, models: Models) -> None:
        self.options, self.models = options, models
        self.metrics = Metrics()
        self.keyring = Keyring({}) if options.keys_file is None else read_keys(options.keys_file)
        self.ready = False

    @contextlib.asynccontextmanager
    async def run(self, app: Starlette) -> AsyncIterator[None]:
        """Serve until the block is left; then let what runs end."""
        limits = self.options.limits
        engine = Engine(self.metrics, batch=self.options.batch, workers=self.options.workers)
        memory = SpareMemory()
        self.sessions = Sessions(engine, limits, memory)
        self.transcriptions = Transcriptions(self.models, self.metrics, limits, memory)
        memory.give_back_soon()  # what loading left
        self.ready = True
        try:
            yield
        finally:
            await self.stop()
            self.transcriptions.close()
            engine.close()

    async def stop(self) -> None:
        """Take nothing new, and let live streams say their last words."""
        self.ready = False
        await self.sessions.stop()

    def routes(self) -> list[Any]:
        """Return every route."""
        page = _Page(directory=str(resources.files(__package__) / "page"), html=True)
        return [
            Route("/v1/audio/transcriptions", self._transcribe, methods=["POST"]),
            Route("/v1/transcripts/{form}", self._write, methods=["POST"]),
            Route("/v1/models", self._list_models),
            Route("/v1/models/{name:path}", self._show_model),
            WebSocketRoute("/v1/stream", self._stream),
            WebSocketRoute("/vosk", self._vosk),
            Route("/v1/stream/schema", _packaged("schema.json", "application/schema+json")),
            Route("/openapi.json", _packaged("openapi.json", "application/json")),
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
            Route("/", page),
            Route("/{file}", page),
        ]

    async def _transcribe(self, request: Request) -> Response:
        self._admit(request)
        if not self.ready:
            raise Problem("shutting_down", "the server is stopping; send the file to another one")
        return await self.transcriptions.answer(request)

    async def _write(self, request: Request) -> Response:
        """Lay a transcript, as JSON of `Transcript.to_dict`, out as a file of another format."""
        self._admit(request)
        body = bytearray()
        async for data in request.stream():
            body += data
            if len(body) > self.options.limits.held_bytes:
                raise Problem("too_large", "the transcript is too large; lay it out yourself")
        return await run_in_threadpool(write_transcript, bytes(body), request.path_params["form"])

    async def _list_models(self, request: Request) -> Response:
        self._admit(request)
        return JSONResponse(self.models.listing())

    async def _show_model(self, request: Request) -> Response:
        self._admit(request)
        name = request.path_params["name"]
        return JSONResponse(describe(name, self.models.find(name)))

    async def _stream(self, websocket: WebSocket) -> None:
        if await self._refuse_origin(websocket):
            return
        key = bearer(websocket.headers.get("authorization", ""))
        protocol = LiveProtocol(self.models, self.sessions, self.keyring, self.options.log_text)
        await protocol.serve(websocket, key)

    async def _vosk(self, websocket: WebSocket) -> None:
        if await self._refuse_origin(websocket):
            return
        try:
            self.keyring.admit(bearer(websocket.headers.get("authorization", "")))
        except Problem as problem:
            await websocket.close(problem.close_code, problem.code)
            return
        await VoskProtocol(self.models, self.sessions).serve(websocket)

    async def _healthz(self, request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def _readyz(self, request: Request) -> Response:
        if not self.ready:
            return JSONResponse({"status": "stopping"}, 503)
        return JSONResponse({"status": "ready"})

    async def _metrics(self, request: Request) -> Response:
        self._admit(request)
        return Response(self.metrics.exposition(), media_type="text/plain; version=0.0.4")

    def _admit(self, request: Request) -> None:
        self.keyring.admit(bearer(request.headers.get("authorization", "")))

    async def _refuse_origin(self, websocket: WebSocket) -> bool:
        # CORS does not hold for WebSockets: without this, any page could use a local server.
        origin = websocket.headers.get("origin")
        allowed = self.options.allowed_origins
        if origin is None or "*" in allowed or origin in allowed:
            return False
        if urlsplit(origin).netloc == websocket.headers.get("host"):
            return False
        await websocket.close(4403, "origin not allowed")
        return True


class _Page(StaticFiles):
    """The web page, which may load nothing from elsewhere."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = _PAGE_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-cache"
        return response


class _Observed:
    """Counts requests and logs them, without what was said."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._metrics.requests.labels(_counted_path(scope["path"]), status).inc()
            log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "seconds": round(time.monotonic() - began, 4),
                },
            )


def _counted_path(path: str) -> str:
    """Return one of few names: each is held, and told, for as long as the server runs."""
    known = ("/v1/audio/transcriptions", "/v1/models")
    return next((name for name in known if f"{path}/".startswith(f"{name}/")), "other")


def _packaged(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    text = (resources.files(__package__) / name).read_text(encoding="utf-8")

    async def answer(request: Request) -> Response:
        return Response(text, media_type=media_type)

    return answer


async def _tell_problem(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    headers = {}
    if problem.code == "unauthorised":
        headers["WWW-Authenticate"] = "Bearer"
    if problem.code == "busy":
        headers["Retry-After"] = "5"
    return JSONResponse(error_body(problem), problem.http_status, headers)


async def _tell_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = Problem("invalid_request", f"{request.method} {request.url.path}: {error.detail}")
    return JSONResponse(error_body(problem), error.status_code, error.headers)


async def _tell_internal(request: Request, error: Exception) -> Response:
    if problem_of(error).code == "internal":
        log.error("internal error in a request", exc_info=error)
    return await _tell_problem(request, error)
