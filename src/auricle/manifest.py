"""Manifests: which utterances a set of recordings holds, and what is said in them.

Three layouts are read, told apart by the ending and the heading:

    .jsonl .jsonl.gz   lhotse's cuts, one a line, with recordings in files
    .csv .tsv          a heading and a row for each recording: `path` and `text`, or what else these
                       columns are called by Common Voice (`path`, `sentence`) and DeepSpeech
                       (`wav_filename`, `wav_filesize`, `transcript`); `id`, `speaker`, `source` and
                       `language` where there are such columns

Paths in a table are relative to its folder, those of cuts to the current one, as for lhotse. What
is written are lhotse's cuts; lhotse itself is not needed for either.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from auricle.audio import Waveform, read_audio
from auricle.audio_sources import open_decoder
from auricle.errors import AudioError, OptionError

__all__ = ["Utterance", "measure", "read_manifest", "read_utterance", "write_manifest"]

_COLUMNS = {
    "audio": ("path", "audio", "wav_filename", "file", "filename"),
    "text": ("text", "transcript", "sentence"),
    "id": ("id",),
    "speaker": ("speaker", "client_id", "speaker_id"),
    "source": ("source",),
    "language": ("language", "locale"),
}


@dataclass(frozen=True)
class Utterance:
    """A stretch of a recording and what is said in it.

    Args:
        id: What reports call it.
        audio: Path of the recording.
        text: What is said; empty if that is not known.
        start: Seconds of the recording before it.
        duration: Seconds it lasts; None for a recording that was not measured: all of it.
        channel: Channel of the recording that it is in; None for all of them, mixed.
        speaker: Who says it, or empty.
        source: The corpus it is from, or empty.
        language: BCP 47 code, or empty.
        sample_rate: Of the recording, Hz; 0 if it was not measured.
        samples: Of the whole recording, for each channel; 0 if it was not measured.
    """

    id: str
    audio: str
    text: str
    start: float = 0.0
    duration: float | None = None
    channel: int | None = None
    speaker: str = ""
    source: str = ""
    language: str = ""
    sample_rate: int = 0
    samples: int = 0

    @property
    def whole(self) -> bool:
        """Whether it is all of its recording."""
        if self.duration is None:
            return True
        rest = self.samples / max(self.sample_rate, 1) - self.duration
        return self.start == 0.0 and self.channel is None and rest < 0.01


def read_manifest(path: str | Path) -> list[Utterance]:
    """Read the utterances of a manifest.

    Raises:
        OptionError: The file is missing, of another layout, or a line of it is wrong.
    """
    path = Path(path)
    suffixes = "".join(path.suffixes[-2:]).lower()
    try:
        if suffixes.endswith((".jsonl", ".jsonl.gz")):
            return list(_read_cuts(path))
        if suffixes.endswith((".csv", ".tsv")):
            return list(_read_table(path))
    except FileNotFoundError:
        raise OptionError(
            f"{path}: there is no such manifest; `auricle data import` makes one"
        ) from None
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise OptionError(f"{path}: the manifest cannot be read ({error})") from error
    raise OptionError(
        f"{path}: a manifest ends in .jsonl.gz or .jsonl (lhotse's cuts), .csv or .tsv; "
        "`auricle data import` makes one"
    )


def write_manifest(utterances: Iterable[Utterance], path: str | Path) -> int:
    """Write measured utterances as lhotse's cuts and return how many they are.

    The file appears only when it is whole.

    Raises:
        OptionError: The path ends in something else than .jsonl.gz or .jsonl.
    """
    path = Path(path)
    if not path.name.endswith((".jsonl", ".jsonl.gz")):
        raise OptionError(f"{path}: a manifest is written as .jsonl.gz or .jsonl; name it so")
    part = path.with_name(f".part-{path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    try:
        with _open_text(part, "wt") as file:
            for utterance in utterances:
                file.write(json.dumps(_cut(utterance), ensure_ascii=False) + "\n")
                count += 1
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def measure(utterance: Utterance) -> Utterance:
    """Return an utterance with its duration and the rate and length of its recording.

    Raises:
        AudioError: The recording is missing, empty or not audio.
    """
    if utterance.duration is not None and utterance.samples:
        return utterance
    with closing(open_decoder(utterance.audio, None, allow_damaged=False)) as decoder:
        rate, seconds = decoder.sample_rate, decoder.duration
        if seconds is None:
            seconds = sum(len(block) for block in decoder.blocks()) / rate
    if utterance.start >= seconds:
        raise AudioError(
            f"{utterance.audio}: {utterance.id} would start at {utterance.start} s, and the "
            f"recording lasts {seconds:.2f} s; correct the manifest"
        )
    duration = utterance.duration or seconds - utterance.start
    return replace(utterance, duration=duration, sample_rate=rate, samples=round(seconds * rate))


def read_utterance(utterance: Utterance, sample_rate: int) -> Waveform:
    """Read what an utterance sounds like.

    Returns:
        float32 (S,) in [-1, 1].

    Raises:
        AudioError: The recording is missing, damaged, holds no audio or lacks the channel.
    """
    if utterance.channel is None:
        samples = read_audio(utterance.audio, sample_rate)
    else:
        samples = _read_channel(utterance.audio, utterance.channel, sample_rate)
    if utterance.whole:
        return samples
    start = round(utterance.start * sample_rate)
    duration = utterance.duration if utterance.duration is not None else float("inf")
    return samples[start : min(len(samples), round(start + duration * sample_rate))]


def _read_channel(path: str, channel: int, sample_rate: int) -> Waveform:
    with closing(open_decoder(path, None, allow_damaged=False)) as decoder:
        blocks = list(decoder.blocks())  # (S, C) each
        channels = blocks[0].shape[1] if blocks else 0
        if channel >= channels:
            raise AudioError(
                f"{path}: channel {channel} is asked for and there are {channels}, counted from 0; "
                "correct the manifest"
            )
        samples = np.concatenate([block[:, channel] for block in blocks])
    return read_audio(samples, sample_rate, source_rate=decoder.sample_rate)


def _read_cuts(path: Path) -> Iterator[Utterance]:
    with _open_text(path, "rt") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield _utterance(json.loads(line))
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise OptionError(
                    f"{path}: line {number} is not a lhotse cut of a recording in a file "
                    f"({type(error).__name__}: {error}); import the data again"
                ) from error


def _utterance(cut: Mapping[str, Any]) -> Utterance:
    if cut["type"] != "MonoCut":
        raise ValueError(f"it is a {cut['type']}, and only MonoCut has one recording")
    recording = cut["recording"]
    (source,) = recording["sources"]
    if source["type"] != "file":
        raise ValueError(f"its audio is kept as {source['type']}, not as a file")
    spoken = cut["supervisions"][0] if cut["supervisions"] else {}
    return Utterance(
        id=cut["id"],
        audio=source["source"],
        text=spoken.get("text") or "",
        start=cut["start"],
        duration=cut["duration"],
        channel=cut["channel"] if len(recording["channel_ids"]) > 1 else None,
        speaker=spoken.get("speaker") or "",
        source=(spoken.get("custom") or {}).get("source") or "",
        language=spoken.get("language") or "",
        sample_rate=recording["sampling_rate"],
        samples=recording["num_samples"],
    )


def _cut(utterance: Utterance) -> dict[str, Any]:
    measured = measure(utterance)
    channel = measured.channel or 0
    # lhotse takes a recording's channels from the file; naming one more says that one is chosen.
    channels = [0] if measured.channel is None else list(range(max(2, channel + 1)))
    spoken = {
        "id": measured.id,
        "recording_id": measured.id,
        "start": 0.0,
        "duration": measured.duration,
        "channel": channel,
        "text": measured.text,
        "speaker": measured.speaker,
        "language": measured.language,
        "custom": {"source": measured.source},
    }
    recording = {
        "id": measured.id,
        "sources": [{"type": "file", "channels": channels, "source": measured.audio}],
        "sampling_rate": measured.sample_rate,
        "num_samples": measured.samples,
        "duration": measured.samples / measured.sample_rate,
        "channel_ids": channels,
    }
    return {
        "id": measured.id,
        "start": measured.start,
        "duration": measured.duration,
        "channel": channel,
        "supervisions": [spoken],
        "recording": recording,
        "type": "MonoCut",
    }


def _read_table(path: Path) -> Iterator[Utterance]:
    text = path.read_text(encoding="utf-8-sig")
    tabs = path.suffix.lower() == ".tsv" or "\t" in text.partition("\n")[0]
    rows = csv.DictReader(
        io.StringIO(text),
        delimiter="\t" if tabs else ",",
        # Sentences of Common Voice hold lone quotation marks.
        quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL,
    )
    columns = {
        field: next((name for name in names if name in (rows.fieldnames or ())), None)
        for field, names in _COLUMNS.items()
    }
    for field in ("audio", "text"):
        if columns[field] is None:
            raise OptionError(
                f"{path}: no column of the heading is the {field}; name one "
                f"{' or '.join(_COLUMNS[field][:3])}"
            )
    for row in rows:
        values = {field: row[name] or "" for field, name in columns.items() if name}
        values["audio"] = str(path.parent / values["audio"])
        yield Utterance(**{"id": Path(values["audio"]).stem, **values})  # type: ignore[arg-type]


def _open_text(path: Path, mode: str) -> io.TextIOBase:
    opened = gzip.open if path.name.endswith(".gz") else open
    return opened(path, mode, encoding="utf-8")  # type: ignore[return-value]
