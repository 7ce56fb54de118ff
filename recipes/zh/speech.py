"""Stage 2: the clips of Common Voice become 16 kHz WAV files and the tables train, dev and test.

    python recipes/zh/speech.py DATA

The official parts have few speakers in train and most of them in test, so speakers are dealt anew.
Of those of the official test who said at most MOST_CLIPS sentences, in the order of a hash of their
names, the first TEST_SPEAKERS are the test set and the next DEV_SPEAKERS the dev set; all others,
also those of the official train and dev, are the training set. Training clips whose sentence a
test or dev speaker said too are left out. DATA/speech receives PART.tsv (path, text, speaker), for
`auricle data import table`, and the clips.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import soundfile
import soxr

from auricle.text import normaliser

SAMPLE_RATE = 16000
MOST_CLIPS = 20
TEST_SPEAKERS, DEV_SPEAKERS = 80, 30

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Read a table of Common Voice, with speakers named by a hash of their client_id."""
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["speaker"] = hashlib.sha256(row["client_id"].encode()).hexdigest()[:12]
    return rows


def parts_of_speakers(official_test: Iterable[Row]) -> dict[str, str]:
    """Return the part of each test and dev speaker."""
    clips = Counter(row["speaker"] for row in official_test)
    few = sorted(speaker for speaker, count in clips.items() if count <= MOST_CLIPS)
    test, dev = few[:TEST_SPEAKERS], few[TEST_SPEAKERS:][:DEV_SPEAKERS]
    return dict.fromkeys(test, "test") | dict.fromkeys(dev, "dev")


def deal(rows: Iterable[Row], part_of: Mapping[str, str]) -> dict[str, list[Row]]:
    """Deal clips to parts by their speakers, without sentences of test and dev in train."""
    dealt: dict[str, list[Row]] = {"train": [], "dev": [], "test": []}
    for row in rows:
        dealt[part_of.get(row["speaker"], "train")].append(row)
    spell = normaliser("mandarin")
    heard = {spell(row["sentence"]) for part in ("test", "dev") for row in dealt[part]}
    kept = [row for row in dealt["train"] if spell(row["sentence"]) not in heard]
    print(f"{len(dealt['train']) - len(kept)} training clips left out: said in test or dev too")
    return {**dealt, "train": kept}


def write_wave(job: tuple[Path, Path]) -> float:
    """Decode a clip to a mono 16-bit WAV, where it is not there yet; return its seconds."""
    source, target = job
    if not target.exists():
        samples, rate = soundfile.read(source, dtype="float32", always_2d=True)
        mono = soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE)
        partial = target.with_suffix(".partial")
        soundfile.write(partial, mono, SAMPLE_RATE, subtype="PCM_16", format="WAV")
        partial.rename(target)
    return float(soundfile.info(target).duration)


def write_part(name: str, rows: list[Row], clips: Path, folder: Path) -> None:
    """Write the clips of a part and its table."""
    waves = [folder / "clips" / f"{Path(row['path']).stem}.wav" for row in rows]
    sources = [clips / row["path"] for row in rows]
    with multiprocessing.Pool(2) as pool:
        seconds = sum(pool.imap(write_wave, zip(sources, waves, strict=True), chunksize=16))
    with (folder / f"{name}.tsv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        table.writerow(("path", "text", "speaker"))
        for row, wave in zip(rows, waves, strict=True):
            table.writerow((wave.relative_to(folder), row["sentence"], row["speaker"]))
    speakers = len({row["speaker"] for row in rows})
    print(f"{name}: {len(rows)} clips, {seconds / 3600:.2f} h, {speakers} speakers", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    arguments = parser.parse_args()
    corpus = arguments.data / "sources" / "clips" / "zh-CN"
    folder = arguments.data / "speech"
    (folder / "clips").mkdir(parents=True, exist_ok=True)
    part_of = parts_of_speakers(read_rows(corpus / "test.tsv"))
    dealt = deal(read_rows(corpus / "validated.tsv"), part_of)
    for name, rows in dealt.items():
        write_part(name, rows, corpus / "clips", folder)


if __name__ == "__main__":
    main()
