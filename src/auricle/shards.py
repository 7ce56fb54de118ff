"""Shards that `auricle data pack`, or lhotse, wrote: a folder of archives read as a manifest.

    cuts.000000.jsonl.gz     what is said, a line each                (lhotse's Shar)
    recording.000000.tar     the audio, and its rate and length beside, in the same order

Every recording is read by itself, from its place in the archive, so that any order is quick.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auricle.errors import AudioError, OptionError

_CUTS = "cuts.*.jsonl.gz"


class Member(io.BytesIO):
    """A recording in an archive, with a name for messages."""

    def __init__(self, path: str, place: tuple[int, int]) -> None:
        """Read it.

        Args:
            path: Of the archive.
            place: Offset and size in it, bytes.

        Raises:
            AudioError: The archive is missing or shorter.
        """
        offset, size = place
        try:
            with Path(path).open("rb") as file:
                file.seek(offset)
                content = file.read(size)
        except OSError as error:
            raise AudioError(f"{path}: the archive cannot be read ({error.strerror})") from error
        if len(content) < size:
            raise AudioError(f"{path}: the archive ends before its recordings; pack it again")
        super().__init__(content)
        self.name = f"{path}, byte {offset}"


def read_shards(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any], Path, Any]]:
    """Yield the cut, its recording, the archive, and its offset and size in it.

    Raises:
        OptionError: The folder holds no shards, or one whose parts do not belong together.
    """
    tables = sorted(folder.glob(_CUTS))
    if not tables:
        raise OptionError(
            f"{folder}: there is no {_CUTS} in it; `auricle data pack` makes such a folder"
        )
    for table in tables:
        archive = folder / table.name.replace("cuts.", "recording.").replace(".jsonl.gz", ".tar")
        try:
            with gzip.open(table, "rt", encoding="utf-8") as lines:
                cuts = [json.loads(line) for line in lines]
            recordings = list(_read_archive(archive))
        except (OSError, EOFError, ValueError, KeyError, tarfile.TarError) as error:
            raise OptionError(f"{table}: the shard cannot be read ({error})") from error
        if [cut["id"] for cut in cuts] != [recording["id"] for recording, _ in recordings]:
            raise OptionError(f"{archive}: it holds other recordings than {table.name}; pack again")
        for cut, (recording, place) in zip(cuts, recordings, strict=True):
            yield cut, recording, archive, place


def _read_archive(path: Path) -> Iterator[tuple[dict[str, Any], tuple[int, int]]]:
    """Yield the description and the place of each recording."""
    with tarfile.open(path) as archive:
        audio = None
        for member in archive:
            if not member.name.endswith(".json"):
                audio = member
                continue
            content = archive.extractfile(member)
            if content is None or audio is None:
                raise ValueError(f"{member.name} in it has no audio before it")
            yield json.load(content), (audio.offset_data, audio.size)
            audio = None
