"""`auricle captions`: a server for this machine alone, and its page of large live captions."""

from __future__ import annotations

import threading
import webbrowser

import click

from auricle.cli.failures import debug_option
from auricle.cli.model_options import model_option
from auricle.errors import DependencyError


@click.command()
@model_option
@click.option("--port", type=click.IntRange(0, 65_535), default=8001, show_default=True)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@debug_option
def captions(model_name: str, port: int, no_browser: bool) -> None:
    """Show large live captions of what the microphone hears, in the browser.

    For a room, and for people who cannot hear: letters of any size, four contrasts, full screen,
    scrolled back while listening goes on. Ctrl-C stops it.
    """
    try:
        from auricle.server import ServerOptions, create_app, running
    except ImportError as error:
        raise DependencyError(
            f'captions need {error.name}; install it with pip install "auricle[server]"'
        ) from error
    app = create_app(ServerOptions(models=(model_name,)))
    address = running.Address(port=port)

    def announce(url: str) -> None:
        page = f"{url}/captions.html"
        click.echo(f"auricle: captions are at {page}", err=True)
        if not no_browser:  # in a thread, for some browsers keep whoever opens them
            threading.Thread(target=webbrowser.open, args=(page,), daemon=True).start()

    running.serve(app, address, announce)
