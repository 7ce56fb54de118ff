"""The examples in Python of the documents run as they stand there, with what they name.

Those of docs/from-deepspeech.md, docs/c-api.md and docs/javascript.md have tests of their own, and
so has the client of docs/server.md.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from auricle import lm

ROOT = Path(__file__).parents[2]
SPEECH = ROOT / "tests" / "data" / "speech"
DOCUMENTS = ["README.md", "docs/decoding.md", "docs/streaming.md"]
LETTERS = ["<blank>", " ", *"abcdefghijklmnopqrstuvwxyz"]


def examples(name: str) -> list[str]:
    document = (ROOT / name).read_text(encoding="utf-8")
    return [block.split("```")[0] for block in document.split("```python\n")[1:]]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copyfile(next(iter(sorted(SPEECH.glob("*.flac")))), folder / "talk.mp3")
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


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_examples_run_one_after_the_other(document, place, names, monkeypatch):
    monkeypatch.chdir(place)
    for number, example in enumerate(examples(document), 1):
        exec(compile(example, f"{document}, example {number}", "exec"), names)
