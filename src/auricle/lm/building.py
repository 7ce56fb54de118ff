"""Scorers from text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from auricle import _core
from auricle.errors import OptionError
from auricle.lm.arpa import to_arpa
from auricle.lm.options import BuildOptions
from auricle.lm.scratch import move, scratch_folder
from auricle.lm.spelling import Spelling
from auricle.lm.text_file import TextFile

Progress = Callable[[str, int, int], None]
"""Takes the stage ("count", "sort", "adjust", "estimate", "interpolate", "write"), what is done of
it (bytes while counting, else records) and of how much (0 where that is not known)."""


@dataclass(frozen=True)
class BuildReport:
    """What went into a scorer."""

    sentences: int
    words: int
    skipped_lines: int
    """Lines that the normaliser has no spelling for."""
    spilled_bytes: int
    """Counts that were moved to temporary files, for want of memory."""


def ignore_progress(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def _count(
    builder: _core.NgramBuilder,
    files: Sequence[TextFile],
    spelling: Spelling,
    progress: Progress,
) -> int:
    """Count the n-grams of all files; returns how many lines were left out."""
    total = sum(file.size_bytes for file in files)
    done = all_skipped = 0
    for file in files:
        for piece, skipped in spelling.lines(file):
            builder.feed(piece)
            all_skipped += skipped
            progress("count", done + file.position_bytes, total)
        builder.end_line()
        done += file.size_bytes
    return all_skipped


def build(
    inputs: Sequence[str | Path],
    output: str | Path,
    options: BuildOptions | None = None,
    *,
    spelling: Spelling | None = None,
    arpa: str | Path | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a scorer by interpolated modified Kneser-Ney smoothing.

    The texts have one sentence a line. Lines without words are skipped. The output appears only
    when it is complete; what an earlier build left that was killed is removed.

    Args:
        inputs: Text files; .gz, .bz2 and .xz are decompressed, "-" is standard input.
        output: Scorer to write.
        options: None for the defaults.
        spelling: How words are found in the texts, and so the kind of the scorer; None where spaces
            separate words that are spelled already as the acoustic model does.
        arpa: Also write the model in full precision as ARPA (.gz compresses).
        progress: Called often.

    Raises:
        OptionError: A text cannot be read.
        ScorerError: The texts have no words, or too few to estimate the discounts.
        AuricleError: The output or a temporary file cannot be written.
    """
    options = options or BuildOptions()
    report = progress or ignore_progress
    if spelling is None:
        spelling = Spelling(kind=options.scorer.kind)
    if not inputs:
        raise OptionError("no text was given; name at least one file")
    files = [TextFile(path) for path in inputs]
    with ExitStack() as stack:
        scratch = stack.enter_context(scratch_folder(Path(output).parent))
        temporary = scratch
        if options.temp_directory is not None:
            temporary = stack.enter_context(scratch_folder(options.temp_directory))
        full = scratch / "full.lm" if arpa is not None else None
        builder = _core.NgramBuilder(
            output=str(scratch / "scorer.lm"),
            scorer=replace(options.scorer, kind=spelling.kind).to_core(),
            order=options.order,
            prune=list(options.prune),
            discount_fallback=options.discount_fallback,
            vocabulary_limit=options.vocabulary_limit or 0,
            vocabulary=sorted(options.vocabulary or ()),
            temp_directory=str(temporary),
            memory_bytes=options.memory_bytes,
            full_precision_output="" if full is None else str(full),
        )
        builder.check()
        skipped = _count(builder, files, spelling, report)
        builder.finish(lambda stage, done: report(stage, done, 0))
        if arpa is not None and full is not None:
            to_arpa(full, arpa)
        move(scratch / "scorer.lm", output)
    return BuildReport(builder.sentences, builder.words, skipped, builder.spilled_bytes)
