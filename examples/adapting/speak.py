"""Makes a small corpus of a new domain and a new voice: sea weather, spoken by flite.

    python examples/adapting/speak.py DIR

writes DIR/train, DIR/dev and DIR/test, each a folder of recordings with their texts beside, and
needs flite (`apt install flite`). No sentence of one set is in another. Your own recordings take
the place of these: a folder of audio files, each with a .txt file of the same name.
"""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AREAS = [
    "viking",
    "forties",
    "cromarty",
    "forth",
    "tyne",
    "dogger",
    "fisher",
    "german bight",
    "humber",
    "thames",
    "dover",
    "wight",
    "portland",
    "plymouth",
    "biscay",
    "fitzroy",
    "sole",
    "lundy",
    "fastnet",
    "irish sea",
    "shannon",
    "rockall",
    "malin",
    "hebrides",
    "bailey",
    "fair isle",
    "faeroes",
]
WINDS = [
    "northerly",
    "southerly",
    "westerly",
    "easterly",
    "cyclonic",
    "northwesterly",
    "southeasterly",
]
FORCES = [
    "three or four",
    "four or five",
    "five to seven",
    "gale eight",
    "severe gale nine",
    "storm ten",
]
TURNS = ["backing southwesterly", "veering northerly", "decreasing four", "increasing six later"]
SEAS = ["slight", "moderate", "rough", "very rough", "high"]
SKIES = [
    "fair",
    "showers",
    "drizzle",
    "thundery rain",
    "squally showers",
    "fog patches",
    "wintry showers",
]
SIGHT = ["good", "moderate or poor", "occasionally very poor", "moderate with fog patches"]
SETS = {"train": 120, "dev": 16, "test": 48}


def sentence(chance: random.Random) -> str:
    """Return a forecast that nobody has heard."""
    areas = " ".join(chance.sample(AREAS, chance.randint(1, 3)))
    wind = f"{chance.choice(WINDS)} {chance.choice(FORCES)} {chance.choice(TURNS)}"
    rest = chance.choice((f"sea {chance.choice(SEAS)}", f"visibility {chance.choice(SIGHT)}"))
    return f"{areas} {wind} {chance.choice(SKIES)} {rest}"


def sentences(count: int, seed: int = 1) -> list[str]:
    """Return different sentences."""
    chance = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        made.setdefault(sentence(chance))
    return list(made)


def speak(path: Path, text: str) -> None:
    """Write a text, and a recording of it beside."""
    path.with_suffix(".txt").write_text(text + "\n")
    wav = str(path.with_suffix(".wav"))
    subprocess.run(["flite", "-voice", "awb", "-t", text, "-o", wav], check=True)


def main() -> None:
    folder = Path(sys.argv[1])
    paths = [folder / name / f"{k:03}" for name, count in SETS.items() for k in range(count)]
    for name in SETS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as threads:
        list(threads.map(speak, paths, sentences(len(paths))))


if __name__ == "__main__":
    main()
