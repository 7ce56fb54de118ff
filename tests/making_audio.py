"""Recordings for the tests, made when they run."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
import soundfile

# ending: (FFmpeg's name of the container, codec)
FFMPEG_FORMATS = {
    "m4a": ("ipod", "aac"),
    "mp4": ("mp4", "aac"),
    "mkv": ("matroska", "aac"),
    "webm": ("webm", "libopus"),
    "avi": ("avi", "mp3"),
    "aac": ("adts", "aac"),
}
# ending or kind: (libsndfile's format, subtype)
SOUNDFILE_FORMATS = {
    "wav8": ("WAV", "PCM_U8"),
    "wav16": ("WAV", "PCM_16"),
    "wav24": ("WAV", "PCM_24"),
    "wav32f": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "aiff": ("AIFF", "PCM_16"),
    "au": ("AU", "PCM_16"),
    "caf": ("CAF", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "rf64": ("RF64", "PCM_16"),
}


def tone(frequency: float, seconds: float, sample_rate: int, channels: int = 1) -> np.ndarray:
    """Return a sine of amplitude 0.4, float32 (S, C)."""
    times = np.arange(round(seconds * sample_rate)) / sample_rate
    wave = 0.4 * np.sin(2 * np.pi * frequency * times)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def encode(samples: np.ndarray, sample_rate: int, kind: str) -> bytes:
    """Return the bytes of a file of float32 (S, C)."""
    if kind in SOUNDFILE_FORMATS:
        name, subtype = SOUNDFILE_FORMATS[kind]
        file = io.BytesIO()
        soundfile.write(file, samples, sample_rate, format=name, subtype=subtype)
        return file.getvalue()
    return encode_with_ffmpeg(samples, sample_rate, *FFMPEG_FORMATS[kind])


def encode_with_ffmpeg(
    samples: np.ndarray, sample_rate: int, container_name: str, codec: str
) -> bytes:
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[samples.shape[1]]
    file = io.BytesIO()
    with av.open(file, "w", format=container_name) as container:
        stream = container.add_stream(codec, rate=sample_rate)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout=layout
        )
        frame.sample_rate = sample_rate
        frame.pts = 0
        queue = av.AudioFifo()
        queue.write(frame)
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=sample_rate)
        done = 0
        while (part := queue.read(1024, partial=True)) is not None:
            for converted in resampler.resample(part):
                # Without times the container cannot tell the encoder's padding from sound.
                converted.pts, converted.time_base = done, Fraction(1, sample_rate)
                done += converted.samples
                container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return file.getvalue()


def film_without_sound() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 32
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def film_with_sound(sound: np.ndarray, sample_rate: int, picture_seconds: int) -> bytes:
    """Return a Matroska film of float32 (S, 1) sound and a black picture of its own length."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        pictures = container.add_stream("mpeg4", rate=5)
        pictures.width = pictures.height = 32
        samples = container.add_stream("pcm_s16le", rate=sample_rate)
        samples.layout = "mono"
        frame = av.AudioFrame.from_ndarray(
            np.round(sound.T * 32767).astype(np.int16), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts = sample_rate, 0
        container.mux(samples.encode(frame))
        container.mux(samples.encode(None))
        for _ in range(5 * picture_seconds):
            picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            container.mux(pictures.encode(picture))
        container.mux(pictures.encode(None))
    return file.getvalue()
