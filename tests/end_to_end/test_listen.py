"""`auricle listen` with the bundled model: samples from a pipe, and a microphone made of them."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pysubs2
import pytest
import soundfile
from click.testing import CliRunner

from auricle.cli import main
from auricle.cli.listen import _METER, _last_part
from documents import command
from hearing import heard_at_once


@pytest.fixture(scope="session")
def samples(clips):
    return (next(iter(clips.values())) * 32767).astype("<i2")


@pytest.fixture(scope="session")
def expected(model, samples):
    return heard_at_once(model, samples)


def listen(*arguments, stdin=b""):
    return CliRunner().invoke(main, ["listen", *map(str, arguments)], input=stdin)


def test_a_pipe_becomes_lines(samples, expected):
    done = listen("-", stdin=samples.tobytes())
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [segment.text for segment in expected.segments]


def test_json_lines_are_the_events(samples, expected):
    done = listen("-", "--json", stdin=samples.tobytes())
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["type"] for event in events][-1] == "end"
    assert events[-1] == {"type": "end", **expected.to_dict()}


def test_another_rate_is_said(samples, model):
    done = listen("-", "--rate", 8_000, stdin=samples[::2].tobytes())
    stream = model.stream()
    stream.feed(np.ascontiguousarray(samples[::2]), sample_rate=8_000)
    heard = stream.finish()
    assert " ".join(done.stdout.split()) == heard.text


@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
def test_a_wav_header_before_the_samples_is_no_sound(samples, expected, form):
    file = io.BytesIO()
    soundfile.write(file, samples, 16_000, "PCM_16", format=form)
    done = listen("-", "--json", stdin=file.getvalue())
    assert json.loads(done.stdout.splitlines()[-1]) == {"type": "end", **expected.to_dict()}


@pytest.mark.parametrize(
    ("rate", "channels", "subtype"),
    [(44_100, 1, "PCM_16"), (16_000, 2, "PCM_16"), (16_000, 1, "PCM_U8"), (16_000, 1, "FLOAT")],
)
def test_wav_of_another_kind_is_refused_with_what_to_ask_for(samples, rate, channels, subtype):
    file = io.BytesIO()
    soundfile.write(file, np.stack([samples] * channels, axis=1), rate, subtype, format="WAV")
    done = listen("-", stdin=file.getvalue())
    assert (done.exit_code, "arecord -f S16_LE -r 16000 -c 1" in done.stderr) == (1, True)
    assert f"{rate} Hz, {channels} channels" in done.stderr


@pytest.mark.parametrize("head", [b"", b"R", b"RIFF", b"RIFF----WAVE", b"RIFF----WAVEfmt "])
def test_a_pipe_that_ends_at_once_is_silence(head):
    assert (listen("-", stdin=head).exit_code, listen("-", stdin=head).stdout) == (0, "")


# An ALSA device whose sound is a file: machines that run tests have no microphone.
ALSA = """
pcm.speech {{ type file slave {{ pcm {{ type null }} }} file /dev/null infile {path} format raw }}
"""
PROGRAMS = {
    "ffmpeg": "ffmpeg -loglevel error -i {flac} -f s16le -ac 1 -ar 16000 -",
    "sox": "sox {flac} -t raw -e signed -b 16 -c 1 -r 16000 -",
    "arecord": "arecord -q -D speech -f S16_LE -c 1 -r 16000 --samples {count}",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs_that_people_have_feed_the_pipe(program, samples, expected, tmp_path):
    """As docs/command-line.md says; skipped where the program is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    soundfile.write(tmp_path / "talk.flac", samples, 16_000)
    samples.tofile(tmp_path / "talk.raw")
    (tmp_path / "alsa.conf").write_text(ALSA.format(path=tmp_path / "talk.raw"))
    feed = PROGRAMS[program].format(flac=tmp_path / "talk.flac", count=len(samples))
    done = subprocess.run(
        f"{feed} | {Path(sys.executable).parent / 'auricle'} listen -",
        shell=True,
        env={**os.environ, "ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout.splitlines(), done.stderr) == ([s.text for s in expected.segments], "")


needs_terminal = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def on_terminal(samples, columns):
    """Listen to a pipe before a terminal; return the lines, and what is drawn, one by one."""
    import fcntl
    import pty
    import termios

    terminal, its_end = pty.openpty()
    fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", 10, columns, 0, 0))
    done = subprocess.run(
        [sys.executable, "-c", "from auricle.cli import main; main()", "listen", "-"],
        input=samples.tobytes(),
        stdout=subprocess.PIPE,
        stderr=its_end,
        timeout=60,
    )
    os.close(its_end)
    drawn = os.read(terminal, 1 << 16).decode().split("\r\x1b[K")
    os.close(terminal)
    return done.stdout.decode().splitlines(), drawn


@needs_terminal
def test_on_a_terminal_the_open_segment_is_redrawn_in_its_line(samples, expected):
    columns = 24
    lines, drawn = on_terminal(samples, columns)
    assert lines == [segment.text for segment in expected.segments]
    assert (drawn[0], drawn[-1]) == ("", "")
    assert len(drawn) > 5
    assert all(len(line) < columns and "\n" not in line for line in drawn)
    assert any(expected.words[1].text in line for line in drawn)


@needs_terminal
def test_on_a_terminal_a_meter_shows_how_loud_it_is():
    tone = np.sin(2 * np.pi * 440 * np.arange(32_000) / 16_000)
    loudness = [0.0, 0.01, 0.1, 1.0, 0.0]  # -43, -23 and -3 dB below full scale
    sound = np.concatenate([32767 * share * tone for share in loudness]).astype("<i2")
    _, drawn = on_terminal(sound, 80)
    levels = [line[0] for line in drawn if line]
    assert "█" in levels
    loudest = levels.index("█")
    assert levels[:loudest] == sorted(levels[:loudest], key=_METER.index)
    assert {" ", "▂", "▅"} <= set(levels[:loudest])
    assert levels[-1] == " "


@pytest.mark.parametrize(
    ("text", "shown"),
    [("four", "four"), ("a longer text", "…er text"), ("这是一段文字", "…段文字")],
)
def test_of_a_long_text_the_end_is_shown(text, shown):
    assert _last_part(text, 8) == shown


def test_sound_and_subtitles_are_kept(samples, expected, tmp_path):
    done = listen(
        "-", "--save", tmp_path / "a.wav", "--srt", tmp_path / "a.srt", stdin=samples.tobytes()
    )
    assert done.exit_code == 0
    kept, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert rate == 16_000
    assert np.array_equal(kept, samples)
    subtitles = pysubs2.load(str(tmp_path / "a.srt"))
    assert " ".join(line.plaintext for line in subtitles).split() == expected.text.split()


def test_sound_that_cannot_be_kept_is_told_before_anything_is_heard(samples, tmp_path):
    (tmp_path / "file").write_text("no folder")
    done = listen("-", "--save", tmp_path / "file" / "a.wav", stdin=samples.tobytes())
    assert (done.exit_code, "cannot be kept" in done.stderr, done.stdout) == (2, True, "")


@pytest.mark.parametrize("name", ["file/subtitles.srt", "folder"])
def test_subtitles_that_cannot_be_kept_are_told_before_anything_is_heard(samples, tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    done = listen("-", "--srt", tmp_path / name, stdin=samples.tobytes())
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{tmp_path / name}: subtitles cannot be kept there" in done.stderr


def test_a_file_is_for_another_command(samples):
    done = listen("talk.mp3")
    assert (done.exit_code, "auricle transcribe talk.mp3" in done.stderr) == (2, True)


class FakeSoundDevice(types.ModuleType):
    """Microphones that play samples and are then unplugged."""

    PortAudioError = type("PortAudioError", (Exception,), {})

    def __init__(self, names, samples=None):
        super().__init__("sounddevice")
        self.default = types.SimpleNamespace(device=(1, 0))
        self._names, self.samples, self.opened = names, samples, None

    def query_devices(self):
        return [
            {"name": name, "max_input_channels": channels, "default_samplerate": 16_000.0}
            for name, channels in self._names
        ]

    def InputStream(self, *, blocksize, device, callback, **options):
        self.opened = device
        samples = self.samples

        class Stream:
            active = True

            def start(self):
                for start in range(0, len(samples), blocksize):
                    callback(samples[start : start + blocksize, None], blocksize, None, None)
                self.active = False

            def close(self):
                pass

        return Stream()


@pytest.fixture
def microphones(monkeypatch, samples):
    fake = FakeSoundDevice([("Speaker", 0), ("Built-in", 1), ("Röde NT-USB", 2)], samples)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


def test_microphones_are_listed(microphones):
    lines = listen("--list-devices").stdout.splitlines()
    assert [line.split()[-1] for line in lines] == ["Built-in", "NT-USB"]
    assert lines[0].startswith("*")


@pytest.mark.parametrize(("wanted", "number"), [(None, 1), ("2", 2), ("röde", 2)])
def test_a_microphone_is_heard_until_it_is_gone(microphones, expected, wanted, number):
    done = listen(*([] if wanted is None else ["--device", wanted]))
    assert microphones.opened == number
    assert done.exit_code == 1
    assert "is gone" in done.stderr
    assert done.stdout.splitlines() == [segment.text for segment in expected.segments]


def test_the_readme_s_command_hears_the_microphone(microphones, expected):
    program, *arguments = command("README.md", "auricle listen").split()
    done = CliRunner().invoke(main, arguments)
    assert program == "auricle"
    assert done.stdout.splitlines() == [segment.text for segment in expected.segments]


def test_a_number_is_no_part_of_a_name(monkeypatch, samples):
    fake = FakeSoundDevice([("USB 1", 1), ("Built-in", 1)], samples)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    listen("--device", 1)
    assert fake.opened == 1


def test_a_missing_microphone_is_named(microphones):
    done = listen("--device", "blue")
    assert (done.exit_code, "1 (Built-in), 2 (Röde" in done.stderr) == (1, True)


def test_a_machine_without_a_microphone_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSoundDevice([("Speaker", 0)]))
    done = listen()
    assert (done.exit_code, "auricle listen -" in done.stderr) == (1, True)
    assert listen("--list-devices").exit_code == 1


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    done = listen()
    assert (done.exit_code, "auricle[mic]" in done.stderr) == (1, True)
