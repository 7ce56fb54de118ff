"""Scorers from text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from auricle import _core
from auricle.errors import OptionError
from auricle.lm.arpa import to_arpa
from auricle.lm.options import BuildOptions
from auricle.lm.scratch import scratch_folder
from auricle.lm.text_file import TextFile

Progress = Callable[[str, int, int], None]
"""Takes the stage ("count", "sort", "adjust", "estimate", "interpolate", "write"), what is done of
it (bytes while counting, else records) and of how much (0 where that is not known)."""


def _ignore(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def _count(builder: _core.NgramBuilder, files: Sequence[TextFile], progress: Progress) -> None:
    total = sum(file.size_bytes for file in files)
    done = 0
    for file in files:
        for piece in file.pieces():
            builder.feed(piece)
            progress("count", done + file.position_bytes, total)
        builder.end_line()
        done += file.size_bytes


def build(
    inputs: Sequence[str | Path],
    output: str | Path,
    options: BuildOptions | None = None,
    *,
    arpa: str | Path | None = None,
    progress: Progress | None = None,
) -> None:
    """Build a scorer by interpolated modified Kneser-Ney smoothing.

    The texts have one sentence a line and words (or units) between spaces, normalised as the
    acoustic model spells. Lines without words are skipped. The output appears only when it is
    complete.

    Args:
        inputs: Text files; .gz, .bz2 and .xz are decompressed, "-" is standard input.
        output: Scorer to write.
        options: None for the defaults.
        arpa: Also write the model in full precision as ARPA (.gz compresses).
        progress: Called often.

    Raises:
        OptionError: A text cannot be read.
        ScorerError: The texts have no words, or too few to estimate the discounts.
        AuricleError: The output or a temporary file cannot be written.
    """
    options = options or BuildOptions()
    progress = progress or _ignore
    if not inputs:
        raise OptionError("no text was given; name at least one file")
    files = [TextFile(path) for path in inputs]
    with scratch_folder(options.temp_directory or Path(output).parent) as scratch:
        full = Path(scratch) / "full.lm" if arpa is not None else None
        builder = _core.NgramBuilder(
            output=str(output),
            scorer=options.scorer.to_core(),
            order=options.order,
            prune=list(options.prune),
            discount_fallback=options.discount_fallback,
            vocabulary_limit=options.vocabulary_limit or 0,
            vocabulary=sorted(options.vocabulary or ()),
            temp_directory=scratch,
            memory_bytes=options.memory_bytes,
            full_precision_output="" if full is None else str(full),
        )
        builder.check()
        _count(builder, files, progress)
        report = progress
        builder.finish(lambda stage, done: report(stage, done, 0))
        if arpa is not None and full is not None:
            to_arpa(full, arpa)
