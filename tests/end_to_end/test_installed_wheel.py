"""The wheel of `pip install`, away from the clone, hears what the clone hears."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from documents import command
from making_audio import encode

pytest.importorskip("scikit_build_core", reason="scripts/test installs what builds the wheel")

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
MODELS = "auricle/models/"
CHECKPOINT = "checkpoint.safetensors"  # what finetuning begins with, beside the model itself
LARGEST_MODEL = 30_000_000  # bytes
LARGEST_CHECKPOINT = 40_000_000
LARGEST_REST = 3_000_000

PROGRAM = """
import auricle
from auricle import deepspeech

print(auricle.__file__)
print(auricle.load("en").transcribe("talk.wav").text)
model = deepspeech.Model("en")
model.enableExternalScorer("en")
with open("talk.wav", "rb") as file:
    print(model.stt(file.read()))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # What scripts/test has compiled is compiled no more.
    command = [*PIP, "wheel", ".", "--no-deps", "--no-build-isolation", "-w", folder]
    subprocess.run(command, cwd=ROOT, check=True)
    (path,) = folder.glob("auricle-*.whl")
    return path


@pytest.fixture(scope="module")
def home(wheel, tmp_path_factory, clips):
    """A folder with the package and a clip; what the package depends on is installed elsewhere."""
    folder = tmp_path_factory.mktemp("home")
    subprocess.run([*PIP, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    samples = next(iter(clips.values()))
    (folder / "talk.wav").write_bytes(encode(samples[:, None], 16_000, "wav16"))
    return folder


@pytest.fixture
def run(home):
    def run_it(*command: str | Path) -> list[str]:
        environment = {**os.environ, "PYTHONPATH": str(home / "site")}
        done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run_it


def test_the_wheel_holds_the_package_and_the_models_and_no_more(wheel):
    with zipfile.ZipFile(wheel) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    assert {"auricle/models/en/auricle.json", "auricle/py.typed"} <= set(sizes)
    tops = {name.split("/")[0] for name in sizes}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"auricle"}
    assert sum(size for name, size in sizes.items() if not name.startswith(MODELS)) < LARGEST_REST
    for model in {name.split("/")[2] for name in sizes if name.startswith(MODELS)}:
        files = {name: size for name, size in sizes.items() if name.startswith(MODELS + model)}
        assert files.pop(f"{MODELS}{model}/{CHECKPOINT}") < LARGEST_CHECKPOINT
        assert sum(files.values()) < LARGEST_MODEL


def test_python_programs_and_those_of_deepspeech_run(run, home, model, clips):
    expected = model.transcribe(next(iter(clips.values())), sample_rate=16_000).text
    place, text, old_text = run(sys.executable, "-c", PROGRAM)
    assert Path(place).is_relative_to(home)
    assert text == old_text == expected


def test_the_command_runs(run, home, model, clips):
    expected = model.transcribe(next(iter(clips.values())), sample_rate=16_000).text
    assert " ".join(run(home / "site" / "bin" / "auricle", "transcribe", "talk.wav")) == expected


@pytest.mark.skipif("CI" not in os.environ, reason="downloads all that the package depends on")
def test_the_documents_commands_install_all_that_transcribing_and_converting_need(
    wheel, home, tmp_path, model, clips
):
    """Into an empty environment, from the wheel of the clone, which is compiled no second time."""
    from tests.making_deepspeech import write_model_and_scorer

    venv.create(tmp_path / "environment", with_pip=True)
    programs = tmp_path / "environment" / ("Scripts" if os.name == "nt" else "bin")
    environment = {**os.environ, "PATH": os.pathsep.join([str(programs), os.environ["PATH"]])}

    def run(line: str) -> str:
        done = subprocess.run(
            line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    (tmp_path / "recording.wav").write_bytes((home / "talk.wav").read_bytes())
    run(command("README.md", "pip install .").replace(" .", f' "{wheel}"'))
    expected = model.transcribe(next(iter(clips.values())), sample_rate=16_000).text
    assert run("auricle transcribe recording.wav").split() == expected.split()

    install = command("docs/from-deepspeech.md", "pip install")
    run(install.replace("'.[convert]'", f'"{wheel}[convert]"'))
    words = write_model_and_scorer(tmp_path)
    run(command("docs/from-deepspeech.md", "auricle convert"))
    assert set(run(command("docs/from-deepspeech.md", "auricle transcribe")).split()) <= set(words)
