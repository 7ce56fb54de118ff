"""`auricle train`: a run as its file says, from the start or from where it stopped."""

from __future__ import annotations

from pathlib import Path

import click

from auricle.cli.failures import debug_option
from auricle.errors import DependencyError


@click.command()
@click.argument("file", metavar="RUN.toml", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder of the run; RUN beside RUN.toml without it.",
)
@debug_option
def train(file: Path, output: Path | None) -> None:
    """Train a model as RUN.toml says.

    The folder receives checkpoints, TensorBoard's events and a copy of the file. Started again, the
    run goes on with the batch after its last checkpoint. docs/training.md describes the file.
    """
    run(file, output, None)


def run(file: Path, output: Path | None, origin: str | None) -> None:
    """Train as a file says, from nothing or from what a model knows."""
    try:
        from auricle.training.beginning import read_origin
        from auricle.training.configuration import read_run
        from auricle.training.fitting import train as fit
    except ModuleNotFoundError as error:
        raise DependencyError(
            f"training needs {error.name}: pip install 'auricle[train]'"
        ) from error
    folder = output or file.with_suffix("")
    fit(read_run(file), folder, origin=None if origin is None else read_origin(origin))
    click.echo(f"auricle: the run is in {folder}; `auricle export {folder} -o MODEL` packs it")
