"""Folders for unfinished work, which take what was left by work that was killed.

A folder holds a file `lock`, locked by the process that works in it. Whoever makes another folder
in the same place removes those whose lock nobody holds any more: only a kill or a power cut leaves
one.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from auricle.errors import AuricleError

_PREFIX, _LOCK = ".auricle-", "lock"


@contextmanager
def scratch_folder(parent: str | Path) -> Iterator[Path]:
    """Make a temporary folder inside of `parent`, and remove it with what is in it.

    Raises:
        AuricleError: `parent` does not exist or cannot be written to.
    """
    _remove_abandoned(Path(parent))
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    except OSError as error:
        raise AuricleError(f"cannot write into the folder {parent}: {error.strerror}") from error
    try:
        with (folder / "locking").open("w+b") as lock:
            _hold(lock)
            (folder / "locking").rename(folder / _LOCK)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def move(made: Path, output: str | Path) -> None:
    """Give a finished file its name.

    Raises:
        AuricleError: It cannot be written.
    """
    try:
        made.replace(output)
    except OSError as error:
        raise AuricleError(f"cannot write {output}: {error.strerror}") from error


def _remove_abandoned(parent: Path) -> None:
    for lock in parent.glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError):  # held, or gone meanwhile
            with lock.open("r+b") as file:
                _hold(file)
            shutil.rmtree(lock.parent)


if sys.platform == "win32":

    def _hold(file: BinaryIO) -> None:
        """Do nothing: an open file cannot be removed there, which is lock enough."""

else:
    import fcntl

    def _hold(file: BinaryIO) -> None:
        """Lock a file as long as it is open.

        Raises:
            OSError: Another process holds it.
        """
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
