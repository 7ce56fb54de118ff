"""`auricle align`: a recording and its text in, the time of each word out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auricle.cli.failures import debug_option
from auricle.cli.model_options import model_option, threads_option
from auricle.cli.progress import describe_time, show_progress
from auricle.cli.recordings import STANDARD_INPUT
from auricle.cli.transcribe import write_whole
from auricle.errors import OptionError

if TYPE_CHECKING:
    from auricle.alignment import Alignment

FORMATS = ("tsv", "json", "srt", "vtt", "textgrid")
# Longer lists of differences are in the output.
_MAX_SHOWN = 8


@click.command()
@click.argument("recording", metavar="RECORDING")
@click.argument("text", metavar="TEXT", type=click.Path(allow_dash=True))
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    help="Format of the alignment; else the ending of --output, else tsv.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to this file, not standard output.")
@model_option
@threads_option
@debug_option
def align(
    recording: str,
    text: str,
    format_name: str | None,
    output: str | None,
    model_name: str,
    threads: int,
) -> None:
    """Find when each word of a text is said in a recording.

    TEXT is a file in UTF-8, as people write it, or - for standard input. The output keeps its
    words. Words that were not said and speech that the text lacks are told on standard error.
    """
    if recording == STANDARD_INPUT == text:
        raise OptionError("standard input cannot be both the recording and the text; name one file")
    format_name = format_name or _format_of(output)
    alignment = _align(recording, _read_text(text), model_name, threads)
    from auricle.alignment_writers import write_alignment

    written = write_alignment(alignment, format_name)
    if output is not None:
        write_whole(Path(output), written)
    else:
        sys.stdout.buffer.write(written.encode())
        sys.stdout.flush()
    _tell_differences(alignment)


def _align(recording: str, text: str, model_name: str, threads: int) -> Alignment:
    import auricle  # onnxruntime loads now, not for `--help` or a wrong option
    from auricle.audio import open_audio

    model = auricle.load(model_name, threads=threads)
    source: Any = sys.stdin.buffer if recording == STANDARD_INPUT else recording
    with (
        open_audio(source, model.sample_rate) as audio,
        show_progress(recording, audio.duration) as progress,
    ):
        return model.align(audio, text, progress=progress)


def _read_text(path: str) -> str:
    data = sys.stdin.buffer.read() if path == STANDARD_INPUT else Path(path).read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OptionError(
            f"{path}: byte {error.start} is not UTF-8; save the text in that encoding"
        ) from None


def _format_of(output: str | None) -> str:
    suffix = Path(output or "").suffix[1:].lower()  # Praat itself writes .TextGrid
    return suffix if suffix in FORMATS else "tsv"


def _tell_differences(alignment: Alignment) -> None:
    unsaid = alignment.unsaid
    if unsaid:
        shown = " ".join(word.text for word in unsaid[:_MAX_SHOWN])
        more = " ..." if len(unsaid) > _MAX_SHOWN else ""
        click.echo(
            f"auricle: {len(unsaid)} of {len(alignment.words)} words were not heard: {shown}{more}",
            err=True,
        )
    if alignment.extra:
        seconds = sum(stretch.end - stretch.start for stretch in alignment.extra)
        places = [describe_time(stretch.start) for stretch in alignment.extra[:_MAX_SHOWN]]
        more = " ..." if len(alignment.extra) > _MAX_SHOWN else ""
        click.echo(
            f"auricle: {seconds:.1f} seconds of speech are not in the text, "
            f"at {', '.join(places)}{more}",
            err=True,
        )
