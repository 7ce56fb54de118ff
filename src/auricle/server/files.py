"""A file from a pipe into words, in a thread, without ever holding all of it.

MP4 and its kin are the exception: their index often lies behind the sound, so that they have to be
held, up to `Limits.held_bytes`.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from auricle.audio import AudioReader, open_audio
from auricle.audio_decoders import FFmpegDecoder, UnknownFormat
from auricle.errors import AudioError
from auricle.model import Model
from auricle.server.metrics import Metrics
from auricle.server.options import Limits
from auricle.server.pipes import BytePipe
from auricle.server.problems import Problem
from auricle.transcript import Segment, Transcript


def transcribe_pipe(
    model: Model,
    pipe: BytePipe,
    choices: dict[str, Any],
    limits: Limits,
    metrics: Metrics,
    tell: Callable[[Segment], None],
) -> Transcript:
    """Transcribe what comes through a pipe.

    Args:
        model: What hears it.
        pipe: The bytes of a recording of any format; closed at the end.
        choices: Fields of `DecodingOptions`.
        limits: Of the server.
        metrics: Where the work is counted.
        tell: Called for each segment when it has ended.

    Raises:
        AudioError: The bytes are no recording, or a broken one.
        OptionError: A choice is outside its range.
        Problem: The recording is longer than allowed.
    """
    began, told = time.thread_time(), 0
    try:
        stream = model.stream(low_latency=False, **choices)
        with _open(pipe, model.sample_rate, limits) as reader:
            for block in reader:
                if pipe.abandoned:
                    raise AudioError("the upload was abandoned")
                _check_length(reader.position, limits)
                stream.feed(block)
                for segment in stream.segments[told:]:
                    tell(segment)
                told = len(stream.segments)
        if pipe.broken_off:
            raise AudioError("the upload was broken off")
        transcript = stream.finish()
    finally:
        pipe.close()
    for segment in transcript.segments[told:]:
        tell(segment)
    work = time.thread_time() - began
    metrics.work_seconds.labels("file").inc(work)
    metrics.audio_seconds.labels("file").inc(transcript.duration)
    if transcript.duration:
        metrics.real_time_factor.observe(work / transcript.duration)
    return transcript


def _open(pipe: BytePipe, sample_rate: int, limits: Limits) -> AudioReader:
    head = pipe.peek(12)
    if not head:
        raise AudioError("the file is empty (0 bytes); record or copy it again")
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
        return open_audio(_held(pipe, limits.held_bytes), sample_rate)
    try:
        decoder = FFmpegDecoder(pipe, "recording", allow_damaged=False)  # type: ignore[arg-type]
    except UnknownFormat:
        raise AudioError(
            "no known audio format; the file is damaged, or something else than a recording"
        ) from None
    return AudioReader(decoder, sample_rate, sample_rate)


def _held(pipe: BytePipe, limit: int) -> io.BytesIO:
    held = io.BytesIO()
    while data := pipe.read():
        held.write(data)
        if held.tell() > limit:
            raise Problem(
                "too_large",
                f"an MP4 file has to be held in memory and is above the limit of {limit} bytes; "
                "send its sound as MP3, Ogg, FLAC or WAV",
            )
    held.seek(0)
    return held


def _check_length(seconds: float, limits: Limits) -> None:
    if seconds > limits.file_seconds:
        raise Problem(
            "too_long",
            f"the recording is above the limit of {limits.file_seconds:g} s; send it in parts",
        )
