"""`auricle lm`: scorers from text, and what is in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auricle.cli.lm_tune import tune

if TYPE_CHECKING:
    from auricle.lm import BuildOptions, Perplexity, ScorerInfo
    from auricle.lm.building import Progress

_STAGES = {
    "count": "Counting n-grams",
    "sort": "Sorting counts",
    "adjust": "Adjusting counts",
    "estimate": "Estimating probabilities",
    "interpolate": "Interpolating orders",
    "write": "Writing the scorer",
}
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def _size(_context: click.Context, _option: click.Parameter, value: str) -> int:
    """Parse a number of bytes such as 512M or 4G."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", value.strip().upper())
    if match is None:
        raise click.BadParameter(f"{value!r} is not a size such as 512M or 4G")
    return int(float(match[1]) * _UNITS[match[2]])


def _thresholds(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> tuple[int, ...]:
    """Parse pruning thresholds such as 0,0,1."""
    fields = re.split(r"[,\s]+", value.strip()) if value else []
    if not all(field.isdecimal() for field in fields):
        raise click.BadParameter(f"{value!r} is not a list of counts such as 0,0,1")
    return tuple(int(field) for field in fields)


@click.group()
def lm() -> None:
    """Build, tune and inspect scorers (n-gram language models)."""


lm.add_command(tune)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show progress on standard error, on a terminal only."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(_STAGES["count"], total=None)

        def show(stage: str, done: int, total: int) -> None:
            label = _STAGES[stage]
            if not total and done:
                label = f"{label} ({done >> 20} M n-grams)"
            bar.update(task, description=label, completed=done, total=total or None)

        yield show


def _with_vocabulary(vocabulary: str | None) -> dict[str, object]:
    """Read --vocabulary: a number of words, or a file of words."""
    if vocabulary is None:
        return {}
    if vocabulary.isdecimal():
        return {"vocabulary_limit": int(vocabulary)}
    from auricle.lm.text_file import TextFile

    text = b"".join(TextFile(vocabulary).pieces()).decode()
    return {"vocabulary": frozenset(text.split())}


@lm.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="Scorer to write."
)
@click.option("--order", default=5, show_default=True, help="Longest n-gram, 1 to 6.")
@click.option(
    "--prune",
    callback=_thresholds,
    metavar="N,N,...",
    help="Leave out n-grams that occur this often or less, by order, as in 0,0,1.",
)
@click.option(
    "--vocabulary",
    metavar="N|FILE",
    help="Keep the N most frequent words, or the words of a file.",
)
@click.option(
    "--bits", default=8, show_default=True, help="Bits of a value: 2 to 16, 32 for floats."
)
@click.option("--memory", callback=_size, default="1G", show_default=True, help="For sorting.")
@click.option(
    "--kind",
    type=click.Choice(["word", "unit"]),
    default="word",
    show_default=True,
    help="What the corpus has between its spaces: words, or units of the acoustic model.",
)
@click.option("--language", default="", help="Language tag to store, such as en.")
@click.option(
    "--discount-fallback", is_flag=True, help="Go on where a tiny corpus gives no discounts."
)
@click.option("--arpa", type=click.Path(path_type=Path), help="Also write ARPA (.gz compresses).")
def build(
    corpus: tuple[str, ...],
    output: Path,
    vocabulary: str | None,
    arpa: Path | None,
    **values: object,
) -> None:
    """Build a scorer from text: one sentence a line, words between spaces.

    CORPUS files may be compressed (.gz, .bz2, .xz); - is standard input.
    """
    from auricle import lm as library

    scorer = library.ScorerOptions(
        **{name: values.pop(name) for name in ("bits", "kind", "language")}  # type: ignore[arg-type]
    )
    values["memory_bytes"] = values.pop("memory")
    options: BuildOptions = library.BuildOptions(
        scorer=scorer,
        **values,  # type: ignore[arg-type]
        **_with_vocabulary(vocabulary),  # type: ignore[arg-type]
    )
    with _progress() as progress:
        library.build(corpus, output, options, arpa=arpa, progress=progress)
    info = library.Scorer.open(output).info
    counts = ", ".join(f"{count:,}" for count in info.counts)
    click.echo(f"{output}: {info.size_bytes / 1e6:.1f} MB, n-grams by order: {counts}", err=True)


@lm.command()
@click.argument("scorer", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--verify", is_flag=True, help="Also compare the checksum with the contents.")
def info(scorer: Path, as_json: bool, verify: bool) -> None:
    """Say what is in a scorer."""
    from auricle.lm import Scorer

    opened = Scorer.open(scorer)
    if verify:
        opened.verify()
    click.echo(json.dumps(asdict(opened.info)) if as_json else _describe(opened.info))


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
        "checksum": f"{info.checksum:016x}",
    }
    width = max(map(len, rows))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows.items())


@lm.command()
@click.argument("scorer", type=click.Path(path_type=Path))
@click.argument("text", type=click.Path(path_type=str))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def perplexity(scorer: Path, text: str, as_json: bool) -> None:
    """Measure how well a scorer predicts a text of one sentence a line."""
    from auricle.lm import Scorer

    result = Scorer.open(scorer).perplexity(text)
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
