"""What the commands of `auricle lm` share: sizes, progress, the spelling of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from auricle.errors import OptionError

if TYPE_CHECKING:
    from auricle.lm import Scorer, Spelling
    from auricle.lm.building import Progress
    from auricle.package import Package

_STAGES = {
    "count": "Counting n-grams",
    "sort": "Sorting n-grams",
    "adjust": "Adjusting counts",
    "estimate": "Estimating probabilities",
    "interpolate": "Interpolating",
    "write": "Writing the scorer",
}
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

Command = TypeVar("Command", bound=Callable[..., Any])


def _size(_context: click.Context, _option: click.Parameter, value: str) -> int:
    """Parse a number of bytes such as 512M or 4G."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", value.strip().upper())
    if match is None:
        raise click.BadParameter(f"{value!r} is not a size such as 512M or 4G")
    return int(float(match[1]) * _UNITS[match[2]])


memory_option = click.option(
    "--memory",
    callback=_size,
    default="1G",
    show_default=True,
    help="For sorting; the rest goes to temporary files.",
)
bits_option = click.option(
    "--bits", default=8, show_default=True, help="Bits of a value: 2 to 16, 32 for floats."
)
output_option = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="File to write."
)


def units_option(**settings: Any) -> Callable[[Command], Command]:
    """Make the option that says what a scorer counts."""
    return click.option("--units", type=click.Choice(["words", "characters", "tokens"]), **settings)


def spelling_options(command: Command) -> Command:
    """Add the options that say how words are found in a text."""
    model = click.option(
        "--model",
        type=click.Path(path_type=Path),
        help="Spell the text as this model does, and take its units.",
    )
    units = units_option(
        help="What is counted: words between spaces, every character, or units of the acoustic "
        "model with spaces between them. By default as --model has it, else words.",
    )
    return model(units(command))


def opened(model: Path | None) -> Package | None:
    """Open the package that --model names."""
    if model is None:
        return None
    from auricle.package import Package, find_package

    return Package(find_package(model), verify=False)


def spelling_of(package: Package | None, units: str | None) -> Spelling:
    """Return the spelling that --model and --units ask for."""
    from auricle.lm import Spelling

    spelling = Spelling()
    if package is not None:
        from auricle.model import vocabulary_of

        spelling = Spelling.of_model(package.info, vocabulary_of(package).lexicon)
    if units is None:
        return spelling
    return Spelling(
        spelling.normaliser, units == "characters", "word" if units == "words" else "unit"
    )


def spelling_for(scorer: Scorer, package: Package | None, units: str | None) -> Spelling:
    """Return that spelling for a text that a scorer is to read.

    Raises:
        OptionError: The scorer counts units, and nothing says which.
    """
    spelling = spelling_of(package, units)
    if scorer.info.kind == "unit" and spelling.kind == "word":
        raise OptionError(
            "the scorer counts units, not words: say which with --units characters (or tokens), or "
            "give the --model"
        )
    return spelling


@contextmanager
def show_stages() -> Iterator[Progress]:
    """Show progress on standard error, on a terminal only."""
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.TimeElapsedColumn(),
        rich.TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with rich.Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        stages: list[str] = []

        def show(stage: str, done: int, total: int) -> None:
            if stages[-1:] != [stage]:
                stages.append(stage)
                bar.reset(task)
            label = _STAGES[stage]
            if not total and done:
                label = f"{label} ({done / 1e6:.1f} M)"
            bar.update(task, description=label, completed=done, total=total or None)

        yield show
