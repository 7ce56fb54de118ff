"""`auricle models`: what is installed and what is known of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import click

from auricle.cli.failures import debug_option

# Lists such as a vocabulary say more by their length.
_MAX_SHOWN = 12


@click.group()
@debug_option
def models() -> None:
    """See which models are installed."""


@models.command("list")
@debug_option
def list_models() -> None:
    """List the installed models."""
    from auricle import package

    packages = package.installed()
    if not packages:
        click.echo(
            "auricle: no model is installed; install auricle again, or name a folder", err=True
        )
        raise click.exceptions.Exit(1)
    rows = [("NAME", "LANGUAGE", "VERSION", "LICENCE", "DESCRIPTION")]
    rows += [(p.name, p.language, p.version, p.licence, p.description) for p in packages]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


@models.command()
@click.argument("model", metavar="NAME|FOLDER|FILE")
@debug_option
def info(model: str) -> None:
    """Show what a model says of itself, after checking that it loads."""
    import auricle

    values = dataclasses.asdict(auricle.load(model).info)
    _show(values, indent="")


def _show(values: Mapping[str, Any], indent: str) -> None:
    for key, value in values.items():
        label = f"{indent}{key.replace('_', ' ')}:"
        if isinstance(value, Mapping):
            click.echo(label)
            _show(value, indent + "  ")
        elif isinstance(value, list | tuple) and len(value) > _MAX_SHOWN:
            click.echo(f"{label} {len(value)} in number")
        elif isinstance(value, list | tuple):
            click.echo(f"{label} {', '.join(str(item) for item in value)}")
        else:
            click.echo(f"{label} {value}")
