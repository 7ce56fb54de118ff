"""Layouts that are nobody's in particular: tables, Kaldi's data folders, text files beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auricle.errors import OptionError
from auricle.manifest import Utterance, read_manifest

AUDIO_SUFFIXES = frozenset(
    [
        ".wav",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".mp3",
        ".m4a",
        ".aac",
        ".mp4",
        ".webm",
        ".sph",
        ".aiff",
        ".aif",
    ]
)


def audio_files(folder: Path) -> list[Path]:
    """Return the recordings below a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)


def read_table(path: Path) -> Iterator[tuple[str, Utterance]]:
    """Read a CSV or TSV of path and text, or each of a folder as a part."""
    tables = [path]
    if path.is_dir():
        tables = sorted(table for ending in ("*.csv", "*.tsv") for table in path.glob(ending))
        if not tables:
            raise OptionError(f"{path}: there is no .csv or .tsv in it; give the table itself")
    for table in tables:
        part = table.stem if path.is_dir() else ""
        for utterance in read_manifest(table):
            yield part, utterance


def read_folder(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read recordings that have a text file of the same name beside them.

    A folder that recordings lie in names their speaker, if there are several such folders.

    Raises:
        OptionError: No recording has a text file beside it.
    """
    pairs = [(path, path.with_suffix(".txt")) for path in audio_files(folder)]
    pairs = [(audio, text) for audio, text in pairs if text.exists()]
    if not pairs:
        raise OptionError(
            f"{folder}: no recording in it has a .txt of the same name beside it; write them"
        )
    several = len({audio.parent for audio, _ in pairs}) > 1
    for audio, text in pairs:
        place = audio.relative_to(folder)
        yield (
            "",
            Utterance(
                place.with_suffix("").as_posix().replace("/", "-"),
                str(audio),
                " ".join(text.read_text(encoding="utf-8-sig").split()),
                speaker=place.parent.as_posix() if several else "",
            ),
        )


def read_kaldi(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read a Kaldi data folder, or each folder below that is one as a part.

    `wav.scp` and `text` are needed, `segments` and `utt2spk` taken where they are.

    Raises:
        OptionError: There is no such folder, or a recording is the output of a command.
    """
    folders = sorted(path.parent for path in folder.rglob("wav.scp"))
    if not folders:
        raise OptionError(f"{folder}: there is no wav.scp in it; give a Kaldi data folder")
    for data in folders:
        part = "" if data == folder else data.relative_to(folder).as_posix().replace("/", "-")
        for utterance in _read_kaldi_data(data):
            yield part, utterance


def _read_kaldi_data(data: Path) -> Iterator[Utterance]:
    recordings = _kaldi_table(data / "wav.scp")
    speakers = _kaldi_table(data / "utt2spk")
    segments = _kaldi_table(data / "segments")
    for name, text in _kaldi_table(data / "text").items():
        recording, start, duration = name, 0.0, None
        if segments:
            recording, begin, end = segments[name].split()[:3]
            start, duration = float(begin), float(end) - float(begin)
        path = recordings[recording].strip()
        if path.endswith("|"):
            raise OptionError(
                f"{data / 'wav.scp'}: {recording} is the output of a command ({path}); "
                "run it into files and name those"
            )
        yield Utterance(
            name,
            str(data / path) if (data / path).exists() else path,
            text,
            start,
            duration,
            speaker=speakers.get(name, ""),
        )


def _kaldi_table(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    rows = (line.split(None, 1) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {row[0]: row[1].strip() if len(row) > 1 else "" for row in rows}
