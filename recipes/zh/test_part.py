"""Take the part of the test set that lies in the project, so that anyone can evaluate.

    python recipes/zh/test_part.py DATA [OUT]

One clip of every second test speaker, the first by name, becomes OUT/common_voice_zh/NAME.ogg (Opus
at some 20 kbit/s, for Common Voice's MP3 is three times as large), with OUT/zh.tsv; OUT is
tests/data/recognition if it is left out.
"""

from __future__ import annotations

import argparse
import csv
import itertools
from pathlib import Path

import soundfile

from auricle.manifest import read_manifest, read_utterance

HERE = Path(__file__).parent
FOLDER = "common_voice_zh"
SAMPLE_RATE = 16000  # Hz
COMPRESSION = 0.94  # of libsndfile, from 0 to 1


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
        for speaker, clip in itertools.islice(sorted(first.items()), 0, None, 2):
            path = Path(FOLDER, f"{clip.id}.ogg")
            soundfile.write(
                arguments.out / path,
                read_utterance(clip, SAMPLE_RATE),
                SAMPLE_RATE,
                subtype="OPUS",
                compression_level=COMPRESSION,
            )
            rows.writerow((path, clip.id, speaker, FOLDER, clip.text))
    paths = list((arguments.out / FOLDER).iterdir())
    print(f"{len(paths)} clips, {sum(path.stat().st_size for path in paths) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
