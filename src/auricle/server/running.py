"""Running the application with uvicorn: TLS, logs, Wyoming beside it, a shutdown without a cut."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from auricle.errors import OptionError
from auricle.server.app import Service
from auricle.server.memory import keep_little_spare

# That the system holds of a connection before the server reads it. The systems' own choice grows to
# megabytes: minutes of audio of a client that sends faster than it is heard, and may have left.
SOCKET_BYTES = 1 << 17
PING_SECONDS = 2.0

# What every log record has by itself; the rest was given with extra=.
_PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


@dataclass(frozen=True)
class Address:
    """Where the server listens.

    Raises:
        OptionError: The certificate and its key are not a pair that TLS can use.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    wyoming: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        if self.tls_certificate is None:
            if self.tls_key is not None:
                raise OptionError(f"{self.tls_key}: a private key; give its --tls-certificate too")
            return
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
                self.tls_certificate, self.tls_key
            )
        except OSError as error:  # those of TLS are such
            raise OptionError(
                f"{self.tls_certificate}: no certificate in PEM with the private key of --tls-key "
                f"({error.strerror or error})"
            ) from error

    def url(self, port: int) -> str:
        """Return what a browser is given.

        Args:
            port: On which the server listens; the system chose it if `port` is 0.
        """
        scheme = "https" if self.tls_certificate else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{port}"


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

    def __init__(
        self,
        app: Starlette,
        address: Address,
        *,
        announce: Callable[[str], None] = lambda url: None,
        log_level: str = "info",
    ) -> None:
        self._announce = announce
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
                # A client that left while it was being slowed down is noticed when it is written
                # to. Its answers may wait behind much audio, so that none is waited for.
                ws_ping_interval=PING_SECONDS,
                ws_ping_timeout=None,
                lifespan="on",
                access_log=False,
                log_config=None,
                log_level=log_level,
                timeout_graceful_shutdown=int(limits.shutdown_seconds) + 1,
                server_header=False,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, for Wyoming clients too, and say where.

        Raises:
            OSError: Something else listens there, or there is no such address.
        """
        try:
            await super().startup(sockets)
        except SystemExit as stopped:  # uvicorn's way; what stopped it is in its context
            if isinstance(stopped.__context__, OSError):
                raise _no_listener(
                    self._address.host, self._address.port, stopped.__context__
                ) from None
            raise
        for server in self.servers:
            for listener in server.sockets:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BYTES)
        if self._address.wyoming is not None:
            from auricle.server.wyoming import WyomingServer

            self._wyoming = WyomingServer(self._service.models, self._service.sessions)
            try:
                self.wyoming_port = await self._wyoming.start(*self._address.wyoming)
            except OSError as error:
                raise _no_listener(*self._address.wyoming, error) from error
        self._announce(self._address.url(self.servers[0].sockets[0].getsockname()[1]))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End live streams, then everything else."""
        if self._wyoming is not None:
            await self._wyoming.stop()
        await self._service.stop()
        await super().shutdown(sockets)


def serve(app: Starlette, address: Address, announce: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM, with a line of JSON for each thing that happens.

    Args:
        app: What is served.
        address: Where.
        announce: Told the URL once the server listens.

    Raises:
        OSError: The server cannot listen there.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers = [handler]  # the libraries' warnings are lines of JSON too
    for name in ("auricle.server", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)
    keep_little_spare()
    asyncio.run(Server(app, address, announce=announce).serve())


def _no_listener(host: str, port: int, error: OSError) -> OSError:
    """Say where nobody can listen, and why: asyncio's words differ from the system's."""
    number = error.errno or 0
    reason = os.strerror(number) if number > 0 else error.strerror
    return OSError(error.errno, f"{reason}; choose another address", f"{host}:{port}")
