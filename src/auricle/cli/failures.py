"""How commands fail: one line that says what to do, an exit status, the traceback on request.

0    everything asked for was done
1    something could not be done; standard error says what and why
2    the command line itself is wrong
130  interrupted by Ctrl-C
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

import click

from auricle.errors import AuricleError, OptionError

_DEBUG = "auricle.debug"


def _remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta[_DEBUG] = True


debug_option = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    callback=_remember,
    is_eager=True,
    help="Show the traceback of an error.",
)


def show_failure(error: BaseException, *, subject: str | None = None) -> None:
    """Write one line about an error to standard error, and its traceback under --debug.

    Args:
        error: An error of Auricle, of the system, or a bug.
        subject: The recording or file, if the message does not begin with it.
    """
    ctx = click.get_current_context(silent=True)
    if ctx is not None and ctx.meta.get(_DEBUG):
        traceback.print_exception(error)
    sentence = " ".join(_sentence(error).split())
    if subject is not None and not sentence.startswith(subject):
        sentence = f"{subject}: {sentence}"
    click.echo(f"auricle: {sentence}", err=True)


def exit_with_status(command: Callable[[], Any]) -> NoReturn:
    """Run a command and exit: with what it returns, or as its failure demands."""
    try:
        status = command()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("auricle: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output left, as `head` does. Python would complain again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def exit_status(error: Exception) -> int:
    """Return the exit status that tells this error."""
    return 2 if isinstance(error, OptionError) else 1


def _sentence(error: BaseException) -> str:
    if isinstance(error, AuricleError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"internal error, {type(error).__name__}: {error}; please report it with --debug"
