"""Take the part of the test set that lies in the project, so that anyone can evaluate.

    python recipes/zh/test_part.py DATA [OUT]

One clip of each of the test speakers, the first by name, becomes OUT/common_voice_zh/NAME.mp3, byte
for byte as Common Voice holds it, with OUT/zh.tsv; OUT is tests/data/recognition if it is left out.
"""

from __future__ import annotations

import argparse
import csv
import shutil
from pathlib import Path

from auricle.manifest import read_manifest

HERE = Path(__file__).parent
FOLDER = "common_voice_zh"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("out", type=Path, nargs="?", default=HERE / "../../tests/data/recognition")
    arguments = parser.parse_args()
    clips = sorted(
        read_manifest(arguments.data / "manifests" / "test.jsonl.gz"), key=lambda c: c.id
    )
    first = {clip.speaker: clip for clip in reversed(clips)}
    (arguments.out / FOLDER).mkdir(parents=True, exist_ok=True)
    with (arguments.out / "zh.tsv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n")
        rows.writerow(("path", "id", "speaker", "source", "text"))
        for speaker, clip in sorted(first.items()):
            path = Path(FOLDER, f"{clip.id}.mp3")
            shutil.copyfile(clip.audio, arguments.out / path)
            rows.writerow((path, clip.id, speaker, FOLDER, clip.text))
    size = sum(path.stat().st_size for path in (arguments.out / FOLDER).iterdir())
    print(f"{len(first)} clips, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
