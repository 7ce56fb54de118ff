"""Where the sound of `auricle listen` comes from, and the options of its stream."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import click

from auricle.cli.model_options import model_option
from auricle.errors import OptionError

Command = TypeVar("Command", bound=Callable[..., Any])


def parse_hot_words(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> dict[str, float]:
    """Parse WORD:BOOST, as often as it was given."""
    boosts: dict[str, float] = {}
    for value in values:
        word, colon, boost = value.rpartition(":")
        try:
            if not colon or not word.strip():
                raise ValueError
            boosts[word.strip()] = float(boost)
        except ValueError:
            raise click.BadParameter(
                f"{value!r} is not WORD:BOOST; write a word, a colon and a number, as auricle:6.0"
            ) from None
    return boosts


def source_options(command: Command) -> Command:
    """Add the argument and the options that say where sound comes from and how it is heard."""
    for option in reversed(
        (
            click.argument("source", required=False, metavar="[-]"),
            click.option("-d", "--device", metavar="NAME|NUMBER", help="Microphone to listen to."),
            click.option(
                "--rate",
                type=int,
                default=16_000,
                show_default=True,
                help="Samples a second of standard input, Hz.",
            ),
            model_option,
            click.option("--no-scorer", is_flag=True, help="Decode without the language model."),
            click.option(
                "--hot-word",
                "hot_words",
                multiple=True,
                metavar="WORD:BOOST",
                callback=parse_hot_words,
                help="Expect this word, as in auricle:6.0. May be repeated.",
            ),
        )
    ):
        command = option(command)
    return command


@contextlib.contextmanager
def open_blocks(
    source: str | None, device: str | None, rate: int
) -> Iterator[tuple[Iterable[Any], int]]:
    """Open standard input or a microphone.

    Yields:
        Blocks of samples, int16 (S,), and their rate, Hz.

    Raises:
        AudioError: There is no such microphone.
        OptionError: The source is something else.
    """
    from auricle.microphone import Microphone, find_device, read_raw

    if source == "-":
        yield read_raw(sys.stdin.buffer, rate), rate
    elif source is not None:
        raise OptionError(
            f"{source}: only - (raw samples from standard input) can be listened to; "
            f"for a file: auricle transcribe {source}"
        )
    else:
        with Microphone(find_device(device)) as microphone:
            yield microphone, microphone.sample_rate
