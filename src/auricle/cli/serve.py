"""`auricle serve`: the server, its limits and its keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auricle.cli.failures import debug_option
from auricle.errors import DependencyError

_FILE = click.Path(path_type=Path)
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


def _host_and_port(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[str, int] | None:
    if value is None:
        return None
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:
        raise click.BadParameter(f"{value!r} is not HOST:PORT, as 127.0.0.1:10300")
    return host.strip("[]"), int(port)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True)
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    default=("en",),
    show_default=True,
    help="A model's name, folder or packed file; may be repeated, the first is the default.",
)
@click.option(
    "--wyoming", metavar="HOST:PORT", callback=_host_and_port, help="Serve Home Assistant too."
)
@click.option("--keys", "keys_file", type=_FILE, help="File of hashed API keys to ask for.")
@click.option("--new-key", metavar="NAME", help="Print a new API key and its line; then stop.")
@click.option("--tls-certificate", type=_EXISTING, help="Certificate, for https and wss.")
@click.option("--tls-key", type=_EXISTING, help="Its private key.")
@click.option(
    "--allow-origin", "origins", multiple=True, help="Web pages elsewhere that may use the server."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=2,
    show_default=True,
    help="Threads for live streams.",
)
@click.option(
    "--batch",
    type=click.IntRange(1, 256),
    default=16,
    show_default=True,
    help="Live streams in one run of the acoustic model at most; 1: each alone.",
)
@click.option("--log-text", is_flag=True, help="Write what was said to the log.")
@click.option("--max-upload-bytes", "upload_bytes", type=int, help="Of one file.")
@click.option("--max-file-seconds", "file_seconds", type=float, help="Of audio in one file.")
@click.option("--max-files", "files", type=int, help="Files transcribed at once.")
@click.option("--max-waiting-files", "waiting_files", type=int, help="Files that wait.")
@click.option("--max-streams", "streams", type=int, help="Live streams at once.")
@click.option("--max-stream-seconds", "stream_seconds", type=float, help="Of audio in a stream.")
@click.option("--max-idle-seconds", "idle_seconds", type=float, help="Without a message.")
@debug_option
def serve(
    host: str,
    port: int,
    models: tuple[str, ...],
    wyoming: tuple[str, int] | None,
    keys_file: Path | None,
    new_key: str | None,
    origins: tuple[str, ...],
    **rest: Any,
) -> None:
    """Serve transcription over HTTP and WebSocket, and a web page.

    Nobody but this machine can connect unless --host says otherwise; then give --keys and
    --tls-certificate too. Audio and text are kept in memory only, and only as long as needed.
    """
    try:
        from auricle.server import access, create_app, options, running
    except ImportError as error:
        raise DependencyError(
            f'the server needs {error.name}; install it with pip install "auricle[server]"'
        ) from error
    if new_key is not None:
        key, line = access.new_key(new_key)
        click.echo(f"key (shown only now): {key}\nline for the file of --keys: {line}")
        return
    address = running.Address(host, port, rest.pop("tls_certificate"), rest.pop("tls_key"), wyoming)
    chosen = options.ServerOptions(
        models=models,
        keys_file=keys_file,
        allowed_origins=origins,
        workers=rest.pop("workers"),
        batch=rest.pop("batch"),
        log_text=rest.pop("log_text"),
        limits=options.Limits(**{k: v for k, v in rest.items() if v is not None}),
    )
    app = create_app(chosen)

    def announce(url: str) -> None:
        click.echo(f"auricle: serving {', '.join(models)} at {url}", err=True)
        if host not in ("127.0.0.1", "localhost", "::1") and keys_file is None:
            click.echo("auricle: anybody who reaches this address may use it; see --keys", err=True)

    running.serve(app, address, announce)
