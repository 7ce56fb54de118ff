"""`auricle listen`: the microphone, or samples from a pipe, as text while they arrive."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auricle.cli.failures import debug_option
from auricle.cli.layout import layout_options, take_layout
from auricle.cli.live_sources import open_blocks, source_options
from auricle.cli.transcribe import write_whole
from auricle.errors import AudioError, OptionError
from auricle.writers import open_writer

if TYPE_CHECKING:
    from auricle.events import Event
    from auricle.stream import Stream

_METER = " ▁▂▃▄▅▆▇█"
_METER_FLOOR_DB = -60.0


@click.command()
@source_options
@click.option("--list-devices", is_flag=True, help="List the microphones; then stop.")
@click.option("--json", "as_json", is_flag=True, help="Write events as lines of JSON.")
@click.option("--save", type=click.Path(path_type=Path), help="Keep the sound, as WAV.")
@click.option("--srt", type=click.Path(path_type=Path), help="Write subtitles at the end.")
@layout_options
@debug_option
def listen(
    source: str | None,
    device: str | None,
    rate: int,
    model_name: str,
    no_scorer: bool,
    hot_words: dict[str, float],
    list_devices: bool,
    as_json: bool,
    save: Path | None,
    srt: Path | None,
    **layout: float,
) -> None:
    """Turn what is said into text, live, until Ctrl-C or the end of the input.

    Without an argument the microphone is listened to. With - standard input is: 16-bit mono
    samples of --rate, raw or behind a WAV header, as these write them:

    ffmpeg -i URL -f s16le -ac 1 -ar 16000 - | auricle listen -

    sox FILE -t raw -e signed -b 16 -c 1 -r 16000 - | auricle listen -

    arecord -f S16_LE -c 1 -r 16000 | auricle listen -
    """
    if list_devices:
        _show_devices()
        return
    import auricle

    writer = open_writer("srt", take_layout(layout))
    if srt is not None:
        _check_writable(srt)
    model = auricle.load(model_name)
    show: _Lines | _JsonLines = _JsonLines() if as_json else _Lines()
    with (
        open_blocks(source, device, rate) as (blocks, source_rate),
        _kept(blocks, save, source_rate) as kept,
        model.stream(use_scorer=not no_scorer, hot_words=hot_words) as stream,
    ):
        failure = _follow(stream, kept, source_rate, show)
        transcript = stream.finish()
        show.tell(stream.take_events())
    if srt is not None:
        write_whole(srt, writer.write(transcript))
    if failure is not None:
        raise failure


def _follow(
    stream: Stream, blocks: Iterable[Any], sample_rate: int, show: _Lines | _JsonLines
) -> AudioError | None:
    """Hear blocks until their end or Ctrl-C; return what ended them if it was a failure.

    The last words are worth having even where the microphone was unplugged.
    """
    try:
        for block in blocks:
            stream.feed(block, sample_rate=sample_rate)
            show.meter(block)
            show.tell(stream.take_events())
    except KeyboardInterrupt:  # the usual way to stop
        return None
    except AudioError as error:
        return error
    return None


class _JsonLines:
    """Every event as a line of JSON on standard output."""

    def tell(self, events: list[Event]) -> None:
        from auricle.events import event_to_dict

        for event in events:
            line = json.dumps(event_to_dict(event), ensure_ascii=False) + "\n"
            sys.stdout.buffer.write(line.encode())
            sys.stdout.flush()

    def meter(self, block: Any) -> None:
        """Show nothing: lines of JSON are for programs."""


class _Lines:
    """Segments as lines on standard output; the open one below them, where there is a terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._level = _METER[0]
        self._partial = ""

    def tell(self, events: list[Event]) -> None:
        for event in events:
            if event.kind == "final":
                self._clear()
                sys.stdout.buffer.write(f"{event.segment.text}\n".encode())
                sys.stdout.flush()
                self._partial = ""
            elif event.kind == "partial":
                self._partial = event.text
        self._draw()
        if any(event.kind == "end" for event in events):
            self._clear()

    def meter(self, block: Any) -> None:
        """Remember how loud it is, for the next drawing."""
        import numpy as np

        power = float(np.mean((block.astype(np.float32) / 32768.0) ** 2)) if len(block) else 0.0
        decibels = 10.0 * float(np.log10(max(power, 1e-12)))
        share = min(1.0, max(0.0, 1.0 - decibels / _METER_FLOOR_DB))
        self._level = _METER[round(share * (len(_METER) - 1))]

    def _draw(self) -> None:
        if not self._live:
            return
        room = max(10, os.get_terminal_size(sys.stderr.fileno()).columns - 4)
        sys.stderr.write(f"\r\x1b[K{self._level} {_last_part(self._partial, room)}")
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _last_part(text: str, room: int) -> str:
    """Return what of a text fits into so many columns of a line, from its end."""
    from auricle.subtitles import text_width

    if text_width(text) <= room:
        return text
    while text_width(text) > room - 1:
        text = text[1:]
    return f"…{text}"


def _check_writable(path: Path) -> None:
    """Say before an hour of listening, not after it, that a file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise OptionError(f"{path}: subtitles cannot be kept there: {error.strerror}") from error


@contextlib.contextmanager
def _kept(blocks: Iterable[Any], path: Path | None, rate: int) -> Iterator[Iterable[Any]]:
    """Write blocks to a WAV file as they pass, if a path is given."""
    if path is None:
        yield blocks
        return
    import soundfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = soundfile.SoundFile(path, "w", rate, 1, "PCM_16", format="WAV")
    except (OSError, soundfile.LibsndfileError) as error:
        raise OptionError(f"{path}: the sound cannot be kept there: {error}") from error
    with file:

        def passing() -> Iterator[Any]:
            for block in blocks:
                file.write(block)
                yield block

        yield passing()


def _show_devices() -> None:
    from auricle.microphone import list_devices

    devices = list_devices()
    if not devices:
        click.echo("auricle: there is no microphone", err=True)
        raise click.exceptions.Exit(1)
    for device in devices:
        mark = "*" if device.is_default else " "
        click.echo(f"{mark} {device.number:3}  {device.sample_rate:6} Hz  {device.name}")
