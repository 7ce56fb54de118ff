"""The examples of the documents run as they stand there, with what they name.

The client of docs/server.md and the training of docs/playbook.md have tests of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from auricle import lm
from documents import ROOT, code, commands

SPEECH = ROOT / "tests" / "data" / "speech"
LETTERS = ["<blank>", " ", *"abcdefghijklmnopqrstuvwxyz"]
DOCUMENTS = [
    "README.md",
    "docs/c-api.md",
    "docs/from-deepspeech.md",
    "docs/javascript.md",
    "js/README.md",
    "js/auricle-en/README.md",
]
# How commands begin that run elsewhere -> where.
ELSEWHERE = {
    "scripts/try": ".github/workflows/test.yml",
    "scripts/test": ".github/workflows/test.yml",
    "auricle listen": "tests/end_to_end/test_listen.py",
    "auricle serve": "tests/server/test_operation.py",
    "cmake -S": "tests/c_library/conftest.py",
    "cc hello.c": "tests/c_library/test_installed.py",
    "cc old.c": "tests/c_library/test_installed.py",
    "ffmpeg -i talk.mp3": "tests/c_library/test_examples.py",
    "cd auricle/js": "js/test/package.test.mjs",
    "cd ~/my-program": "js/test/package.test.mjs",
    "npm install auricle": "js/test/package.test.mjs",
    "pip install": "tests/end_to_end/test_installed_wheel.py",
    # Needs a library with sanitizers, which tests do not build a second time for it.
    "AURICLE_C_BUILD": "docs/c-api.md",
}


def runs_elsewhere(command: str) -> bool:
    return any(command.startswith(beginning) for beginning in ELSEWHERE)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    clip = next(iter(sorted(SPEECH.glob("*.flac"))))
    for name in ("talk.mp3", "lecture.mkv", "recording.wav"):
        shutil.copyfile(clip, folder / name)
    shutil.copyfile(ROOT / "examples" / "lights.jsgf", folder / "lights.jsgf")
    text = folder / "corpus.txt"
    text.write_text("turn on the light\nturn off the light\n", encoding="utf-8")
    lm.build([text], folder / "scorer.lm", lm.BuildOptions(order=2, discount_fallback=True))
    return folder


@pytest.fixture
def names(clips):
    """What the examples take as given, such as samples."""
    samples = next(iter(clips.values()))
    likelihoods = np.random.default_rng(7).random((50, len(LETTERS)), np.float32) + 1e-3
    return {
        "block": samples,
        "microphone_blocks": np.array_split(samples, 20),
        "tokens": LETTERS,
        "log_probs": np.log(likelihoods / likelihoods.sum(axis=1, keepdims=True)),
    }


@pytest.mark.parametrize("document", ["README.md", "docs/decoding.md", "docs/streaming.md"])
def test_the_examples_run_one_after_the_other(document, place, names, monkeypatch):
    monkeypatch.chdir(place)
    for number, example in enumerate(code(document, "python"), 1):
        exec(compile(example, f"{document}, example {number}", "exec"), names)


def run(command: str, folder: Path) -> str:
    """Run a command in a folder, with this environment's programs first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_commands_of_the_readme_run(place):
    written = [run(line, place) for line in commands("README.md") if not runs_elsewhere(line)]
    assert {path.name for path in (place / "subtitles").iterdir()} == {"talk.srt", "lecture.srt"}
    assert "en" in written[-1].split()


def test_a_model_of_deepspeech_is_converted_and_transcribes_as_the_guide_says(place):
    pytest.importorskip("onnx")
    from tests.making_deepspeech import DATA, memory_mapped, scorer, spellable

    words = spellable((DATA / "text.txt").read_text(encoding="utf-8").splitlines())
    kenlm = (DATA / "quantised_array.binary").read_bytes()
    (place / "kenlm.scorer").write_bytes(scorer(kenlm, words))
    graph = memory_mapped((DATA / "chars.pb").read_bytes())
    (place / "output_graph.pbmm").write_bytes(graph)
    lines = [line for line in commands("docs/from-deepspeech.md") if not runs_elsewhere(line)]
    converted, heard = [run(line, place) for line in lines]
    assert "alpha 0.75, beta 1.85" in converted
    assert set(heard.split()) <= set(words)
    assert heard.strip()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_is_run_by_a_test(document):
    here = ("auricle transcribe", "auricle models", "auricle convert")
    for line in commands(document):
        assert line.startswith(here) or runs_elsewhere(line), line


@pytest.mark.parametrize(("beginning", "where"), ELSEWHERE.items())
def test_what_runs_elsewhere_is_named_there(beginning, where):
    program, *words = beginning.split()
    given = f'"{words[0]}"' if program == "auricle" else beginning  # to the command as a function
    assert given in (ROOT / where).read_text(encoding="utf-8")
