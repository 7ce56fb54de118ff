"""The benchmarks of the server, for seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def measure(name, *arguments):
    """Run a benchmark; return its exit status and what its lines say."""
    done = subprocess.run(
        [sys.executable, BENCHMARKS / name, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_speakers_are_heard_among_offenders(speech_path):
    status, lines = measure("soak.py", speech_path, "--minutes", 0.2, "--growth", 100)
    told = lines[-1]
    assert (status, told["failures"], told["wrong_texts"]) == (0, [], 0)
    assert told["texts"] >= 4
    assert len(told["offences"]) > 5


def test_clients_see_the_events_that_the_library_tells(speech_path):
    status, (told,) = measure("served_streams.py", speech_path, "--streams", 3, "--seconds", 4)
    assert (status, told["streams"]) == (0, 3)
    assert told["events"] > 10
    assert told["events_paired"] > 0.8  # the last ones come of the end, which has no block
    assert 0 < told["p50_ms"] <= told["p95_ms"]
    assert told["mean_batch"] >= 1.0


def test_streams_that_came_and_went_leave_no_memory(speech_path):
    status, lines = measure("served_streams.py", speech_path, "--churn", 100, 300)
    assert (status, [line["streams"] for line in lines]) == (0, [0, 100, 300])
    _, first, last = (line["memory_mb"] for line in lines)
    assert first > 50.0
    assert last - first < 5.0  # the first streams bring what the later ones use again
