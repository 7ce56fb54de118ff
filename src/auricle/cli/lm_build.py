"""`auricle lm build`: scorers from text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auricle.cli.lm_options import (
    bits_option,
    memory_option,
    opened,
    output_option,
    show_stages,
    spelling_of,
    spelling_options,
)

if TYPE_CHECKING:
    from auricle.lm import BuildOptions, BuildReport, Spelling
    from auricle.package import Package


def _thresholds(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> tuple[int, ...]:
    """Parse pruning thresholds such as 0,0,1."""
    fields = re.split(r"[,\s]+", value.strip()) if value else []
    if not all(field.isdecimal() for field in fields):
        raise click.BadParameter(f"{value!r} is not a list of counts such as 0,0,1")
    return tuple(int(field) for field in fields)


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(path_type=str))
@output_option
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
@bits_option
@memory_option
@click.option(
    "--temp", type=click.Path(path_type=str), help="Folder for temporary files; the output's."
)
@spelling_options
@click.option("--language", default="", help="Language tag to store, such as en.")
@click.option(
    "--discount-fallback", is_flag=True, help="Go on where a tiny corpus gives no discounts."
)
@click.option("--arpa", type=click.Path(path_type=Path), help="Also write ARPA (.gz compresses).")
def build(
    corpus: tuple[str, ...],
    output: Path,
    arpa: Path | None,
    model: Path | None,
    units: str | None,
    **values: object,
) -> None:
    """Build a scorer from text of one sentence a line.

    CORPUS files may be compressed (.gz, .bz2, .xz); - is standard input. With --model the text may
    be as it was written: it is spelled as the model spells.
    """
    from auricle.lm import build as build_scorer

    package = opened(model)
    spelling = spelling_of(package, units)
    options = _options(values, package, spelling)
    with show_stages() as progress:
        report = build_scorer(
            corpus, output, options, spelling=spelling, arpa=arpa, progress=progress
        )
    click.echo(_describe(output, report), err=True)


def _options(
    values: dict[str, object], package: Package | None, spelling: Spelling
) -> BuildOptions:
    from auricle.lm import BuildOptions, ScorerOptions

    fingerprint, language = 0, str(values.pop("language"))
    if package is not None:
        from auricle.model import vocabulary_of

        fingerprint = vocabulary_of(package).fingerprint
        language = language or package.info.language
    scorer = ScorerOptions(
        bits=values.pop("bits"),  # type: ignore[arg-type]
        kind=spelling.kind,
        vocabulary_fingerprint=fingerprint,
        language=language,
    )
    return BuildOptions(
        scorer=scorer,
        memory_bytes=values.pop("memory"),  # type: ignore[arg-type]
        temp_directory=values.pop("temp"),  # type: ignore[arg-type]
        **_vocabulary(values.pop("vocabulary"), spelling),  # type: ignore[arg-type]
        **values,  # type: ignore[arg-type]
    )


def _vocabulary(value: object, spelling: Spelling) -> dict[str, object]:
    """Read --vocabulary: a number of words, or a file of words."""
    if value is None:
        return {}
    if str(value).isdecimal():
        return {"vocabulary_limit": int(str(value))}
    from auricle.lm.text_file import TextFile

    text = b"".join(piece for piece, _ in spelling.lines(TextFile(str(value)))).decode()
    return {"vocabulary": frozenset(text.split())}


def _describe(output: Path, report: BuildReport) -> str:
    from auricle.lm import Scorer

    info = Scorer.open(output).info
    counts = ", ".join(f"{count:,}" for count in info.counts)
    text = (
        f"{report.words:,} {info.kind}s in {report.sentences:,} sentences\n"
        f"{output}: {info.size_bytes / 1e6:.1f} MB, n-grams by order: {counts}"
    )
    if report.skipped_lines:
        text = f"{report.skipped_lines:,} lines left out: the model cannot spell them\n{text}"
    return text
