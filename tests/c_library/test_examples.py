"""The programs of capi/examples hear what Python hears."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import auricle
from auricle.package import find_package
from c_library.c_interface import library_name
from documents import ROOT, command
from hearing import heard_at_once

EXAMPLES = ROOT / "capi" / "examples"
JNA = Path("/usr/share/java/jna.jar")
PACKAGE = find_package("en")


def tool(*names: str) -> None:
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")


@pytest.fixture(scope="module")
def heard(recordings):
    return heard_at_once(auricle.load(PACKAGE), next(iter(recordings.values())))


@pytest.fixture
def run(c_build, tmp_path):
    """Run a command where libauricle is found; return what it writes, and fail where it fails."""

    def run_it(*arguments: object, **options: object) -> str:
        environment = {**os.environ, "LD_LIBRARY_PATH": str(c_build / "capi")}
        done = subprocess.run(
            [str(part) for part in arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            **options,  # type: ignore[call-overload]
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    return run_it


@pytest.fixture
def program(c_build):
    def find(name: str) -> Path:
        return next(c_build.rglob(f"example_{name}"))

    return find


def test_transcribe_writes_python_s_json(run, program, raw, recordings):
    samples = next(iter(recordings.values()))
    heard = auricle.load(PACKAGE).transcribe(samples, sample_rate=16_000)
    given = json.loads(run(program("transcribe"), PACKAGE, raw))
    assert given["text"] == heard.text
    assert set(given) == set(json.loads(heard.to_json()))


def test_stream_writes_a_line_for_each_segment(run, program, raw):
    audio = (raw.read_bytes() + bytes(2 * 32_000)) * 2
    written = run(program("stream"), PACKAGE, input=audio)
    lines = [line.split("\r")[-1].strip() for line in written.split("\n")]
    heard = heard_at_once(auricle.load(PACKAGE), np.frombuffer(audio, np.int16))
    assert len(lines) >= 2
    assert lines[0] == heard.segments[0].text


def test_the_guide_s_pipe_from_ffmpeg(run, program, raw, heard):
    tool("ffmpeg")
    line = command("docs/c-api.md", "ffmpeg -i talk.mp3")
    recording = f"-f s16le -ar 16000 -ac 1 -i {raw}"
    line = line.replace("-i talk.mp3", recording).replace("models/en", str(PACKAGE))
    line = line.replace("build/c/capi/examples/example_stream", str(program("stream")))
    written = run("sh", "-c", line)
    assert written.split("\r")[-1].strip() == heard.segments[-1].text


def test_raii_writes_the_words_with_their_starts(run, program, raw):
    lines = run(program("raii"), PACKAGE, raw).splitlines()
    starts = [float(line.split("\t")[0]) for line in lines]
    assert len(lines) > 3
    assert starts == sorted(starts)


@pytest.mark.parametrize("name", ["transcribe", "raii"])
def test_an_example_says_what_is_wrong(program, raw, name):
    done = subprocess.run([program(name), "no-model", raw], capture_output=True, text=True)
    assert done.returncode == 1
    assert "no-model" in done.stderr


def test_java(run, c_build, raw, heard):
    tool("java", "javac")
    if not JNA.exists():
        pytest.skip(f"needs {JNA}: Debian calls it libjna-java")
    path = f"-Djna.library.path={c_build / 'capi'}"
    written = run("java", path, "-cp", JNA, EXAMPLES / "Transcribe.java", PACKAGE, raw)
    assert written == heard.text + "\n"


@pytest.fixture
def dot_net_program(run):
    tool("mcs")
    run("mcs", "-out:Transcribe.exe", EXAMPLES / "Transcribe.cs")
    return "Transcribe.exe"


def test_dot_net_by_mono(run, dot_net_program, raw, heard):
    tool("mono")
    assert run("mono", dot_net_program, PACKAGE, raw) == heard.text + "\n"


def test_dot_net_by_microsoft(run, dot_net_program, raw, heard, tmp_path):
    found = find_spec("dotnetcore2")
    if found is None or found.origin is None:
        pytest.skip("needs the Python package dotnetcore2, which carries Microsoft's .NET")
    framework = {"name": "Microsoft.NETCore.App", "version": "3.1.0"}
    # Without ICU, which not every system has.
    options = {
        "framework": framework,
        "configProperties": {"System.Globalization.Invariant": True},
    }
    configuration = tmp_path / "Transcribe.runtimeconfig.json"
    configuration.write_text(json.dumps({"runtimeOptions": options}))
    dotnet = Path(found.origin).parent / "bin" / "dotnet"
    assert run(dotnet, dot_net_program, PACKAGE, raw) == heard.text + "\n"


def test_the_library_is_where_the_examples_look(c_build):
    assert (c_build / "capi" / library_name("auricle")).exists()
