"""What a search for weights has done so far, on disk, so that it can go on after any end.

    OUTPUT.tuning/search.json     what is searched, as its digest
    OUTPUT.tuning/00000.npy       log-probabilities of the first utterance, float32 (T, V)
    OUTPUT.tuning/trials.jsonl    weights tried and their error rates, one trial a line

A file of log-probabilities appears only when it is whole, and a torn last line of trials is left
out. Another search with the same output starts the record afresh.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from auricle.errors import AuricleError, OptionError

_SEARCH, _TRIALS = "search.json", "trials.jsonl"
Weights = dict[str, float]


class TuningRecord:
    """The folder of a search."""

    def __init__(self, folder: Path, search: Mapping[str, Any]) -> None:
        """Open or make the record of a search.

        Args:
            folder: Where it is kept.
            search: What is searched; a record of anything else is replaced.

        Raises:
            OptionError: The folder holds something else.
            AuricleError: The folder cannot be written.
        """
        self.folder = folder
        wanted = json.dumps(search, sort_keys=True)
        try:
            self._open(wanted)
        except OSError as error:
            raise AuricleError(f"cannot write {folder}: {error.strerror}") from error

    def _open(self, wanted: str) -> None:
        search = self.folder / _SEARCH
        if self.folder.exists():
            if not search.is_file():
                raise OptionError(f"{self.folder} is no record of a search; move it away")
            if search.read_text(encoding="utf-8") == wanted:
                return
            shutil.rmtree(self.folder)
        self.folder.mkdir()
        search.write_text(wanted, encoding="utf-8")

    def log_probabilities(self, index: int) -> npt.NDArray[np.float32] | None:
        """Return those of an utterance, mapped from the disk; None where they are not there yet."""
        path = self._rows(index)
        return np.load(path, mmap_mode="r") if path.exists() else None

    def keep_log_probabilities(self, index: int, rows: npt.NDArray[np.float32]) -> None:
        """Keep those of an utterance."""
        path = self._rows(index)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.save(file, rows)
        part.replace(path)

    def trials(self) -> Iterator[tuple[Weights, float]]:
        """Yield the weights tried and their error rates, in the order of the trials."""
        path = self.folder / _TRIALS
        if not path.exists():
            return
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                trial = json.loads(line)
            except ValueError:
                continue
            yield trial["weights"], trial["error_rate"]

    def keep_trial(self, weights: Weights, error_rate: float) -> None:
        """Keep a trial."""
        line = json.dumps({"weights": weights, "error_rate": error_rate})
        with (self.folder / _TRIALS).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def remove(self) -> None:
        """Remove the folder: the search is over."""
        shutil.rmtree(self.folder)

    def _rows(self, index: int) -> Path:
        return self.folder / f"{index:05}.npy"
