"""The options of every command that hears with one model."""

from __future__ import annotations

import click

model_option = click.option(
    "-m",
    "--model",
    "model_name",
    default="en",
    show_default=True,
    help="A model's name, folder or packed file; see `auricle models list`.",
)
threads_option = click.option(
    "--threads",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Threads of the acoustic model.",
)
