"""Manifests: which utterances a set of recordings holds, and what is said in them.

Four layouts are read, told apart by the ending and the heading:

    .jsonl .jsonl.gz   lhotse's cuts, one a line, with recordings in files
    a folder           lhotse's Shar, which `auricle data pack` writes
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
import soundfile

from auricle.audio import Waveform, read_audio
from auricle.audio_sources import open_decoder
from auricle.errors import AudioError, OptionError
from auricle.shards import Member, read_shards

__all__ = [
    "MANIFEST_ENDINGS",
    "Utterance",
    "measure",
    "read_manifest",
    "read_utterance",
    "write_manifest",
]

MANIFEST_ENDINGS = (".jsonl", ".jsonl.gz")  # of manifests that are written

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
        place: Offset and size in bytes, where the file is an archive of many recordings.
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
    place: tuple[int, int] | None = None

    @property
    def recording(self) -> str | Member:
        """What the audio is read from."""
        return self.audio if self.place is None else Member(self.audio, self.place)

    @property
    def whole(self) -> bool:
        """Whether it is known to be all of its recording."""
        if self.start != 0.0 or self.channel is not None:
            return False
        if self.duration is None:
            return True
        return self.samples > 0 and self.samples / self.sample_rate - self.duration < 0.01


def read_manifest(path: str | Path) -> list[Utterance]:
    """Read the utterances of a manifest.

    Raises:
        OptionError: The file is missing, of another layout, or a line of it is wrong.
    """
    path = Path(path)
    suffixes = "".join(path.suffixes[-2:]).lower()
    try:
        if path.is_dir():
            return [_packed(*each) for each in read_shards(path)]
        if suffixes.endswith(MANIFEST_ENDINGS):
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
        f"{path}: a manifest ends in .jsonl.gz or .jsonl (lhotse's cuts), .csv or .tsv, "
        "or is a folder that `auricle data pack` wrote; `auricle data import` makes one"
    )


def write_manifest(utterances: Iterable[Utterance], path: str | Path) -> int:
    """Write measured utterances as lhotse's cuts and return how many they are.

    The file appears only when it is whole.

    Raises:
        OptionError: The path ends in something else than .jsonl.gz or .jsonl.
    """
    path = Path(path)
    if not path.name.endswith(MANIFEST_ENDINGS):
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
    with closing(open_decoder(utterance.recording, None, allow_damaged=False)) as decoder:
        rate, seconds = decoder.sample_rate, decoder.duration
        if seconds is None:
            seconds = sum(len(block) for block in decoder.blocks()) / rate
    if not seconds:
        raise AudioError(
            f"{utterance.audio}: there are no samples in it; leave it out, or record it again"
        )
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
    if utterance.whole:
        return read_audio(utterance.recording, sample_rate)
    part = _read_part(utterance)
    samples, rate = part if part is not None else _decode_part(utterance)
    return read_audio(samples, sample_rate, source_rate=rate)


def _read_part(utterance: Utterance) -> tuple[Waveform, int] | None:
    """Read a part of a recording (S, C) without what lies before it, where libsndfile can."""
    try:
        with soundfile.SoundFile(utterance.recording) as file:
            if file.format in ("MP3", "MPEG"):  # sounds wrong for a while after a jump
                return None
            frames = _frames(utterance, file.samplerate)
            file.seek(min(frames.start, file.frames))
            count = -1 if frames.stop is None else frames.stop - frames.start
            samples = file.read(count, dtype="float32", always_2d=True)
            return _chosen_channel(utterance, samples), file.samplerate
    except (soundfile.SoundFileError, TypeError, OSError):
        return None


def _decode_part(utterance: Utterance) -> tuple[Waveform, int]:
    """Decode a recording and return a part of it (S, C)."""
    with closing(open_decoder(utterance.recording, None, allow_damaged=False)) as decoder:
        samples = np.concatenate(list(decoder.blocks()))  # (S, C)
        frames = _frames(utterance, decoder.sample_rate)
        return _chosen_channel(utterance, samples[frames]), decoder.sample_rate


def _frames(utterance: Utterance, rate: int) -> slice:
    start = round(utterance.start * rate)
    if utterance.duration is None:
        return slice(start, None)
    return slice(start, start + round(utterance.duration * rate))


def _chosen_channel(utterance: Utterance, samples: Waveform) -> Waveform:
    """Return one channel of samples (S, C), or all where none is chosen."""
    channel = utterance.channel
    if channel is None:
        return samples
    if channel >= samples.shape[1]:
        raise AudioError(
            f"{utterance.audio}: channel {channel} is asked for and there are {samples.shape[1]}, "
            "counted from 0; correct the manifest"
        )
    return samples[:, channel : channel + 1]


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


def _packed(
    cut: Mapping[str, Any], recording: Mapping[str, Any], archive: Path, place: tuple[int, int]
) -> Utterance:
    source = {"type": "file", "source": str(archive)}
    utterance = _utterance({**cut, "recording": {**recording, "sources": [source]}})
    return replace(utterance, place=place)


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
    if utterance.place is not None:
        raise OptionError(
            f"{utterance.id} is packed into {utterance.audio}; write the manifest that was packed"
        )
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
