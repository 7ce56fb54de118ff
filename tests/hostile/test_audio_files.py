"""Files that are not what they seem: each is a named error that says what to do."""

from __future__ import annotations

import io

import numpy as np
import pytest

from auricle.audio import open_audio, read_audio
from auricle.errors import AudioError
from making_audio import (
    FFMPEG_FORMATS,
    SOUNDFILE_FORMATS,
    encode,
    encode_with_ffmpeg,
    film_without_sound,
    tone,
)

RATE = 16_000


@pytest.fixture(scope="module")
def recordings():
    # Noise, because a bare tone fits into so few bytes that a part of them holds none of it.
    noise = np.random.default_rng(5).normal(0, 0.1, (192_000, 1)).astype(np.float32)
    wave = tone(440, 4, 48_000) + noise
    return {kind: encode(wave, 48_000, kind) for kind in (*SOUNDFILE_FORMATS, *FFMPEG_FORMATS)}


def assert_refused(source, *words: str, **options) -> None:
    with pytest.raises(AudioError) as caught:
        read_audio(source, RATE, **options)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_a_missing_file(tmp_path):
    assert_refused(tmp_path / "talk.wav", "talk.wav", "no such file", "check the path")


def test_a_folder(tmp_path):
    assert_refused(tmp_path, "folder", "--recursive")


def test_a_path_with_a_zero_byte():
    assert_refused("a\0b", "cannot be opened")


def test_a_web_address():
    assert_refused("https://example.org/talk.mp3", "download it first")


def test_an_empty_file(tmp_path):
    path = tmp_path / "talk.wav"
    path.write_bytes(b"")
    assert_refused(path, "talk.wav", "empty", "0 bytes")
    assert_refused(b"", "empty")


def test_a_text_file_named_wav(tmp_path):
    path = tmp_path / "talk.wav"
    path.write_text("Dear listener, this is a letter.\n" * 50)
    assert_refused(path, "talk.wav", "text file")


@pytest.mark.parametrize("name", ["talk.wav", "talk.txt", "talk.nfo", "talk.ass"])
@pytest.mark.parametrize("text", ["x", "Grüße\n", "1\n00:00:01,000 --> 00:00:02,000\nhello\n"])
def test_a_text_of_any_name(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert_refused(path, name)


def test_a_file_opened_as_text(tmp_path):
    path = tmp_path / "talk.wav"
    path.write_bytes(encode(tone(440, 1, RATE), RATE, "wav16"))
    with path.open(encoding="latin-1") as file:
        assert_refused(file, '"rb"')


def test_noise():
    assert_refused(np.random.default_rng(1).bytes(20_000), "no known audio format")


def test_samples_without_a_header(tmp_path):
    path = tmp_path / "talk.raw"
    path.write_bytes(np.zeros(1000, np.int16).tobytes())
    assert_refused(path, "ffmpeg -f s16le")


def test_a_film_without_sound():
    assert_refused(film_without_sound(), "no sound", "audio track")


def test_a_playlist_may_not_reach_other_files(tmp_path):
    (tmp_path / "secret.wav").write_bytes(encode(tone(440, 1, RATE), RATE, "wav16"))
    (tmp_path / "secret.aac").write_bytes(encode(tone(440, 1, RATE), RATE, "aac"))
    playlists = {
        "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n{}/secret.aac\n"
        "#EXT-X-ENDLIST\n",
        "list.ffconcat": "ffconcat version 1.0\nfile '{}/secret.wav'\n",
    }
    for name, text in playlists.items():
        path = tmp_path / name
        path.write_text(text.format(tmp_path))
        assert_refused(path, name)


# What is last in Matroska is an index for seeking, without which all sound is there.
CUTS = [
    (kind, share)
    for kind in (*SOUNDFILE_FORMATS, *FFMPEG_FORMATS)
    for share in ((0.8, 0.5, 0.2) if kind in ("mkv", "webm") else (0.999, 0.8, 0.5, 0.2))
]


@pytest.mark.parametrize(("kind", "share"), CUTS)
def test_a_truncated_file_is_never_taken_for_a_whole_one(recordings, kind, share):
    data = recordings[kind]
    assert_refused(data[: int(share * len(data))], "allow_damaged=True")


STATING = set(SOUNDFILE_FORMATS) - {"flac"} | {"m4a", "mp4", "avi"}


@pytest.mark.parametrize("kind", sorted(STATING))
def test_most_truncated_files_are_refused_before_they_are_decoded(recordings, kind):
    data = recordings[kind]
    with pytest.raises(AudioError, match="truncated"):
        open_audio(data[: len(data) // 2], RATE)


def test_a_truncated_mp3_without_a_length_in_its_header():
    data = encode_with_ffmpeg(tone(440, 4, 44_100), 44_100, "mp3", "mp3")
    bare = data[data.index(b"\xff\xfb", data.index(b"Info") + 4) :]
    assert len(read_audio(bare, RATE)) > 3.9 * RATE
    for cut in (101, 5003, 20_011):
        assert_refused(bare[:-cut], "truncated", "last frame")


@pytest.mark.parametrize("kind", ["wav16", "aiff", "flac", "ogg", "mp3", "mkv", "webm", "avi"])
def test_the_part_that_is_there_can_be_had(recordings, kind):
    data = recordings[kind]
    part = read_audio(data[: len(data) // 2], RATE, allow_damaged=True)
    assert 1.5 < len(part) / RATE < 2.5


@pytest.mark.parametrize("kind", ["flac", "ogg", "mp3", "m4a", "mkv", "webm", "wav16"])
def test_any_cut_is_an_error_or_sound(recordings, kind):
    data = recordings[kind]
    for size in [*range(1, 200, 7), *range(200, len(data), len(data) // 12)]:
        for allow_damaged in (False, True):
            try:
                read = read_audio(data[:size], RATE, allow_damaged=allow_damaged)
            except AudioError:
                continue
            assert len(read) <= 4.1 * RATE


@pytest.mark.parametrize("kind", ["flac", "ogg", "mp3", "m4a", "mkv", "webm", "wav16"])
def test_flipped_bytes_are_an_error_or_sound(recordings, kind):
    random = np.random.default_rng(7)
    for _ in range(12):
        data = np.frombuffer(recordings[kind], np.uint8).copy()
        data[random.integers(0, len(data), 40)] ^= 0x5A
        try:
            read = read_audio(data.tobytes(), RATE)
        except AudioError:
            continue
        assert np.isfinite(read).all()


def test_a_wav_of_no_samples():
    assert_refused(encode(np.zeros((0, 1), np.float32), RATE, "wav16"), "no samples")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_float_wav_with_a_value_that_is_no_number(bad):
    wave = tone(440, 2, RATE)
    wave[24_000] = bad
    assert_refused(encode(wave, RATE, "wav32f"), "1.500 s", "NaN or infinite", "16-bit")


@pytest.mark.parametrize("rate", [1, 100, 2_000_000])
def test_a_wav_of_an_absurd_rate(rate):
    data = bytearray(encode(tone(440, 1, RATE), RATE, "wav16"))
    data[24:28] = rate.to_bytes(4, "little")
    assert_refused(bytes(data), str(rate), "1000 to 768000")


def test_a_wav_of_no_channels():
    data = bytearray(encode(tone(440, 1, RATE), RATE, "wav16"))
    data[22:24] = bytes(2)
    assert_refused(bytes(data))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(0, np.float32), ["no samples"]),
        (np.zeros((0, 2), np.int16), ["no samples"]),
        (np.zeros((100, 0), np.int16), ["no samples"]),
        (np.full(100, np.nan, np.float32), ["NaN"]),
        (np.full(100, np.inf), ["infinite"]),
        (np.zeros((2, 16_000), np.float32), ["(2, 16000)", "array.T"]),
        (np.zeros((4, 4, 4), np.float32), ["(4, 4, 4)", "(S, C)"]),
        (np.array(0.5), ["()"]),
        (np.zeros(100, np.uint8), ["uint8", "int16"]),
        (np.zeros(100, np.int64), ["int64", "int16"]),
        (np.zeros(100, bool), ["bool", "int16"]),
        (np.zeros(100, np.complex64), ["complex64"]),
        (np.array(["a"]), ["dtype"]),
        (np.array([0.0, 12_000.0]), ["12000", "[-1, 1]"]),
    ],
    ids=lambda value: None if isinstance(value, list) else f"{value.dtype}{value.shape}",
)
def test_an_array_that_is_no_recording(array, words):
    assert_refused(array, *words, source_rate=RATE)


@pytest.mark.parametrize("source", [None, 3, [0.1, 0.2], object()])
def test_what_is_no_source_at_all(source):
    assert_refused(source, "pass")


def test_a_pipe_that_breaks():
    class Broken:
        def read(self, size: int = -1) -> bytes:
            if size == 0:
                return b""
            raise OSError(5, "Input/output error")

    assert_refused(Broken(), "Input/output error")


def test_a_refused_file_of_the_caller_stays_open():
    file = io.BytesIO(b"no audio")
    assert_refused(file)
    assert not file.closed
