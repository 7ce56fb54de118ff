"""Memory and start-up of the bundled model, each measured in a process of its own.

    python benchmarks/footprint.py RECORDING [--minutes 1 180] [--rounds 5]

RECORDING is repeated to recordings of the given lengths (WAV files in a temporary folder). The
figures: resident memory at its peak for each length, seconds of `import auricle`, and seconds from
the start of `auricle transcribe` on a 5-second file to its end.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from auricle.audio import read_audio

PEAK = """
import resource, sys, auricle
model = auricle.load("en")
transcript = model.transcribe(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def write_repeated(samples: np.ndarray, seconds: float, path: Path) -> None:
    """Write samples again and again, a second of silence between, to a WAV file of a length."""
    unit = np.concatenate([samples, np.zeros(16000, np.float32)])
    left = int(seconds * 16000)
    with soundfile.SoundFile(path, "w", 16000, 1, "PCM_16") as file:
        while left > 0:
            file.write(unit[:left])
            left -= len(unit)


def seconds_of(command: list[str], rounds: int) -> float:
    """Return the median wall-clock seconds of a command."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return round(statistics.median(times), 3)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recording", type=Path)
    parser.add_argument("--minutes", type=float, nargs="+", default=[1.0, 180.0])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    samples = read_audio(arguments.recording, 16000)
    python = sys.executable
    memory = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.wav"
        for minutes in arguments.minutes:
            write_repeated(samples, 60.0 * minutes, path)
            result = subprocess.run(
                [python, "-c", PEAK, str(path)], check=True, capture_output=True
            )
            memory[f"{minutes:g} min"] = round(float(result.stdout), 1)
        short = Path(folder) / "short.wav"
        write_repeated(samples, 5.0, short)
        command = [python, "-c", "from auricle.cli import main; main()", "transcribe", str(short)]
        nothing = seconds_of([python, "-c", "pass"], arguments.rounds)
        figures = {
            "peak_resident_mb": memory,
            "import_seconds": seconds_of([python, "-c", "import auricle"], arguments.rounds)
            - nothing,
            "first_transcript_seconds": seconds_of(command, arguments.rounds),
        }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
