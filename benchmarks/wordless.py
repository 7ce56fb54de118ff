"""How many words a model hears where there are none: silence, white noise, tones, noise clips.

    python benchmarks/wordless.py MODEL [FOLDER]

FOLDER holds clips of noise, such as DATA/noise/test of `recipes/en/noise.py`, which training does
not hear; they are joined. Each line says what was heard: seconds, words, and the words.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import auricle
from auricle.evaluation.noise import read_clips

RATE = 16000
SECONDS = 100


def sounds(folder: Path | None) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield names and samples (S,) at 16 kHz."""
    random = np.random.default_rng(0)
    yield "silence", np.zeros(SECONDS * RATE, np.float32)
    yield "white noise", (random.standard_normal(2 * SECONDS * RATE) * 0.05).astype(np.float32)
    yield "tones", melody(random)
    if folder is not None:
        yield folder.name, np.concatenate(read_clips(folder, RATE))


def melody(random: np.random.Generator) -> NDArray[np.float32]:
    """Make half-second notes of two octaves with two overtones."""
    notes = 220.0 * 2.0 ** (random.integers(0, 24, 2 * SECONDS) / 12)
    phase = 2 * np.pi * np.cumsum(np.repeat(notes, RATE // 2)) / RATE
    return (0.1 * sum(np.sin(k * phase) / k for k in (1, 2, 3))).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("model", help="a name, a package folder or a packed file")
    parser.add_argument("folder", type=Path, nargs="?", help="of noise clips")
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    for name, samples in sounds(arguments.folder):
        words = model.transcribe(samples, sample_rate=RATE).words
        heard = " ".join(word.text for word in words)
        print(f"{name}: {len(samples) / RATE:.0f} s, {len(words)} words: {heard}")


if __name__ == "__main__":
    main()
