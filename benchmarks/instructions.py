"""Instructions that fixed searches take, as callgrind counts them: a figure that does not drift.

    python benchmarks/instructions.py             # counts, and compares with instructions.json
    python benchmarks/instructions.py --record    # counts, and replaces instructions.json

Needs CMake, a C++ compiler and valgrind. Counts depend on the compiler and the C library, so
compare those of one machine.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "benchmarks"
RECORD = Path(__file__).with_name("instructions.json")
CASES = [(case, beam) for case in ("characters", "pieces") for beam in (8, 32, 100)]


def build() -> Path:
    """Build the counted program as wheels are built, with symbols."""
    options = [
        "-DCMAKE_BUILD_TYPE=Release",
        "-DCMAKE_CXX_FLAGS=-g",
        "-DAURICLE_BUILD_BENCHMARKS=ON",
    ]
    for command in (
        ["cmake", "-S", str(ROOT), "-B", str(BUILD), *options],
        ["cmake", "--build", str(BUILD), "--target", "instructions"],
    ):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return BUILD / "instructions"


def count(program: Path, case: str, beam: int) -> int:
    """Return the instructions of one case; its profile stays in the build folder."""
    profile = BUILD / f"callgrind.{case}.{beam}"
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "valgrind",
            "--tool=callgrind",
            "--toggle-collect=counted_search",
            f"--callgrind-out-file={profile}",
            str(program),
            case,
            str(beam),
            f"{folder}/scorer.lm",
        ]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", ran.stderr)
    if collected is None:
        raise SystemExit(f"callgrind says nothing of its count:\n{ran.stderr}")
    return int(collected[1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--record", action="store_true", help="replace the recorded figures")
    arguments = parser.parse_args()
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    program = build()
    counts = {f"{case}, beam {beam}": count(program, case, beam) for case, beam in CASES}
    for name, instructions in counts.items():
        change = f"{instructions / recorded[name] - 1:+.1%}" if name in recorded else "new"
        print(f"{name:24} {instructions / 1e6:10.2f} million  {change}")
    if arguments.record:
        RECORD.write_text(json.dumps(counts, indent=1) + "\n")


if __name__ == "__main__":
    main()
