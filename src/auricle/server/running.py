"""Running the application with uvicorn: TLS, logs, Wyoming beside it, a shutdown without a cut."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from auricle.server.app import Service

# That the system holds of a connection before the server reads it. The systems' own choice grows to
# megabytes: minutes of audio of a client that sends faster than it is heard, and may have left.
SOCKET_BYTES = 1 << 17

# What every log record has by itself; the rest was given with extra=.
_PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


@dataclass(frozen=True)
class Address:
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = 8000
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    wyoming: tuple[str, int] | None = None

    @property
    def url(self) -> str:
        """What a browser is given."""
        scheme = "https" if self.tls_certificate else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        values: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        values.update({k: v for k, v in vars(record).items() if k not in _PLAIN})
        if record.exc_info:
            values["traceback"] = self.formatException(record.exc_info)
        return json.dumps(values, ensure_ascii=False, default=str)


class Server(uvicorn.Server):
    """uvicorn, but live streams say their last words before connections are closed."""

    def __init__(self, app: Starlette, address: Address, *, log_level: str = "info") -> None:
        self._service: Service = app.state.service
        self._address = address
        self._wyoming: Any = None
        self.wyoming_port: int | None = None
        limits = self._service.options.limits
        super().__init__(
            uvicorn.Config(
                app,
                host=address.host,
                port=address.port,
                ssl_certfile=address.tls_certificate,
                ssl_keyfile=address.tls_key,
                ws="websockets-sansio",
                ws_max_size=limits.message_bytes,
                # Speech hardly shrinks; each compressor would hold 300 kB, and a few bytes could be
                # hours of audio.
                ws_per_message_deflate=False,
                lifespan="on",
                access_log=False,
                log_config=None,
                log_level=log_level,
                timeout_graceful_shutdown=int(limits.shutdown_seconds) + 1,
                server_header=False,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, for Wyoming clients too."""
        await super().startup(sockets)
        for server in self.servers:
            for listener in server.sockets:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BYTES)
        if self.started and self._address.wyoming is not None:
            from auricle.server.wyoming import WyomingServer

            self._wyoming = WyomingServer(self._service.models, self._service.sessions)
            self.wyoming_port = await self._wyoming.start(*self._address.wyoming)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End live streams, then everything else."""
        if self._wyoming is not None:
            await self._wyoming.stop()
        await self._service.stop()
        await super().shutdown(sockets)


def serve(app: Starlette, address: Address) -> None:
    """Serve until Ctrl-C or SIGTERM, with a line of JSON for each thing that happens."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers = [handler]  # the libraries' warnings are lines of JSON too
    for name in ("auricle.server", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)
    asyncio.run(Server(app, address).serve())
