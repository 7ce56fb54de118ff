"""The examples run and say what their recordings hold."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hearing import heard_at_once

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name, *arguments, stdin=b""):
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments], input=stdin, capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.fixture(scope="session")
def speech(clips):
    return next(iter(clips.values()))


@pytest.mark.skipif(shutil.which("flite") is None, reason="needs flite, which speaks")
@pytest.mark.parametrize(
    ("spoken", "answer"),
    [
        ("turn on the red light", "-> the red light goes on\n"),
        ("please turn off the blue light", "-> the blue light goes off\n"),
    ],
)
def test_the_assistant_does_what_it_is_told(spoken, answer, tmp_path):
    command = ["flite", "-voice", "slt", "-t", spoken, "-o", tmp_path / "command.wav"]
    subprocess.run(command, check=True)
    samples, rate = soundfile.read(tmp_path / "command.wav", dtype="int16")
    assert rate == 16_000
    in_a_room = np.pad(samples, (rate // 2, rate)).astype("<i2")
    assert run("voice_assistant.py", "-", stdin=in_a_room.tobytes()) == answer


def test_the_assistant_knows_what_is_no_command(speech):
    said = run("voice_assistant.py", "-", stdin=(speech * 32767).astype("<i2").tobytes())
    assert said.startswith("not a command: ")
    assert "->" not in said


def test_captions_end_with_the_text(model, speech):
    samples = (speech * 32767).astype("<i2")
    shown = run("terminal_captions.py", "-", stdin=samples.tobytes())
    assert heard_at_once(model, samples).text in shown


def a_call(speech):
    silence = np.zeros_like(speech)
    left, right = np.concatenate([speech, silence]), np.concatenate([silence, speech])
    return (np.stack([left, right], axis=1) * 32767).astype("<i2")


def test_a_call_becomes_a_dialogue(speech, tmp_path):
    soundfile.write(tmp_path / "call.wav", a_call(speech), 16_000)
    lines = run("call_recorder.py", tmp_path / "call.wav").splitlines()
    assert [line.split()[1] for line in (lines[0], lines[-1])] == ["left", "right"]


def test_a_call_is_kept_while_it_is_transcribed(speech, tmp_path):
    call, path = a_call(speech), tmp_path / "call.wav"
    lines = run("call_recorder.py", "-", path, stdin=call.tobytes()).splitlines()
    assert [line.split()[1] for line in (lines[0], lines[-1])] == ["left", "right"]
    assert np.array_equal(soundfile.read(path, dtype="int16")[0], call)
    assert sorted(lines) == run("call_recorder.py", path).splitlines()
