"""Stage 1b: noise clips for training and tests, as 16 kHz WAV files.

    python recipes/en/noise.py DATA

The clips of ESC-10's fifth fold are kept for noisy tests (DATA/noise/test); the others are mixed
into the training speech (DATA/noise/train), and so are the sounds that sounds.py makes.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import soundfile
import soxr
from repositories import fetch_repository
from sounds import RATE, make_sounds

REPOSITORY = "karolpiczak/ESC-10"  # CC BY 3.0
REVISION = "553c8f1743b9dba6b282e1323c3ca8fa76923448"  # the last that holds the clips
TEST_FOLD = "5-"  # ESC-10 keeps clips of one recording in one of five folds
MADE = 20  # of each kind of sound


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    data = parser.parse_args().data
    repository = fetch_repository(REPOSITORY, REVISION, data)
    clips = sorted(path for path in repository.files() if path.endswith(".ogg"))
    counts = {"train": 0, "test": 0}
    for path, content in repository.read(clips):
        part = "test" if Path(path).name.startswith(TEST_FOLD) else "train"
        samples, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
        mono = soxr.resample(samples.mean(axis=1), rate, RATE)
        target = (
            data
            / "noise"
            / part
            / f"{Path(path).parent.name}-{Path(path).stem}.wav".replace(" ", "")
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(target, mono, RATE, subtype="PCM_16")
        counts[part] += 1
    made = make_sounds(MADE)
    for name, samples in made.items():
        target = data / "noise" / "train" / f"{name}.wav"
        soundfile.write(target, samples, RATE, subtype="PCM_16")
    print(
        f"noise: {counts['train']} clips and {len(made)} sounds that are made for training, "
        f"{counts['test']} clips kept for tests"
    )


if __name__ == "__main__":
    main()
