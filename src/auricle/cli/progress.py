"""The progress bars of a long recording and of many, and how much speech a batch took how long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A shorter recording is done before a bar could be read.
LONG_SECONDS = 30.0


@contextmanager
def show_progress(name: str, duration: float | None) -> Iterator[Callable[[float], None] | None]:
    """Show a bar while a recording is transcribed, if standard error is a terminal.

    Args:
        name: What the bar is called.
        duration: Seconds of audio, or None if the recording does not say.

    Yields:
        What takes the seconds of audio that are done, or None where no bar is shown.
    """
    if not sys.stderr.isatty() or (duration is not None and duration < LONG_SECONDS):
        yield None
        return
    from rich import progress
    from rich.console import Console
    from rich.markup import escape

    began = time.monotonic()
    bar = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TextColumn("{task.fields[at]}  {task.fields[speed]}"),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(escape(name), total=duration, at="", speed="")

        def update(seconds: float) -> None:
            speed = describe_speed(seconds, time.monotonic() - began)
            bar.update(task, completed=seconds, at=describe_time(seconds), speed=speed)

        yield update


@contextmanager
def count_progress(name: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how many of a number of things are done, if standard error is a terminal.

    Args:
        name: What the bar is called.
        total: How many there are.

    Yields:
        What takes how many more are done.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(escape(name), total=total)
        yield lambda count: bar.advance(task, count)


def describe_time(seconds: float) -> str:
    """Return a length of time as in 0:07, 12:30 or 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def describe_speed(audio_seconds: float, elapsed_seconds: float) -> str:
    """Return how many seconds of audio were done in a second, as in 85x."""
    speed = audio_seconds / max(elapsed_seconds, 1e-6)
    return f"{speed:.0f}x" if speed >= 10 else f"{speed:.1f}x"
