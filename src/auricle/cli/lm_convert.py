"""`auricle lm export`, `import`, `interpolate` and `prune`: scorers to other files."""

from __future__ import annotations

import math
from pathlib import Path

import click

from auricle.cli.lm_options import (
    bits_option,
    memory_option,
    opened,
    output_option,
    show_stages,
    spelling_for,
    spelling_options,
    units_option,
)

_PATH = click.Path(path_type=Path)


@click.command("export")
@click.argument("scorer", type=_PATH)
@output_option
def export_arpa(scorer: Path, output: Path) -> None:
    """Write a scorer as ARPA, which other programs read; .gz compresses."""
    from auricle.lm import to_arpa

    to_arpa(scorer, output)


@click.command("import")
@click.argument("arpa", type=click.Path(path_type=str))
@output_option
@bits_option
@memory_option
@click.option("--language", default="", help="Language tag to store, such as en.")
@units_option(default="words", show_default=True, help="What the file's n-grams are of.")
def import_arpa(arpa: str, output: Path, bits: int, memory: int, language: str, units: str) -> None:
    """Make a scorer of an ARPA file, which may be compressed; - is standard input."""
    from auricle.lm import ScorerOptions, from_arpa

    options = ScorerOptions(
        bits=bits, kind="word" if units == "words" else "unit", language=language
    )
    from_arpa(arpa, output, options, memory_bytes=memory)


@click.command()
@click.argument("first", type=_PATH)
@click.argument("second", type=_PATH)
@output_option
@click.option(
    "--text",
    type=click.Path(path_type=str),
    help="Text on which the weight is found: such as will be recognised, and in neither scorer.",
)
@click.option("--weight", type=float, help="Weight of the FIRST scorer, if it is known.")
@bits_option
@memory_option
@spelling_options
def interpolate(
    first: Path,
    second: Path,
    output: Path,
    text: str | None,
    weight: float | None,
    bits: int,
    memory: int,
    model: Path | None,
    units: str | None,
) -> None:
    """Make one scorer of two, such as a general and a special one."""
    from auricle.lm import Scorer, find_weight
    from auricle.lm import interpolate as interpolate_scorers

    if (text is None) == (weight is None):
        raise click.UsageError("give either --text or --weight")
    a, b = Scorer.open(first), Scorer.open(second)
    if weight is None and text is not None:
        found = find_weight(a, b, text, spelling_for(a, opened(model), units))
        weight = found.weight
        click.echo(
            f"weight of {first}: {weight:.3f}; perplexity of {found.words:,} words: "
            f"{_shown(found.perplexity_first)} and {_shown(found.perplexity_second)} alone, "
            f"{found.perplexity_mixture:.1f} mixed",
            err=True,
        )
    assert weight is not None
    with show_stages() as progress:
        interpolate_scorers(a, b, output, weight, bits=bits, memory_bytes=memory, progress=progress)


@click.command()
@click.argument("scorer", type=_PATH)
@output_option
@click.option(
    "--threshold",
    type=float,
    required=True,
    help="An n-gram goes that lowers the perplexity by less, relatively: such as 1e-8.",
)
def prune(scorer: Path, output: Path, threshold: float) -> None:
    """Make a smaller scorer of a large one, without its text.

    What changes the probabilities least goes first (Stolcke 1998). All words stay.
    """
    from auricle.lm import Scorer
    from auricle.lm import prune as prune_scorer

    prune_scorer(scorer, output, threshold)
    for name, info in ((scorer, Scorer.open(scorer).info), (output, Scorer.open(output).info)):
        counts = ", ".join(f"{count:,}" for count in info.counts)
        click.echo(f"{name}: {info.size_bytes / 1e6:.1f} MB, n-grams {counts}")


def _shown(perplexity: float) -> str:
    return f"{perplexity:.1f}" if math.isfinite(perplexity) else "infinite (words are missing)"
