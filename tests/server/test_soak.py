"""Clients that misbehave harm no others: benchmarks/soak.py for seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SOAK = Path(__file__).parents[2] / "benchmarks" / "soak.py"


def test_speakers_are_heard_among_offenders(speech_path):
    done = subprocess.run(
        [sys.executable, SOAK, speech_path, "--minutes", "0.2", "--growth", "100"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, told["failures"], told["wrong_texts"]) == (0, [], 0)
    assert told["texts"] >= 4
    assert len(told["offences"]) > 5
