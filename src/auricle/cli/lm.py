"""`auricle lm`: scorers from text, and what is in them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auricle.cli.lm_build import build
from auricle.cli.lm_convert import export_arpa, import_arpa, interpolate, prune
from auricle.cli.lm_options import opened, spelling_for, spelling_options
from auricle.cli.lm_tune import tune

if TYPE_CHECKING:
    from auricle.lm import Perplexity, ScorerInfo


@click.group()
def lm() -> None:
    """Build, tune and inspect scorers (n-gram language models)."""


for command in (build, tune, interpolate, prune, export_arpa, import_arpa):
    lm.add_command(command)


@lm.command()
@click.argument("scorer", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--verify", is_flag=True, help="Also compare the checksum with the contents.")
def info(scorer: Path, as_json: bool, verify: bool) -> None:
    """Say what is in a scorer."""
    from auricle.lm import Scorer

    model = Scorer.open(scorer)
    if verify:
        model.verify()
    click.echo(json.dumps(asdict(model.info)) if as_json else _describe(model.info))


def _describe(info: ScorerInfo) -> str:
    rows = {
        "order": info.order,
        "n-grams": ", ".join(f"{count:,}" for count in info.counts),
        "of": f"{info.kind}s",
        "bits": info.bits,
        "size": f"{info.size_bytes / 1e6:.1f} MB",
        "language": info.language or "not said",
        "units": f"{info.vocabulary_fingerprint:016x}" if info.vocabulary_fingerprint else "any",
        "alpha": f"{info.alpha:g}",
        "beta": f"{info.beta:g}",
        "unknown penalty": f"{info.unknown_penalty:g}, {info.unknown_unit_penalty:g} a character",
        "sentence end": "scored" if info.sentence_end else "not scored",
        "checksum": f"{info.checksum:016x}",
    }
    width = max(map(len, rows))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows.items())


@lm.command()
@click.argument("scorer", type=click.Path(path_type=Path))
@click.argument("text", type=click.Path(path_type=str))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@spelling_options
def perplexity(
    scorer: Path, text: str, as_json: bool, model: Path | None, units: str | None
) -> None:
    """Measure how well a scorer predicts a text of one sentence a line."""
    from auricle.lm import Scorer

    opened_scorer = Scorer.open(scorer)
    result = opened_scorer.perplexity(text, spelling_for(opened_scorer, opened(model), units))
    click.echo(_json(result) if as_json else _table(result))


def _json(result: Perplexity) -> str:
    return json.dumps(
        {
            **asdict(result),
            "perplexity": result.perplexity,
            "perplexity_known": result.perplexity_known,
        }
    )


def _table(result: Perplexity) -> str:
    share = 100.0 * result.unknown / max(1, result.words)
    return (
        f"sentences         {result.sentences:,}\n"
        f"words             {result.words:,}\n"
        f"unknown words     {result.unknown:,} ({share:.2f} %)\n"
        f"perplexity        {result.perplexity:.2f}\n"
        f"of known words    {result.perplexity_known:.2f}"
    )
