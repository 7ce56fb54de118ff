"""The broken packages, scorers and grammars as files, for languages that do not run Python.

    python tests/broken_files.py FOLDER

writes into the folder, with a list of each kind:

    packages.json    [{name, file, status, words}]: a folder, whose unbroken files are links, or an
                     archive; the status is one of those, and the message holds the words
    scorers.json     [{file, status}]; the status null where the file opens
    grammars.json    [{name, text, status}]
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auricle.package import find_package
from broken_grammars import GRAMMARS
from broken_packages import BREAKAGES, copy_package
from broken_scorers import accepted, make_scorer, refused

Entry = dict[str, Any]


def packages(folder: Path) -> Iterator[Entry]:
    """Break a package in every way."""
    source = find_package("en")
    for number, breakage in enumerate(BREAKAGES):
        copy = copy_package(folder / str(number))
        broken = breakage.break_it(copy)
        if broken.is_file():
            shutil.rmtree(copy)
        else:
            _link_what_is_unbroken(broken, source)
        status = [breakage.status] if isinstance(breakage.status, str) else breakage.status
        file = str(broken.relative_to(folder.parent))
        yield {"name": breakage.name, "file": file, "status": status, "words": breakage.words}


def _link_what_is_unbroken(folder: Path, source: Path) -> None:
    for path in folder.iterdir():
        original = source / path.name
        if original.exists() and original.read_bytes() == path.read_bytes():
            path.unlink()
            path.symlink_to(original)


def scorers(folder: Path) -> Iterator[Entry]:
    """Damage a scorer in the ways of broken_scorers.py, of the many that are alike some."""
    scorer = make_scorer(folder)
    damaged = [*list(refused(scorer))[::17], *((data, None) for data in accepted(scorer, 8))]
    for number, (data, status) in enumerate(damaged):
        (folder / f"{number}.lm").write_bytes(data)
        yield {"file": f"{folder.name}/{number}.lm", "status": status}


def grammars() -> Iterator[Entry]:
    """Give the grammars that are none."""
    for name, (text, status) in GRAMMARS.items():
        yield {"name": name, "text": text, "status": status}


def main(folder: Path) -> None:
    """Write everything."""
    shutil.rmtree(folder, ignore_errors=True)
    for kind in ("packages", "scorers"):
        (folder / kind).mkdir(parents=True)
    kinds = {
        "packages": packages(folder / "packages"),
        "scorers": scorers(folder / "scorers"),
        "grammars": grammars(),
    }
    for kind, entries in kinds.items():
        (folder / f"{kind}.json").write_text(json.dumps(list(entries)), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
