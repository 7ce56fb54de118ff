from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest
import soundfile

from auricle.audio import audio_duration, open_audio, read_audio
from auricle.errors import AudioError, OptionError
from making_audio import (
    FFMPEG_FORMATS,
    SOUNDFILE_FORMATS,
    encode,
    encode_with_ffmpeg,
    film_with_sound,
    tone,
)

RATE = 16_000


def frequency_of(waveform: np.ndarray, sample_rate: int = RATE) -> float:
    spectrum = np.abs(np.fft.rfft(waveform * np.hanning(len(waveform))))
    return float(np.argmax(spectrum)) * sample_rate / len(waveform)


def assert_is_tone(waveform: np.ndarray, seconds: float, padding: float = 0.0) -> None:
    assert waveform.dtype == np.float32
    assert waveform.ndim == 1
    assert len(waveform) / RATE == pytest.approx(seconds, abs=0.05 + padding)
    assert frequency_of(waveform) == pytest.approx(440, abs=2)
    middle = waveform[len(waveform) // 4 : len(waveform) // 2]
    # The root mean square: encoders overshoot for moments.
    assert np.sqrt(2 * np.mean(middle**2)) == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize("kind", [*SOUNDFILE_FORMATS, *FFMPEG_FORMATS])
def test_every_format_gives_its_tone_at_the_models_rate(kind):
    rate = 48_000 if kind in ("opus", "webm") else 44_100
    data = encode(tone(440, 2, rate, channels=2), rate, kind)
    assert_is_tone(read_audio(data, RATE), 2)
    assert audio_duration(data) == pytest.approx(2, abs=0.06)


@pytest.mark.parametrize("kind", ["wav16", "flac", "mp3", "m4a"])
@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000])
def test_every_rate_is_resampled(kind, rate):
    # AAC ends with a whole frame, whose rest is silence.
    padding = 1024 / rate if kind == "m4a" else 0.0
    assert_is_tone(read_audio(encode(tone(440, 1.5, rate), rate, kind), RATE), 1.5, padding)


@pytest.mark.parametrize("rate", [96_000, 192_000])
@pytest.mark.parametrize("kind", ["wav16", "flac"])
def test_studio_rates_are_resampled(kind, rate):
    assert_is_tone(read_audio(encode(tone(440, 1, rate), rate, kind), RATE), 1)


@pytest.mark.parametrize("kind", ["wav16", "flac", "m4a", "mkv", "webm"])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_every_channel_count_is_mixed(kind, channels):
    data = encode(tone(440, 1, 48_000, channels), 48_000, kind)
    # 5.1 in AAC filters its last channel, the bass, so that the mean is lower.
    assert frequency_of(read_audio(data, RATE)) == pytest.approx(440, abs=2)
    if (kind, channels) not in [("m4a", 6), ("mkv", 6), ("webm", 6)]:
        assert_is_tone(read_audio(data, RATE), 1)


def test_the_mix_is_the_mean_of_the_channels():
    left, right = np.full(1000, 0.5, np.float32), np.full(1000, -0.25, np.float32)
    mixed = read_audio(np.stack([left, right], axis=1), RATE, source_rate=RATE)
    assert mixed == pytest.approx(np.full(1000, 0.125))


def test_no_rate_change_means_the_very_samples():
    samples = tone(440, 0.3, RATE)[:, 0]
    assert np.array_equal(read_audio(samples, RATE, source_rate=RATE), samples)


@pytest.mark.parametrize(
    ("dtype", "full_scale"),
    [(np.int16, 2**15), (np.int32, 2**31), (np.float32, 1), (np.float64, 1), (">i2", 2**15)],
)
def test_every_dtype_has_full_scale_at_one(dtype, full_scale):
    samples = np.array([0, 0.5, -0.5, -1.0]) * full_scale
    read = read_audio(samples.astype(dtype), RATE, source_rate=RATE)
    assert read == pytest.approx([0, 0.5, -0.5, -1.0])


def test_overshoot_is_clipped():
    read = read_audio(np.array([1.5, -3.0, 0.1]), RATE, source_rate=RATE)
    assert read == pytest.approx([1.0, -1.0, 0.1])


def test_path_file_pipe_and_bytes_give_the_same(tmp_path):
    data = encode(tone(440, 1, 44_100), 44_100, "m4a")
    path = tmp_path / "talk.m4a"
    path.write_bytes(data)
    expected = read_audio(data, RATE)
    with path.open("rb") as file:
        assert np.array_equal(read_audio(file, RATE), expected)
        assert not file.closed
    assert np.array_equal(read_audio(path, RATE), expected)
    assert np.array_equal(read_audio(str(path), RATE), expected)
    assert np.array_equal(read_audio(memoryview(data), RATE), expected)
    assert np.array_equal(read_audio(Pipe(data), RATE), expected)


class Pipe:
    """What `sys.stdin.buffer` is behind a `|`: no seeking, short reads."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 1000))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_named_pipe_is_read_through(tmp_path):
    data = encode(tone(440, 1, RATE), RATE, "flac")
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(data,))
    writer.start()
    assert len(read_audio(path, RATE)) == RATE
    writer.join()


def test_a_file_is_read_from_where_its_owner_stopped():
    data = encode(tone(440, 1, RATE), RATE, "wav16")
    file = io.BytesIO(b"header" + data)
    file.seek(6)
    assert len(read_audio(file, RATE)) == RATE


def test_blocks_have_one_length_and_then_the_rest():
    samples = np.zeros(2500, np.int16)
    with open_audio(samples, 1000, source_rate=1000, block_seconds=1.0) as audio:
        assert audio.duration == 2.5
        assert [len(block) for block in audio] == [1000, 1000, 500]
        assert audio.position == 2.5


def test_a_reader_is_taken_where_a_source_is():
    with open_audio(np.zeros(2000), 1000, source_rate=1000) as audio:
        assert open_audio(audio, 1000) is audio
        with pytest.raises(OptionError, match="open_audio"):
            open_audio(audio, 16_000)


def test_a_closed_reader_gives_nothing():
    audio = open_audio(encode(tone(440, 1, RATE), RATE, "flac"), RATE)
    audio.close()
    audio.close()
    assert list(audio) == []


def test_sound_shorter_than_its_film_is_whole():
    film = film_with_sound(tone(440, 2, RATE), RATE, picture_seconds=6)
    assert_is_tone(read_audio(film, RATE), 2)


def test_a_wav_that_a_pipe_wrote_states_no_length():
    data = bytearray(encode(tone(440, 1, RATE), RATE, "wav16"))
    at = data.index(b"data")
    data[at + 4 : at + 8] = b"\xff\xff\xff\xff"
    assert len(read_audio(bytes(data), RATE)) == RATE


def test_bytes_behind_an_mp3_are_no_damage():
    data = encode(tone(440, 1, 44_100), 44_100, "mp3")
    tag = b"TAG" + b"A talk".ljust(125, b"\0")
    assert_is_tone(read_audio(data + tag, RATE), 1)


def test_an_mp3_that_does_not_state_its_length_is_read_to_its_end():
    samples = np.concatenate([tone(440, 6, 44_100), np.zeros((6 * 44_100, 1), np.float32)])
    samples[:44_100] += np.random.default_rng(2).normal(0, 0.3, (44_100, 1))
    file = io.BytesIO()
    soundfile.write(file, samples, 44_100, format="MP3", bitrate_mode="VARIABLE")
    data = file.getvalue()
    bare = data[data.index(b"\xff\xfb", data.index(b"Xing")) :]
    assert len(read_audio(bare, RATE)) / RATE == pytest.approx(12, abs=0.06)


def test_joined_mp3_files_are_read_to_their_end():
    data = encode(tone(440, 2, 44_100), 44_100, "mp3")
    assert len(read_audio(data + data, RATE)) / RATE == pytest.approx(4, abs=0.15)


def test_a_flac_that_a_pipe_wrote_states_no_length():
    data = bytearray(encode(tone(440, 2, 44_100), 44_100, "flac"))
    data[21] &= 0xF0  # the count of samples is the last 36 bits before the checksum
    data[22:26] = bytes(4)
    assert_is_tone(read_audio(bytes(data), RATE), 2)


def test_cover_art_is_not_a_film():
    data = encode_with_ffmpeg(tone(440, 1, 44_100), 44_100, "mp3", "mp3")
    picture = b"APIC" + (1000).to_bytes(4, "big") + bytes(1002)
    size = bytes([0, 0, len(picture) >> 7, len(picture) & 127])
    art = b"ID3\3\0\0" + size + picture
    start = data.index(b"\xff\xfb")
    assert_is_tone(read_audio(art + data[start:], RATE), 1)


def test_an_array_needs_its_rate_and_a_file_has_it():
    with pytest.raises(OptionError, match="sample_rate="):
        open_audio(np.zeros(10), RATE)
    with pytest.raises(OptionError, match="a file says its own"):
        open_audio(encode(tone(440, 1, RATE), RATE, "flac"), RATE, source_rate=8000)


@pytest.mark.parametrize("rate", [0, -1, 999, 768_001])
def test_absurd_rates_are_refused(rate):
    with pytest.raises(OptionError, match="1000 to 768000"):
        open_audio(np.zeros(10), RATE, source_rate=rate)
    with pytest.raises(OptionError, match="1000 to 768000"):
        open_audio(np.zeros(10), rate, source_rate=RATE)


def test_memory_does_not_grow_with_the_recording(tmp_path):
    def peak(seconds: int) -> int:
        path = tmp_path / f"{seconds}.wav"
        with soundfile.SoundFile(path, "w", 44_100, 2, "PCM_16") as file:
            for _ in range(seconds):
                file.write(np.zeros((44_100, 2), np.int16))
        tracemalloc.start()
        with open_audio(path, RATE) as audio:
            samples = sum(len(block) for block in audio)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert samples == seconds * RATE
        return most

    assert peak(120) < peak(6) + 100_000


def test_ffmpeg_is_loaded_only_for_what_needs_it():
    program = (
        "import sys, numpy, auricle.audio;"
        "auricle.audio.read_audio(numpy.zeros(99), 16000, source_rate=16000);"
        "print('av' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_damage_is_passed_over_when_allowed():
    data = encode(tone(440, 4, 44_100), 44_100, "flac")
    with pytest.raises(AudioError, match="damaged"):
        read_audio(data[: len(data) // 2], RATE)
    part = read_audio(data[: len(data) // 2], RATE, allow_damaged=True)
    assert 1 < len(part) / RATE < 3
    assert frequency_of(part) == pytest.approx(440, abs=2)
