"""ARPA files to scorers and back."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO, cast

from auricle import _core
from auricle.errors import AuricleError
from auricle.lm.options import ScorerOptions
from auricle.lm.scratch import move, scratch_folder
from auricle.lm.text_file import TextFile


def from_arpa(
    path: str | Path,
    output: str | Path,
    options: ScorerOptions | None = None,
    *,
    memory_bytes: int = 1 << 30,
) -> None:
    """Convert an ARPA file of order 1 to 6 to a scorer.

    Args:
        path: ARPA file; .gz, .bz2 and .xz are decompressed, "-" is standard input.
        output: Scorer to write; it appears only when it is complete.
        options: None for the defaults.
        memory_bytes: Memory for sorting; the rest goes to temporary files beside the output.

    Raises:
        OptionError: The file cannot be read.
        ScorerError: It is not well formed; the message names the line.
        AuricleError: The output cannot be written.
    """
    source = TextFile(path)
    with scratch_folder(Path(output).parent) as scratch:
        importer = _core.ArpaImporter(
            output=str(scratch / "scorer.lm"),
            scorer=(options or ScorerOptions()).to_core(),
            temp_directory=str(scratch),
            memory_bytes=memory_bytes,
        )
        for piece in source.pieces():
            importer.feed(piece)
        importer.finish()
        move(scratch / "scorer.lm", output)


def _opened(path: Path, *, compressed: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "wb")) if compressed else path.open("wb")


def to_arpa(path: str | Path, output: str | Path) -> None:
    """Write a scorer as ARPA, with its values as they are queried.

    Args:
        path: Scorer.
        output: ARPA file to write (.gz compresses); it appears only when it is complete.

    Raises:
        ScorerError: The scorer cannot be read.
        AuricleError: The output cannot be written.
    """
    ngram = _core.Ngram.open(str(path))
    compressed = Path(output).suffix == ".gz"
    with scratch_folder(Path(output).parent) as scratch:
        made = scratch / "model.arpa"
        try:
            with _opened(made, compressed=compressed) as stream:
                ngram.export_arpa(lambda piece: stream.write(piece) == len(piece))
        except OSError as error:
            raise AuricleError(f"cannot write {output}: {error.strerror}") from error
        move(made, output)
