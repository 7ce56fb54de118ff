"""`auricle lm tune`: a scorer's weights from recordings whose text is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from auricle.lm.tuning import Progress, Tuning

_STAGES = {"listen": "Listening", "search": "Trying weights"}


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Scorer to write; without it, the scorer itself gets the weights.",
)
@click.option(
    "--scorer", type=click.Path(path_type=Path), help="Scorer to tune instead of the model's own."
)
@click.option("--trials", default=80, show_default=True, help="Weights to try.")
@click.option("--beam", type=click.IntRange(min=1), help="Hypotheses kept at each step.")
@click.option("--limit", type=click.IntRange(min=1), help="Take the first so many recordings only.")
@click.option("--threads", default=0, help="Recordings decoded at a time; by default, all cores.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def tune(
    model: Path,
    manifest: Path,
    output: Path | None,
    scorer: Path | None,
    limit: int | None,
    as_json: bool,
    beam: int | None,
    **values: int,
) -> None:
    """Find a scorer's weights on recordings whose text is known.

    MANIFEST is a table (.tsv or .csv) of recordings and texts, or a lhotse manifest (.jsonl.gz).
    The acoustic model hears each recording once. An interrupted search goes on with the same
    command.
    """
    from auricle.lm.tuning import TuningOptions, tune
    from auricle.manifest import read_manifest
    from auricle.model import Model
    from auricle.package import Package, find_package, write_package

    found = find_package(model)
    package = Package(found)
    own = scorer is None
    file = scorer or package.scorer_file()
    if output is None:
        if own and not (found == model and model.is_dir()):  # a bundled name comes before a folder
            raise click.UsageError(f"{model} is not yours to change: name a scorer with --output")
        output = file
    utterances = read_manifest(manifest)[:limit]
    options = TuningOptions(**values, **({} if beam is None else {"beam_width": beam}))
    loaded = Model(package, scorer=file)
    try:
        with _progress() as progress:
            result = tune(loaded, file, utterances, output, options, progress=progress)
    except KeyboardInterrupt:
        click.echo("auricle: what was heard and tried is kept; the same command goes on", err=True)
        raise
    if own and output == file:
        write_package(package.info, package.folder)
    click.echo(json.dumps(asdict(result)) if as_json else _describe(result, output))


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show progress on standard error, on a terminal only."""
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TextColumn("{task.fields[best]}"),
        rich.TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with rich.Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, rich.TaskID] = {}

        def show(stage: str, done: int, total: int, best: float) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_STAGES[stage], total=total, best="")
            text = f"best {100 * best:.2f} %" if best == best else ""
            bar.update(tasks[stage], completed=done, best=text)

        yield show


def _describe(result: Tuning, output: Path) -> str:
    weights = "  ".join(f"{name} {value:g}" for name, value in result.weights.items())
    return (
        f"{result.metric}s wrong: {100 * result.error_rate_before:.2f} % before, "
        f"{100 * result.error_rate:.2f} % now ({result.utterances} recordings, "
        f"{result.trials} trials)\n{weights}\nwritten into {output}"
    )
