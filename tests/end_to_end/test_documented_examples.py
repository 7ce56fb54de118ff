"""The examples of the documents run as they stand there, with what they name.

Many are run by tests of what they are about; the last tests here tell which are run by none. The
training of docs/playbook.md has a test of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from auricle import lm
from documents import ROOT, code, command, commands, languages, taken

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


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    clip = next(iter(sorted(SPEECH.glob("*.flac"))))
    for name in ("talk.mp3", "lecture.mkv", "recording.mp3", "recording.wav"):
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


EXAMPLES = {
    "README.md": code("README.md", "python"),
    "docs/decoding.md": code("docs/decoding.md", "python"),
    "docs/streaming.md": code("docs/streaming.md", "python"),
}


@pytest.mark.parametrize("document", EXAMPLES)
def test_the_examples_run_one_after_the_other(document, place, names, monkeypatch):
    monkeypatch.chdir(place)
    for number, example in enumerate(EXAMPLES[document], 1):
        exec(compile(example, f"{document}, example {number}", "exec"), names)


def run(line: str, folder: Path, **variables: str) -> str:
    """Run a command in a folder, with this environment's programs first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, **variables}
    done = subprocess.run(
        line, shell=True, cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_commands_of_the_readme_run(place):
    run(command("README.md", "auricle transcribe"), place)
    assert {path.name for path in (place / "subtitles").iterdir()} == {"talk.srt", "lecture.srt"}
    assert "en" in run(command("README.md", "auricle models"), place).split()


def test_a_model_of_deepspeech_is_converted_and_transcribes_as_the_guide_says(place):
    pytest.importorskip("onnx")
    from tests.making_deepspeech import write_model_and_scorer

    words = write_model_and_scorer(place)
    converted = run(command("docs/from-deepspeech.md", "auricle convert"), place)
    assert "alpha 0.75, beta 1.85" in converted
    heard = run(command("docs/from-deepspeech.md", "auricle transcribe"), place)
    assert set(heard.split()) <= set(words)
    assert heard.strip()


@pytest.mark.skipif(
    sys.platform == "win32" or not Path(sys.prefix, "auricle.stamp").exists(),
    reason="needs bash, and the environment that scripts/test makes",
)
def test_one_command_transcribes_a_recording_in_a_clone(place, model):
    line = command("README.md", "scripts/try")
    line = line.replace("recording.mp3", str(place / "recording.mp3"))
    heard = run(line, ROOT, AURICLE_VENV=sys.prefix)
    assert " ".join(heard.split()) == model.transcribe(place / "recording.mp3").text


@pytest.mark.parametrize("what_ci_does", [".ci/run", ".github/workflows/test.yml"])
def test_the_command_that_runs_every_test_is_the_one_of_ci(what_ci_does):
    line = re.escape(command("README.md", "scripts/test"))
    steps = (ROOT / what_ci_does).read_text(encoding="utf-8")
    assert re.search(rf"^\s*(- run: )?{line}( \|\| status=1)?$", steps, re.MULTILINE)


@pytest.mark.parametrize("document", [*DOCUMENTS, *EXAMPLES, "docs/server.md"])
def test_every_code_block_is_run_by_a_test(document):
    assert languages(document) <= set(taken("code", document))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_is_run_by_a_test(document):
    missing = [
        line for line in commands(document) if not line.startswith(taken("command", document))
    ]
    assert missing == []
