"""`auricle convert`: models of other projects become packages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auricle.cli.failures import debug_option
from auricle.errors import DependencyError

if TYPE_CHECKING:
    from auricle.conversion.deepspeech import Converted


@click.group()
def convert() -> None:
    """Make packages of the models of other projects."""


@convert.command()
@click.argument("graph", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DIR|FILE")
@click.option("--scorer", type=click.Path(path_type=Path), help="The model's .scorer file.")
@click.option("--int8", is_flag=True, help="Round all weights to 8 bits: smaller and faster.")
@click.option("--name", help="Name of the package; that of the output unless given.")
@click.option("--language", metavar="TAG", help="As in de or zh-TW; the model's unless given.")
@click.option("--licence", help="Of the model, as its origin says.")
@debug_option
def deepspeech(
    graph: Path,
    output: Path,
    scorer: Path | None,
    int8: bool,
    name: str | None,
    language: str | None,
    licence: str | None,
) -> None:
    """Make a package of a model of Mozilla DeepSpeech (0.7 to 0.9) or Coqui STT.

    GRAPH is the exported model, output_graph.pb, .pbmm or .tflite: what it hears by, its weights,
    alphabet and language are inside. The output is a package folder, or one file if it ends in
    .auricle.
    """
    try:
        from auricle.conversion.deepspeech import UNKNOWN_LICENCE, Naming
        from auricle.conversion.deepspeech import convert as convert_model
    except ModuleNotFoundError as error:
        raise DependencyError(
            f"converting needs {error.name}: pip install 'auricle[convert]'"
        ) from error
    from auricle.package import pack

    packed = output.suffix == ".auricle"
    target = output.with_suffix("") if packed else output
    naming = Naming(name or target.name, language=language, licence=licence or UNKNOWN_LICENCE)
    done = convert_model(graph, target, naming, scorer=scorer, int8=int8)
    click.echo("\n".join(_description(done)))
    if packed:
        pack(target, output)
    click.echo(f"auricle: wrote {output}; try `auricle transcribe -m {output} RECORDING`")


def _description(done: Converted) -> list[str]:
    model, scorer = done.model, done.scorer
    lines = [
        f"model: {model.hidden} LSTM units, {len(model.labels)} labels, "
        f"{model.front_end.sample_rate} Hz, language {done.info.language}, "
        f"weights stored as {model.stored_as}"
    ]
    if scorer is None:
        lines.append("scorer: none; the model's .scorer file can be given with --scorer")
        return lines
    lines.append(
        f"scorer: {scorer.words:,} words, {scorer.ngrams:,} n-grams up to order {scorer.order}, "
        f"alpha {scorer.alpha:.4g}, beta {scorer.beta:.4g}"
    )
    if scorer.left_out:
        lines.append(f"left out: {scorer.left_out:,} n-grams of words that the model cannot spell")
    return lines
