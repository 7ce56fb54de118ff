"""What whoever runs the server may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from auricle.errors import OptionError


@dataclass(frozen=True)
class Limits:
    """How much one server does for its clients; docs/server.md has the status of each.

    Raises:
        OptionError: A limit is not above 0.
    """

    upload_bytes: int = 2_000_000_000  # of one file
    held_bytes: int = 64_000_000  # of an upload in memory before it is decoded
    file_seconds: float = 6 * 3600.0  # of audio in one file
    files: int = 2  # transcribed at once
    waiting_files: int = 16  # beyond these, which wait
    streams: int = 200  # live at once
    stream_seconds: float = 6 * 3600.0  # of audio in one stream
    idle_seconds: float = 60.0  # without a message from the client
    message_bytes: int = 1_000_000  # of one WebSocket message
    backlog_seconds: float = 8.0  # of audio taken ahead of the words, then the client has to wait
    shutdown_seconds: float = 10.0  # for streams to say their last words

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value > 0:
                raise OptionError(f"the limit {name} is {value}; it must be above 0")


@dataclass(frozen=True)
class ServerOptions:
    """How the server runs.

    Raises:
        OptionError: A value is outside its range.
    """

    models: tuple[str, ...] = ("en",)  # names, folders or packed files; the first is the default
    batch: int = 16  # chunks of live streams in one run of the graph at most; 1: each alone
    workers: int = 2  # threads that run the graph and the search
    keys_file: Path | None = None  # of hashed API keys; None: everybody may use the server
    allowed_origins: tuple[str, ...] = ()  # of web pages elsewhere (CORS), or "*"
    log_text: bool = False  # write final texts to the log
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.models:
            raise OptionError("no model was named; give at least one")
        for name in ("batch", "workers"):
            if not 1 <= getattr(self, name) <= 256:
                raise OptionError(f"{name} is {getattr(self, name)}; it must be from 1 to 256")
