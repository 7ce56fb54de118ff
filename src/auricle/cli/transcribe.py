"""`auricle transcribe`: recordings in, one transcript each out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auricle.cli.failures import debug_option, show_failure
from auricle.cli.layout import layout_options, take_layout
from auricle.cli.live_sources import parse_hot_words
from auricle.cli.model_options import model_option, threads_option
from auricle.cli.progress import describe_speed, describe_time, show_progress
from auricle.cli.recordings import STANDARD_INPUT, Recording, find_recordings, place_outputs
from auricle.errors import AudioError, OptionError
from auricle.writers import WRITERS, Writer, open_writer

if TYPE_CHECKING:
    from auricle.decoder import DecodingOptions, EndpointOptions
    from auricle.model import Model
    from auricle.transcript import Transcript


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(list(WRITERS)),
    help="Format of the transcript; else the ending of --output, else txt.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    help="Write to this file, or into this folder; else to standard output.",
)
@click.option("-r", "--recursive", is_flag=True, help="Take all recordings in folders.")
@model_option
@click.option(
    "--scorer",
    metavar="FILE",
    help="A scorer.lm of your own instead of the model's; see `auricle lm build`.",
)
@click.option("--no-scorer", is_flag=True, help="Decode without the language model.")
@click.option("--beam", type=click.IntRange(min=1), help="Hypotheses kept at each step.")
@click.option(
    "--alternatives",
    type=click.IntRange(min=1),
    help="Readings to give, for the format json.",
)
@click.option(
    "--network",
    is_flag=True,
    help="Give the confusion network of each segment, for the format json.",
)
@click.option(
    "--hot-word",
    "hot_words",
    multiple=True,
    metavar="WORD:BOOST",
    callback=parse_hot_words,
    help="Expect this word, as in auricle:6.0. May be repeated.",
)
@click.option(
    "--grammar",
    metavar="FILE",
    help="Hear only what a grammar gives: phrases, one a line, or a JSGF file.",
)
@click.option(
    "--unknown-phrase-cost",
    type=click.FloatRange(min=0.0),
    metavar="COST",
    help="With --grammar: hear other speech too, at this cost (natural log), as in 20.",
)
@click.option(
    "--pause",
    type=click.FloatRange(min=0.0, min_open=True),
    metavar="SECONDS",
    help="Silence that ends a segment; else as the model says.",
)
@click.option(
    "--unsure-pause",
    type=click.FloatRange(min=0.0, min_open=True),
    metavar="SECONDS",
    help="Silence that ends a segment whose words are still uncertain; longer than --pause.",
)
@click.option(
    "--certainty",
    type=click.FloatRange(min=0.0, max=1.0),
    metavar="SHARE",
    help="With --unsure-pause: share of the likeliest text that makes it certain; else 0.5.",
)
@click.option(
    "--longest",
    type=click.FloatRange(min=1.0),
    metavar="SECONDS",
    help="Length from which a segment ends at the next short pause; else as the model says.",
)
@threads_option
@layout_options
@click.option("--allow-damaged", is_flag=True, help="Take what can be decoded of broken files.")
@debug_option
def transcribe(
    files: tuple[str, ...],
    format_name: str | None,
    output: str | None,
    recursive: bool,
    allow_damaged: bool,
    **search: Any,
) -> None:
    """Turn recordings into text.

    FILES are recordings or films of any format, folders with --recursive, or - for standard
    input. The transcript goes to standard output, or to --output. Every file is tried; the exit
    status is 0 only if each was transcribed.
    """
    format_name = format_name or _format_of(output)
    writer = open_writer(format_name, take_layout(search))
    if search["unknown_phrase_cost"] is not None and search["grammar"] is None:
        raise OptionError("--unknown-phrase-cost goes with a grammar; add --grammar FILE")
    for name in ("alternatives", "network"):
        if search[name] and format_name != "json":
            raise OptionError(f"--{name} is written as json only; add -f json")
    found = list(find_recordings(files, recursive=recursive))
    recordings = place_outputs(
        [(path, place) for path, place in found if isinstance(place, Path)], output, format_name
    )
    if output is None and len(recordings) > 1 and format_name != "txt":
        raise OptionError(
            f"{len(recordings)} transcripts as {format_name} need a folder; add -o FOLDER/"
        )
    errors = [place for _, place in found if isinstance(place, AudioError)]
    for error in errors:
        show_failure(error)
    if recordings:
        batch = _Batch(*_load(**search), writer, allow_damaged)
        failed = len(errors) + batch.run(recordings)
    else:
        failed = len(errors)
    if failed:
        raise click.exceptions.Exit(1)


@dataclass
class _Batch:
    """Recordings transcribed one after the other with one model."""

    model: Model
    options: DecodingOptions
    endpoint: EndpointOptions | None
    writer: Writer
    allow_damaged: bool
    audio_seconds: float = 0.0
    done: int = 0

    def run(self, recordings: Sequence[Recording]) -> int:
        """Transcribe each recording and return how many failed."""
        began = time.monotonic()
        headed = len(recordings) > 1
        try:
            for recording in recordings:
                self._try(recording, headed)
        except KeyboardInterrupt:
            click.echo(
                f"auricle: interrupted after {self.done} of {len(recordings)} recordings, "
                "which are kept",
                err=True,
            )
            raise click.exceptions.Exit(130) from None
        if len(recordings) > 1:
            self._summarise(len(recordings), time.monotonic() - began)
        return len(recordings) - self.done

    def _try(self, recording: Recording, headed: bool) -> None:
        try:
            transcript = self._transcribe(recording)
            self._write(recording, transcript, headed)
        except BrokenPipeError:
            raise
        except Exception as error:  # whatever it is, the other recordings are transcribed
            show_failure(error, subject=recording.name)
            return
        self.done += 1
        self.audio_seconds += transcript.duration
        if not transcript.words:
            what = "no speech" if self.options.grammar is None else "nothing that the grammar gives"
            click.echo(f"auricle: {recording.name}: {what} was heard", err=True)

    def _transcribe(self, recording: Recording) -> Transcript:
        from auricle.audio import open_audio

        source: Any = recording.path
        if source == STANDARD_INPUT:
            source = sys.stdin.buffer
        with (
            open_audio(source, self.model.sample_rate, allow_damaged=self.allow_damaged) as audio,
            show_progress(recording.name, audio.duration) as progress,
        ):
            return self.model.transcribe(
                audio, options=self.options, endpoint=self.endpoint, progress=progress
            )

    def _write(self, recording: Recording, transcript: Transcript, headed: bool) -> None:
        text = self.writer.write(transcript)
        if recording.output is not None:
            write_whole(recording.output, text)
            return
        heading = f"==> {recording.name} <==\n" if headed else ""
        # UTF-8 whatever the locale: a pipe on Windows could not take most scripts.
        sys.stdout.buffer.write((heading + text).encode())
        sys.stdout.flush()

    def _summarise(self, count: int, elapsed_seconds: float) -> None:
        click.echo(
            f"auricle: {self.done} of {count} recordings transcribed, "
            f"{describe_time(self.audio_seconds)} of audio in {describe_time(elapsed_seconds)} "
            f"({describe_speed(self.audio_seconds, elapsed_seconds)})",
            err=True,
        )


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that it is never seen half-written, making its folder if need be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _format_of(output: str | None) -> str:
    suffix = Path(output or "").suffix[1:].lower()
    return suffix if suffix in WRITERS else "txt"


def _load(
    model_name: str,
    scorer: str | None,
    hot_words: dict[str, float],
    grammar: str | None,
    unknown_phrase_cost: float | None,
    threads: int,
    **search: Any,
) -> tuple[Model, DecodingOptions, EndpointOptions | None]:
    import auricle  # onnxruntime and the decoder load now, not for `--help` or a wrong option
    from auricle.decoder import DecodingOptions
    from auricle.grammar import load_grammar

    fields = {
        "beam_width": search["beam"],
        "alternatives": search["alternatives"],
        "grammar": load_grammar(grammar) if grammar is not None else None,
        "unknown_phrase_cost": unknown_phrase_cost,
    }
    options = DecodingOptions(
        use_scorer=not search["no_scorer"],
        network=search["network"],
        hot_words=hot_words,
        **{name: value for name, value in fields.items() if value is not None},
    )
    model = auricle.load(model_name, scorer=scorer, threads=threads)
    return model, options, _endpoint(model.endpoint, **search)


def _endpoint(given: EndpointOptions, **search: Any) -> EndpointOptions | None:
    """Return the model's endpoint rules, `given`, as the options change them; None as they are."""
    rules = {
        "silence": search["pause"],
        "unsure_silence": search["unsure_pause"],
        "certainty": search["certainty"],
        "maximum": search["longest"],
    }
    changed = {name: value for name, value in rules.items() if value is not None}
    pause, unsure_pause = changed.get("silence", given.silence), changed.get("unsure_silence")
    if unsure_pause is not None and unsure_pause < pause:
        raise OptionError(
            f"--unsure-pause is {unsure_pause} s, shorter than the pause after certain words, "
            f"{pause} s; make it longer, or give a shorter --pause"
        )
    return replace(given, **changed) if changed else None
