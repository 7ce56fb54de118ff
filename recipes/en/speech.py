"""Stage 1: the recordings of speech.toml become 16 kHz WAV files and lhotse manifests.

    python recipes/en/speech.py DATA [--prepared FOLDER]

Each source becomes DATA/speech/NAME/*.wav and DATA/manifests/NAME.jsonl.gz (a lhotse CutSet with
the transcripts normalised); a source already there is left alone. Then train.jsonl.gz, dev.jsonl.gz
and the test manifests are put together: the dev set holds about one speaker in twelve of the
sources marked `dev`, chosen by a hash of the speaker's name. No text of a test set enters the
others, and none of the dev set the training set, where sources with `times` stand so often.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import multiprocessing
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import tomllib
from decontaminate import NGRAM, eval_ngrams, shares_ngram
from lhotse import CutSet, MonoCut, Recording, SupervisionSegment
from repositories import Repository, fetch_repository

from auricle.errors import OptionError
from auricle.text import normaliser

HERE = Path(__file__).parent
SAMPLE_RATE = 16000
DEV_SHARE = 0.08
MIN_SECONDS, MAX_SECONDS = 0.5, 20.0
SILENT = 10 ** (-60 / 20)  # a recording whose samples all lie below, of full scale

Source = dict[str, Any]


@dataclass(frozen=True)
class Utterance:
    """A recording as its source holds it."""

    name: str
    speaker: str
    text: str
    audio: bytes


def read_librispeech(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read SPEAKER/CHAPTER/*.trans.txt and the recordings beside them."""
    files = repository.files(source["under"])
    texts = {}
    for _, table in repository.read([path for path in files if path.endswith(".trans.txt")]):
        for line in table.decode().splitlines():
            name, text = line.split(" ", 1)
            texts[name] = text
    recordings = [path for path in files if path.endswith((".wav", ".flac"))]
    for path, audio in repository.read(recordings):
        name = Path(path).stem
        yield Utterance(name, name.split("-")[0], texts[name], audio)


def read_common_voice(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read a Common Voice release; speakers are named by a hash of their client_id."""
    ((_, table),) = repository.read([f"{source['under']}/{source['table']}"])
    without = set(eval_sentences()) if source.get("without_test") else set()
    lines = io.StringIO(table.decode())
    rows = {
        f"{source['under']}/{source['clips']}/{row['path']}": row
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if row["path"] not in without
    }
    for path, audio in repository.read(list(rows)):
        speaker = hashlib.sha256(rows[path]["client_id"].encode()).hexdigest()[:12]
        yield Utterance(Path(path).stem, f"cv-{speaker}", rows[path]["sentence"], audio)


def read_csv(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read a CSV table whose columns `audio`, `text` and, where it has one, `speaker` names."""
    ((_, table),) = repository.read([source["table"]])
    lines = csv.DictReader(io.StringIO(table.decode()))
    rows = {str(Path(source["under"], row[source["audio"]])): row for row in lines}
    for path, audio in repository.read(list(rows)):
        row = rows[path]
        speaker = row[source["speaker"]] if "speaker" in source else "unknown"
        yield Utterance(Path(path).stem, f"{source['name']}-{speaker}", row[source["text"]], audio)


def read_lines(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read a list, FILE TAB TEXT, from the line `first_line` on; its speakers are untold."""
    ((_, table),) = repository.read([f"{source['under']}/{source['table']}"])
    rows = [line.split("\t") for line in table.decode().splitlines()]
    others = {row[0] for row in rows[: source["first_line"] - 1]}
    texts = {
        f"{source['under']}/{name}": text
        for name, text in rows[source["first_line"] - 1 :]
        if name not in others  # such a file holds only one of the two recordings
    }
    for path, audio in repository.read(list(texts)):
        yield Utterance(Path(path).stem, f"{source['name']}-unknown", texts[path], audio)


def read_prompts(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read lists of a speaker's prompts, NAME: TEXT; what brackets stand in is not said so."""
    texts = {}
    tables = [f"{source['under']}/{table}" for table in source["tables"]]
    for _, table in repository.read(tables):
        for line in table.decode().splitlines():
            name, colon, text = line.partition(":")
            if colon and not name.startswith(";") and not set("[]()<>") & set(text):
                texts[f"{source['under']}/{name.strip()}.wav"] = text.strip()
    for path, audio in repository.read(list(texts)):
        name = str(Path(path).relative_to(source["under"]).with_suffix(""))
        yield Utterance(name.replace("/", "-"), source["name"], texts[path], audio)


def read_common_voice_list(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read the clips of the second test set, whose sentences the list holds, not the speakers."""
    folder = f"{source['under']}/{source['clips']}"
    sentences = {f"{folder}/{clip}": text for clip, text in eval_sentences().items()}
    for path, audio in repository.read(list(sentences)):
        yield Utterance(Path(path).stem, "cv-unknown", sentences[path], audio)


def read_labelled(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read the clips with labels of label.py that the teacher was sure enough of."""
    with gzip.open(HERE / f"{source['name']}.tsv.gz", "rt") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    folder = f"{source['under']}/{source['clips']}"
    kept = {
        f"{folder}/{row['clip']}": row["text"]
        for row in rows
        if row["text"] and float(row["score"]) >= source["least_score"]
    }
    for path, audio in repository.read(list(kept)):
        yield Utterance(Path(path).stem, "cv-unknown", kept[path], audio)


def eval_sentences() -> dict[str, str]:
    """Return the sentences of the second test set (official Common Voice 16 dev and test clips)."""
    with (HERE / "common-voice-16-eval-clips.tsv").open() as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["clip"]: row["sentence"] for row in rows}


def read_kaldi(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read Kaldi data folders: text, utt2spk, wav.scp."""
    for folder in source["tables"]:
        names = ("text", "utt2spk", "wav.scp")
        tables = []
        for _, content in repository.read([f"{folder}/{name}" for name in names]):
            tables.append(dict(line.split(None, 1) for line in content.decode().splitlines()))
        texts, speakers, paths = tables
        by_path = {path: name for name, path in paths.items()}
        for path, audio in repository.read(list(by_path)):
            name = by_path[path]
            yield Utterance(name, f"so-{speakers[name]}", texts[name], audio)


def read_text_beside(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read a folder of recordings of one speaker with a text file beside each."""
    files = repository.files(source["under"])
    texts = {
        Path(p).stem: t.decode() for p, t in repository.read([f for f in files if f[-4:] == ".txt"])
    }
    for path, audio in repository.read([f for f in files if f.endswith(".wav")]):
        name = Path(path).stem
        yield Utterance(name, source["name"], texts[name], audio)


def read_ljspeech(source: Source, repository: Repository) -> Iterator[Utterance]:
    """Read LJSpeech: metadata.csv with the numbers spelled out in its third column."""
    ((_, table),) = repository.read([f"{source['under']}/metadata.csv"])
    texts = {line.split("|")[0]: line.split("|")[2] for line in table.decode().splitlines()}
    files = [f for f in repository.files(source["under"]) if f.endswith(".wav")]
    for path, audio in repository.read(files):
        yield Utterance(Path(path).stem, "lj", texts[Path(path).stem], audio)


def read_tar(source: Source, prepared: Path) -> Iterator[Utterance]:
    """Read tar files of recordings with a JSON-lines table."""
    lines = (prepared / source["table"]).read_text().splitlines()
    rows = {row["audio"]: row for row in map(json.loads, lines)}
    for tar in source["tars"]:
        with tarfile.open(prepared / tar) as members:
            for member in members:
                row = rows.get(member.name)
                content = members.extractfile(member)
                if row is None or content is None:
                    continue
                speaker = f"{source['name']}-{row['speaker']}"
                yield Utterance(Path(member.name).stem, speaker, row["text"], content.read())


READERS: dict[str, Callable[[Source, Repository], Iterator[Utterance]]] = {
    "librispeech": read_librispeech,
    "common_voice": read_common_voice,
    "csv": read_csv,
    "lines": read_lines,
    "prompts": read_prompts,
    "common_voice_list": read_common_voice_list,
    "labelled": read_labelled,
    "kaldi": read_kaldi,
    "text_beside": read_text_beside,
    "ljspeech": read_ljspeech,
}


def write_wave(job: tuple[Utterance, Path]) -> tuple[Utterance, Path, int] | None:
    """Decode an utterance to a mono 16-bit WAV, where it is not there yet.

    Returns:
        The utterance, its file and that one's samples; None if it cannot be decoded or is silent.
    """
    utterance, path = job
    if path.exists():
        return utterance, path, soundfile.info(path).frames
    try:
        samples, rate = soundfile.read(io.BytesIO(utterance.audio), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    mono = soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE)
    if np.abs(mono).max(initial=0.0) < SILENT:
        return None
    partial = path.with_suffix(".partial")
    soundfile.write(partial, mono, SAMPLE_RATE, subtype="PCM_16", format="WAV")
    partial.rename(path)
    return utterance, path, len(mono)


def prepare(source: Source, data: Path, prepared: Path) -> None:
    """Write the WAV files and the manifest of one source."""
    manifest = data / "manifests" / f"{source['name']}.jsonl.gz"
    if manifest.exists():
        return
    folder = data / "speech" / source["name"]
    folder.mkdir(parents=True, exist_ok=True)
    if source["kind"] == "tar":
        utterances = read_tar(source, prepared)
    else:
        repository = fetch_repository(source["repository"], source["revision"], data)
        utterances = READERS[source["kind"]](source, repository)
    normalise = normaliser("english")
    cuts, failed, untexted = [], 0, 0
    jobs = ((u, folder / f"{u.name}.wav") for u in utterances)
    with multiprocessing.Pool(2) as pool:
        for result in pool.imap(write_wave, jobs, chunksize=16):
            if result is None:
                failed += 1
                continue
            utterance, path, samples = result
            try:
                text = normalise(utterance.text)
            except OptionError:
                text = ""
            if not text:
                untexted += 1
                continue
            cuts.append(make_cut(source["name"], utterance, text, path, samples, data))
    partial = manifest.with_name(f"partial-{manifest.name}")
    CutSet.from_cuts(cuts).to_file(partial)
    partial.rename(manifest)
    hours = sum(cut.duration for cut in cuts) / 3600
    print(
        f"{source['name']}: {len(cuts)} clips, {hours:.2f} h, "
        f"{failed} undecodable or silent, {untexted} with text outside English",
        flush=True,
    )


def make_cut(
    corpus: str, utterance: Utterance, text: str, path: Path, samples: int, data: Path
) -> MonoCut:
    """Describe one WAV file as a lhotse cut with its transcript."""
    name = f"{corpus}-{utterance.name}"
    seconds = samples / SAMPLE_RATE
    recording = Recording.from_file(path, recording_id=name)
    supervision = SupervisionSegment(
        id=name,
        recording_id=name,
        start=0.0,
        duration=seconds,
        text=text,
        speaker=utterance.speaker,
        language="en",
        custom={"source": corpus, "original": utterance.text},
    )
    return MonoCut(
        id=name,
        start=0.0,
        duration=seconds,
        channel=0,
        recording=recording,
        supervisions=[supervision],
    )


def is_dev_speaker(speaker: str) -> bool:
    """Say whether a speaker belongs to the dev set: one in twelve, by a hash of the name."""
    return int(hashlib.sha256(speaker.encode()).hexdigest()[:8], 16) / 16**8 < DEV_SHARE


def split(sources: list[Source], data: Path) -> None:
    """Put together the train, dev and test manifests."""
    sets: dict[str, list[MonoCut]] = {"train": [], "dev": []}
    tests = [source["name"] for source in sources if source["role"] == "test"]
    shared = eval_ngrams(
        cut.supervisions[0].text
        for name in tests
        for cut in CutSet.from_file(data / "manifests" / f"{name}.jsonl.gz")
    )
    times = {source["name"]: source.get("times", 1) for source in sources}
    dropped = 0
    for source in sources:
        manifest = data / "manifests" / f"{source['name']}.jsonl.gz"
        if source["role"] == "test" or not manifest.exists():
            continue
        for cut in CutSet.from_file(manifest):
            if not MIN_SECONDS <= cut.duration <= MAX_SECONDS:
                continue
            if shares_ngram(cut.supervisions[0].text, shared):
                dropped += 1
                continue
            dev = source.get("dev", False) and is_dev_speaker(cut.supervisions[0].speaker)
            sets["dev" if dev else "train"].append(cut)
    print(f"{dropped} clips dropped: their text is or shares {NGRAM} words with a test reference")
    dev_texts = {cut.supervisions[0].text for cut in sets["dev"]}
    kept = [cut for cut in sets["train"] if cut.supervisions[0].text not in dev_texts]
    print(f"{len(sets['train']) - len(kept)} training clips dropped: a dev speaker says their text")
    sets["train"] = [
        cut.with_id(f"{cut.id}-{time}") if time else cut
        for cut in kept
        for time in range(times[cut.supervisions[0].custom["source"]])
    ]
    for name, cuts in sets.items():
        CutSet.from_cuts(cuts).to_file(data / "manifests" / f"{name}.jsonl.gz")
        speakers = {cut.supervisions[0].speaker for cut in cuts}
        hours = sum(cut.duration for cut in cuts) / 3600
        print(f"{name}: {len(cuts)} clips, {hours:.2f} h, {len(speakers)} speakers", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument(
        "--prepared", type=Path, help="folder of the tar sources; default DATA/prepared"
    )
    arguments = parser.parse_args()
    prepared = arguments.prepared or arguments.data / "prepared"
    (arguments.data / "manifests").mkdir(parents=True, exist_ok=True)
    table = tomllib.loads((HERE / "speech.toml").read_text())
    sources = [{"name": name, **entry} for name, entry in table.items()]
    for source in sources:
        if source["kind"] == "tar" and not (prepared / source["table"]).exists():
            print(f"{source['name']}: skipped, {prepared / source['table']} is not there")
            continue
        if source["kind"] == "labelled" and not (HERE / f"{source['name']}.tsv.gz").exists():
            print(f"{source['name']}: skipped, it has no labels yet; label.py makes them")
            continue
        prepare(source, arguments.data, prepared)
    split(sources, arguments.data)


if __name__ == "__main__":
    main()
