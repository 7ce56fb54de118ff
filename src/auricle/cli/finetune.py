"""`auricle finetune`: a run that begins with what a model knows."""

from __future__ import annotations

from pathlib import Path

import click

from auricle.cli.failures import debug_option
from auricle.cli.train import run


@click.command()
@click.argument("file", metavar="RUN.toml", type=click.Path(path_type=Path))
@click.option("--from", "origin", default="en", show_default=True, help="Model to begin with.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder of the run; RUN beside RUN.toml without it.",
)
@debug_option
def finetune(file: Path, origin: str, output: Path | None) -> None:
    """Train as RUN.toml says, beginning with the weights of a model.

    Without [network] in the file the model's geometry is taken. With the same units everything is
    kept, with others the output layer is new. [begin] freeze = ["subsampling"] keeps weights.
    """
    run(file, output, origin)
