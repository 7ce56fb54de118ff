"""Shards: many recordings in a few large files, which disks and networks read much faster.

The layout is lhotse's Shar (`cuts.000000.jsonl.gz` beside `recording.000000.tar`). Audio becomes
mono at one rate, as FLAC (lossless), Opus (about a tenth of the size) or WAV (twice the size, and
nothing to decode).
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import soundfile

from auricle.errors import OptionError
from auricle.manifest import Utterance, read_utterance
from auricle.training.spreading import Workers

CODECS = {"flac": ("FLAC", "PCM_16"), "opus": ("OGG", "OPUS"), "wav": ("WAV", "PCM_16")}
_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)


@dataclass(frozen=True)
class PackOptions:
    """How shards are made.

    Args:
        codec: "flac", "opus" or "wav".
        sample_rate: Of the packed audio, Hz.
        shard_utterances: In one shard.

    Raises:
        OptionError: A value is outside its range.
    """

    codec: str = "flac"
    sample_rate: int = 16000
    shard_utterances: int = 1000

    def __post_init__(self) -> None:
        if self.codec not in CODECS:
            raise OptionError(f"codec {self.codec!r}: it must be one of {', '.join(CODECS)}")
        if self.codec == "opus" and self.sample_rate not in _OPUS_RATES:
            raise OptionError(
                f"Opus has no rate of {self.sample_rate} Hz; "
                f"it has {', '.join(map(str, _OPUS_RATES))}"
            )
        if self.shard_utterances < 1:
            raise OptionError(f"{self.shard_utterances} utterances in a shard: there must be one")


def pack(
    utterances: Sequence[Utterance],
    folder: Path,
    options: PackOptions | None = None,
    *,
    workers: Workers | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write utterances into shards and return how many shards there are.

    A shard that is there already is kept, so that an interrupted packing goes on where it was;
    one of other utterances or another codec is not written over.

    Args:
        utterances: In the order that they are packed in.
        folder: That receives the shards.
        options: How.
        workers: Each of which writes its own shards.
        progress: Called with the utterances of each shard done.

    Raises:
        AudioError: A recording cannot be read; `auricle data check --fix` leaves such out.
        OptionError: The folder holds shards of something else.
    """
    options = options or PackOptions()
    folder.mkdir(parents=True, exist_ok=True)
    size = options.shard_utterances
    shards = [
        (number, utterances[start : start + size])
        for number, start in enumerate(range(0, len(utterances), size))
    ]
    if len(list(folder.glob("cuts.*.jsonl.gz"))) > len(shards):
        raise _other(folder)
    write = partial(_write_shard, folder=folder.absolute(), options=options)
    for count in (workers or Workers()).map(write, shards, chunk=1):
        if progress is not None:
            progress(count)
    return len(shards)


def _write_shard(shard: tuple[int, Sequence[Utterance]], folder: Path, options: PackOptions) -> int:
    number, utterances = shard
    table = folder / f"cuts.{number:06}.jsonl.gz"
    sounds = folder / f"recording.{number:06}.tar"
    if table.exists():
        _check_same(table, sounds, utterances, options)
        return len(utterances)
    part = folder / f".part-{number:06}.tar"
    lines = []
    try:
        with tarfile.open(part, "w") as archive:
            for utterance in utterances:
                cut = _add(archive, utterance, options)
                lines.append(json.dumps(cut, ensure_ascii=False))
        part.replace(sounds)
    finally:
        part.unlink(missing_ok=True)
    text = "".join(f"{line}\n" for line in lines)
    partial_table = folder / f".part-{table.name}"
    partial_table.write_bytes(gzip.compress(text.encode()))
    partial_table.replace(table)
    return len(utterances)


def _check_same(
    table: Path, sounds: Path, utterances: Sequence[Utterance], options: PackOptions
) -> None:
    """Refuse a shard that is there and is of something else."""
    try:
        with gzip.open(table, "rt", encoding="utf-8") as lines:
            spoken = [json.loads(line)["supervisions"][0] for line in lines]
        with tarfile.open(sounds) as archive:
            first = archive.next()
    except (OSError, EOFError, ValueError, LookupError, tarfile.TarError):
        raise _other(table.parent) from None
    there = [(each["id"], each["text"]) for each in spoken]
    coded = first is not None and first.name.endswith(f".{options.codec}")
    if there != [(each.id, each.text) for each in utterances] or not coded:
        raise _other(table.parent)


def _other(folder: Path) -> OptionError:
    return OptionError(
        f"{folder}: it holds shards of other utterances or of another codec; give another folder, "
        "or delete them first"
    )


def _add(archive: tarfile.TarFile, utterance: Utterance, options: PackOptions) -> dict[str, Any]:
    """Add a recording and its description, as Shar wants them, and return its cut."""
    samples = read_utterance(utterance, options.sample_rate)
    seconds = len(samples) / options.sample_rate
    encoded = io.BytesIO()
    kind, subtype = CODECS[options.codec]
    soundfile.write(encoded, samples, options.sample_rate, format=kind, subtype=subtype)
    source = {"type": "memory", "channels": [0], "source": ""}
    recording = {
        "id": utterance.id,
        "sources": [source],
        "sampling_rate": options.sample_rate,
        "num_samples": len(samples),
        "duration": seconds,
        "channel_ids": [0],
    }
    _add_file(archive, f"{utterance.id}.{options.codec}", encoded.getvalue())
    _add_file(archive, f"{utterance.id}.json", json.dumps(recording).encode())
    spoken = {
        "id": utterance.id,
        "recording_id": utterance.id,
        "start": 0.0,
        "duration": seconds,
        "channel": 0,
        "text": utterance.text,
        "speaker": utterance.speaker,
        "language": utterance.language,
        "custom": {"source": utterance.source},
    }
    return {
        "id": utterance.id,
        "start": 0.0,
        "duration": seconds,
        "channel": 0,
        "supervisions": [spoken],
        "type": "MonoCut",
    }


def _add_file(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
