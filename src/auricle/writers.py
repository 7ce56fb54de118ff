"""Transcripts as files: one class for each format, found by its name in `WRITERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from auricle.errors import OptionError
from auricle.subtitles import SubtitleLayout, layout_cues
from auricle.transcript import Transcript


class Writer(Protocol):
    """A format that a transcript can be written in."""

    def write(self, transcript: Transcript) -> str:
        """Return the whole file, with a line end after its last line."""


class TxtWriter:
    """The words alone, one segment a line."""

    def write(self, transcript: Transcript) -> str:
        """Return the text; it is empty for silence."""
        return "".join(f"{segment.text}\n" for segment in transcript.segments)


class JsonWriter:
    """Everything the transcript holds; `Transcript.from_dict` reads it back."""

    def write(self, transcript: Transcript) -> str:
        """Return `transcript.to_json()`."""
        return transcript.to_json() + "\n"


class TsvWriter:
    """A table of the segments: start and end in seconds, and the text, between tabulators."""

    def write(self, transcript: Transcript) -> str:
        """Return the table with its heading."""
        rows = [
            f"{segment.start:.3f}\t{segment.end:.3f}\t{' '.join(segment.text.split())}\n"
            for segment in transcript.segments
        ]
        return "start\tend\ttext\n" + "".join(rows)


@dataclass(frozen=True)
class SrtWriter:
    """SubRip subtitles, which every player reads."""

    layout: SubtitleLayout = field(default_factory=SubtitleLayout)

    def write(self, transcript: Transcript) -> str:
        """Return the numbered cues."""
        return "\n".join(
            f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{_lines(cue.lines)}\n"
            for number, cue in enumerate(layout_cues(transcript, self.layout), start=1)
        )


@dataclass(frozen=True)
class VttWriter:
    """WebVTT subtitles, which browsers read."""

    layout: SubtitleLayout = field(default_factory=SubtitleLayout)

    def write(self, transcript: Transcript) -> str:
        """Return the cues, with the characters that WebVTT reserves escaped."""
        cues = [
            f"\n{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n"
            f"{_escaped(chr(10).join(cue.lines))}\n"
            for cue in layout_cues(transcript, self.layout)
        ]
        return "WEBVTT\n" + "".join(cues)


WRITERS: Mapping[str, Callable[[SubtitleLayout], Writer]] = MappingProxyType(
    {
        "txt": lambda layout: TxtWriter(),
        "json": lambda layout: JsonWriter(),
        "srt": SrtWriter,
        "vtt": VttWriter,
        "tsv": lambda layout: TsvWriter(),
    }
)


def open_writer(name: str, layout: SubtitleLayout | None = None) -> Writer:
    """Return the writer of a format.

    Args:
        name: A key of `WRITERS`, which is also the ending of its files.
        layout: The rules for subtitles, the defaults if None.

    Raises:
        OptionError: There is no such format.
    """
    if name not in WRITERS:
        raise OptionError(f"there is no format {name!r}; choose one of {', '.join(WRITERS)}")
    return WRITERS[name](layout or SubtitleLayout())


def _clock(seconds: float, point: str) -> str:
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{ms // 1000:02}{point}{ms % 1000:03}"


def _lines(lines: tuple[str, ...]) -> str:
    # SubRip has no escapes; only its own arrow would end the cue's text.
    return "\n".join(lines).replace("-->", "->")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
