"""The benchmarks that look at words and times run on a handful of words."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auricle.audio import read_audio
from hearing import heard_at_once

ROOT = Path(__file__).parents[2]
CLIP = sorted((ROOT / "tests" / "data" / "speech").glob("*.flac"))[0]


def measure(name, *arguments):
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / f"{name}.py", *map(str, arguments)],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


@pytest.fixture
def manifest(tmp_path):
    path = tmp_path / "clips.csv"
    path.write_text(f"path,text\n{CLIP},nobody says a word of these\n")
    return path


def test_latency_of_words_is_told(model):
    told = measure("latency", CLIP, "--virtual")
    words = len(model.transcribe(CLIP).words)
    assert 0.5 * words <= told["words"] <= words
    assert 0 <= told["place"]["median_ms"] <= told["word"]["median_ms"] <= told["word"]["p95_ms"]
    assert 0.0 <= told["revised_share"] <= 1.0
    assert 0.0 <= told["steady"]["median_ms"] <= told["word"]["p95_ms"]


def test_revisions_are_counted(model, manifest):
    told = measure("stability", "en", manifest, "--block", "0.5")
    samples = read_audio(CLIP, model.sample_rate)
    assert told["words"] == len(heard_at_once(model, samples).words)
    assert told["partial_texts"] == 11


def test_where_no_word_is_recognised_there_are_no_errors_of_its_times(manifest):
    told = measure("alignment", "en", manifest, "--limit", "1")
    assert told["recognised"] == {"start": {"words": 0}, "end": {"words": 0}}
    assert told["planted"]["share_of_them_told"] is None


def test_the_speed_of_training_is_told_beside_that_of_the_bare_network():
    pytest.importorskip("lightning")
    started = time.monotonic()
    told = measure(
        *("training", "--networks", "rnn", "--sizes", "small", "--steps", 4, "--batch-seconds", 9)
    )
    assert told["network"] == "rnn, small"
    assert told["bare"] > 0
    assert told["training"] > 0
    assert told["lost_processor_percent"] < 100
    assert 0 < told["loading_percent"] < 100
    assert 0 < told["live"] < 1
    assert 0 < told["took"] < time.monotonic() - started
