"""A folder for temporary files that lives as long as the work."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auricle.errors import AuricleError


@contextmanager
def scratch_folder(parent: str | Path) -> Iterator[str]:
    """Make a temporary folder inside of `parent`, and remove it with what is in it.

    Raises:
        AuricleError: `parent` does not exist or cannot be written to.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix=".auricle-", dir=parent)
    except OSError as error:
        raise AuricleError(f"cannot write into the folder {parent}: {error.strerror}") from error
    with folder as path:
        yield path
