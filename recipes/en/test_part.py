"""Take the part of the test sets that lies in the project, so that anyone can evaluate.

    python recipes/en/test_part.py DATA [OUT]

Of the LibriSpeech half every fifth utterance of each speaker, of the Common Voice 16 clips every
fifth, by name, become OUT/SOURCE/NAME.mp3, byte for byte as their sources hold them, and
OUT/en.tsv; OUT is tests/data/recognition if it is left out.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import tomllib
from repositories import fetch_repository
from speech import READERS, Utterance

HERE = Path(__file__).parent
PARTS = {"librispeech": 5, "common_voice_test": 5}  # of so many utterances one


def every(step: int, utterances: Iterable[Utterance]) -> Iterator[Utterance]:
    """Yield the first of each `step` utterances of every speaker, in the order of their names."""
    ordered = sorted(utterances, key=lambda each: (each.speaker, each.name))
    for _, group in itertools.groupby(ordered, key=lambda each: each.speaker):
        yield from itertools.islice(group, 0, None, step)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("out", type=Path, nargs="?", default=HERE / "../../tests/data/recognition")
    arguments = parser.parse_args()
    sources = tomllib.loads((HERE / "speech.toml").read_text())
    rows, size = [("path", "id", "speaker", "source", "text")], 0
    for name, step in PARTS.items():
        source = sources[name]
        repository = fetch_repository(source["repository"], source["revision"], arguments.data)
        (arguments.out / name).mkdir(parents=True, exist_ok=True)
        for each in every(step, READERS[source["kind"]](source, repository)):
            path = Path(name, f"{each.name}.mp3")
            (arguments.out / path).write_bytes(each.audio)
            rows.append((str(path), each.name, each.speaker, name, each.text))
            size += len(each.audio)
    lines = ("\t".join(row) + "\n" for row in rows)
    (arguments.out / "en.tsv").write_text("".join(lines), encoding="utf-8")
    print(f"{len(rows) - 1} utterances, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
