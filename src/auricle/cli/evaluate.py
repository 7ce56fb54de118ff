"""`auricle evaluate`: how well models hear a set of recordings whose texts are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auricle.cli.failures import debug_option
from auricle.cli.model_options import threads_option
from auricle.cli.progress import count_progress
from auricle.cli.transcribe import write_whole
from auricle.errors import DependencyError, OptionError

if TYPE_CHECKING:
    from auricle.evaluation import Difference, Evaluation

_Compared = tuple["Evaluation", "Evaluation", "Difference"]


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="MODEL [MODEL] MANIFEST")
@click.option("--scorer", metavar="FILE", help="A scorer.lm instead of the models' own.")
@click.option("--no-scorer", is_flag=True, help="Decode without the language model.")
@click.option("--both", is_flag=True, help="Decode with and without the language model.")
@click.option("--live", is_flag=True, help="Hear as a live stream does, in its shorter chunks.")
@click.option("--noise", type=click.Path(path_type=Path), metavar="DIR", help="Clips to add.")
@click.option(
    "--snr",
    "snrs",
    multiple=True,
    metavar="DB",
    help="Add noise at this ratio, dB. May be repeated, or a list as in 20,10,5.",
)
@click.option("--beam", type=click.IntRange(min=1), help="Hypotheses kept at each step.")
@threads_option
@click.option("--limit", type=click.IntRange(min=1), help="Take the first so many utterances.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--html", "html_path", type=click.Path(path_type=Path), metavar="FILE")
@debug_option
def evaluate(
    names: tuple[str, ...],
    json_path: Path | None,
    html_path: Path | None,
    limit: int | None,
    snrs: tuple[str, ...],
    **hearing: Any,
) -> None:
    """Count the errors of a model on a MANIFEST, or compare two models on it.

    MANIFEST is lhotse's .jsonl.gz, or a CSV or TSV with columns for path and text. Two models, and
    each noise and missing scorer, are compared with a paired test. --html writes one page on which
    every utterance can be heard and its errors seen.
    """
    if len(names) not in (2, 3):
        raise OptionError(
            f"{len(names)} names are given: one model or two, then the manifest; "
            "give --snr once for each ratio"
        )
    *models, manifest = names
    ratios = _ratios(snrs)
    if bool(ratios) != (hearing["noise"] is not None):
        raise OptionError("--noise DIR and --snr DB belong together; give both")
    evaluations = _evaluate(models, manifest, limit, ratios, **hearing)
    _report(evaluations, json_path, html_path)
    if any(evaluation.unread for evaluation in evaluations):
        raise click.exceptions.Exit(1)


def _ratios(values: tuple[str, ...]) -> list[float]:
    try:
        return [float(part) for value in values for part in value.split(",")]
    except ValueError:
        raise OptionError(
            f"--snr {' '.join(values)}: give numbers of decibels, as 20,10,5"
        ) from None


def _evaluate(
    models: list[str],
    manifest: str,
    limit: int | None,
    snrs: list[float],
    *,
    scorer: str | None,
    no_scorer: bool,
    both: bool,
    live: bool,
    noise: Path | None,
    beam: int | None,
    threads: int,
) -> list[Evaluation]:
    import auricle
    from auricle.decoder import DecodingOptions
    from auricle.manifest import read_manifest

    try:
        from auricle import evaluation as library
    except ModuleNotFoundError as error:
        raise DependencyError(
            f"evaluation needs {error.name}: pip install 'auricle[train]'"
        ) from error
    utterances = read_manifest(manifest)[:limit]
    if not utterances:
        raise OptionError(f"{manifest}: no utterance is in it; import the data again")
    options = DecodingOptions() if beam is None else DecodingOptions(beam_width=beam)
    runs = library.conditions((True, False) if both else (not no_scorer,), snrs, live=live)
    evaluations = []
    for name in models:
        model = auricle.load(name, scorer=scorer, threads=threads)
        for run in runs:
            with count_progress(" ".join((name, run.name)), len(utterances)) as progress:
                evaluations.append(
                    library.evaluate(
                        model,
                        utterances,
                        run,
                        name=name,
                        noise=noise,
                        options=options,
                        progress=lambda: progress(1),
                    )
                )
    return evaluations


def _compared(evaluations: list[Evaluation]) -> list[_Compared]:
    """Compare what differs in one thing: the model, or the condition."""
    from auricle.evaluation import compare

    first = evaluations[0]
    return [
        (a, b, compare(a, b))
        for place, a in enumerate(evaluations)
        for b in evaluations[place + 1 :]
        if (a.condition == b.condition) or (a is first and a.model == b.model)
    ]


def _report(evaluations: list[Evaluation], json_path: Path | None, html_path: Path | None) -> None:
    from auricle import evaluation as library

    compared = _compared(evaluations)
    remarks = [library.describe_difference(*each) for each in compared]
    click.echo(library.describe(evaluations[0]))
    if len(evaluations) > 1:
        click.echo("\n" + library.overview(evaluations))
    for remark in remarks:
        click.echo("\n" + remark)
    if json_path is not None:
        values = {
            "evaluations": [library.to_dict(each) for each in evaluations],
            "comparisons": [library.difference_to_dict(*each) for each in compared],
        }
        write_whole(json_path, json.dumps(values, ensure_ascii=False, indent=1) + "\n")
    if html_path is not None:
        library.write_page(evaluations, html_path, remarks)
