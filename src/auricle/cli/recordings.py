"""Which recordings a command line names, and which file each transcript goes to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from auricle.errors import AudioError, OptionError

STANDARD_INPUT = "-"

# What a folder is searched for. A file that is named may end in anything.
_SUFFIXES = """
    .wav .flac .ogg .oga .opus .mp3 .m4a .m4b .aac .mp4 .m4v .mov .mkv .mka .webm .avi .wma .wmv
    .amr .3gp .aif .aiff .aifc .au .caf .w64 .rf64 .ac3 .mp2 .ts .flv .mpg .mpeg
"""
RECORDING_SUFFIXES = frozenset(_SUFFIXES.split())


@dataclass(frozen=True)
class Recording:
    """One recording to transcribe.

    Args:
        path: Its file, or `STANDARD_INPUT`.
        output: Where its transcript goes, or None for standard output.
    """

    path: str
    output: Path | None

    @property
    def name(self) -> str:
        """What messages call it."""
        return "standard input" if self.path == STANDARD_INPUT else self.path


def find_recordings(
    paths: Iterable[str], *, recursive: bool
) -> Iterator[tuple[str, Path | AudioError]]:
    """Yield what the paths of a command line stand for, each once.

    Args:
        paths: Files, folders and `STANDARD_INPUT`.
        recursive: Take the recordings of folders and of the folders in them.

    Yields:
        The path of a recording, and where it lies below the folder that was named, or its file
        name; or the path of a folder that gives no recording, and the error that says so.
    """
    seen: set[str] = set()
    for path in paths:
        for found, place in _expand(path, recursive):
            identity = found if found == STANDARD_INPUT else os.path.realpath(found)
            if identity not in seen:
                seen.add(identity)
                yield found, place


def place_outputs(
    recordings: Iterable[tuple[str, Path]], output: str | None, suffix: str
) -> list[Recording]:
    """Decide where each transcript goes.

    Args:
        recordings: Path of each recording, and where it lies below the folder that was named.
        output: A file for one recording, a folder for several, None for standard output. A path is
            a folder if it is one, ends in a slash or has several recordings to take.
        suffix: Ending of the files in a folder, without its dot.

    Raises:
        OptionError: Two transcripts would go to one file, or one would replace a recording.
    """
    recordings = list(recordings)
    if output is None:
        return [Recording(path, None) for path, _ in recordings]
    folder = output.endswith(("/", os.sep)) or Path(output).is_dir() or len(recordings) > 1
    if folder and Path(output).suffix == f".{suffix}" and not Path(output).is_dir():
        raise OptionError(
            f"{output} can hold one transcript and there are {len(recordings)}; give a folder"
        )
    placed = [
        Recording(path, Path(output) / place.with_suffix(f".{suffix}") if folder else Path(output))
        for path, place in recordings
    ]
    _check_outputs(placed)
    return placed


def _expand(path: str, recursive: bool) -> Iterator[tuple[str, Path | AudioError]]:
    if path == STANDARD_INPUT:
        yield path, Path("stdin")
        return
    folder = Path(path)
    if not (recursive and folder.is_dir()):
        yield path, Path(folder.name)
        return
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in RECORDING_SUFFIXES and file.is_file()
    )
    if not files:
        yield path, AudioError(f"{path}: there are no recordings in this folder; check the path")
    for file in files:
        yield str(file), file.relative_to(folder)


def _check_outputs(recordings: list[Recording]) -> None:
    inputs = {os.path.realpath(recording.path) for recording in recordings}
    writers: dict[str, Recording] = {}
    for recording in recordings:
        target = os.path.realpath(recording.output or "")
        if target in inputs:
            raise OptionError(
                f"the transcript of {recording.name} would replace the recording {target}; "
                "choose another --output"
            )
        if target in writers:
            raise OptionError(
                f"the transcripts of {writers[target].name} and {recording.name} would both be "
                f"{recording.output}; give each its own --output in a run of its own"
            )
        writers[target] = recording
