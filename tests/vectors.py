"""The test vectors that Python, C and JavaScript share: audio, options, what must come out.

    python tests/vectors.py make            writes tests/data/vectors/en.json anew, after a change
                                            of the model or of the search
    python tests/vectors.py audio FOLDER    writes each vector's samples, NAME.raw: int16, little
                                            endian, for those who read no FLAC

A vector is an object of en.json: its `audio` is a list of clips (names in tests/data/speech) and of
silences (seconds), joined. They are fed as int16 in blocks of `block_samples`, which begin anew
after `flush_sample` samples, if that is given: there the stream is flushed. `options` are fields of
DecodingOptions, or `low_latency`. `expected` is the transcript's JSON. Texts are compared as they
are, times and confidences to the tolerances that stand beside them: int8 kernels differ a little
from one processor to the other. `make` takes clips whose texts do not depend on that. WebAssembly's
kernels differ more: where js/test/vectors.test.mjs gives another text, name the clips of the
recipe.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

import auricle

SPEECH = Path(__file__).parent / "data" / "speech"
VECTORS = Path(__file__).parent / "data" / "vectors" / "en.json"
SAMPLE_RATE = 16_000
TOLERANCES = {"seconds": 0.081, "confidence": 0.05}
CLIPS = sorted(path.stem for path in SPEECH.glob("*.flac"))

Samples = npt.NDArray[np.int16]
Vector = dict[str, Any]


# Each is made of the first clips, in the order of `candidates`, on which its text is firm; or of
# those that it names.
RECIPES: list[Vector] = [
    {"name": "clip", "clips": 1, "block_samples": 1600, "options": {}},
    {
        "name": "file-chunks",
        "clips": 1,
        "block_samples": 5000,
        "options": {"low_latency": False},
    },
    {
        "name": "pauses-and-odd-blocks",
        "clips": 2,
        "pause": 1.5,
        "block_samples": 977,
        "options": {},
    },
    {
        "name": "flush",
        "clips": ["1673-143397-0007", "174-168635-0014"],
        "flush": True,
        "block_samples": 1600,
        "options": {},
    },
    {"name": "no-scorer", "clips": 1, "block_samples": 4096, "options": {"use_scorer": False}},
    {
        "name": "alternatives",
        "clips": 1,
        "pause": 1.5,
        "block_samples": 16000,
        "options": {"alternatives": 2, "beam_width": 64},
    },
    {
        "name": "hot-words",
        "clips": 1,
        "block_samples": 1600,
        "options": {"hot_words": {"he was": 6.0, "with me": 4.0, "a": -2.0}},
    },
    {
        "name": "weights-and-margins",
        "clips": 1,
        "block_samples": 1600,
        "options": {
            "alpha": 0.4,
            "beta": 1.5,
            "unknown_penalty": 4.0,
            "beam_margin": 10.0,
            "token_margin": 7.0,
            "top_tokens": 20,
        },
    },
    {
        "name": "closed-vocabulary",
        "clips": 1,
        "block_samples": 1600,
        "options": {"closed_vocabulary": True},
    },
    {"name": "silence", "clips": 0, "pause": 2.0, "block_samples": 1024, "options": {}},
    {"name": "nothing", "clips": 0, "block_samples": 1, "options": {}},
]


def candidates(recipe: Vector) -> Iterator[Vector]:
    """Yield the vectors that a recipe may become, without what is expected of them."""
    kept = {key: recipe[key] for key in ("name", "block_samples", "options")}
    named = isinstance(recipe["clips"], list)
    for clips in [recipe["clips"]] if named else itertools.permutations(CLIPS, recipe["clips"]):
        pauses = [recipe["pause"]] * max(1, len(clips)) if "pause" in recipe else []
        joined = itertools.chain.from_iterable(itertools.zip_longest(clips, pauses))
        vector = {**kept, "audio": [part for part in joined if part is not None]}
        if recipe.get("flush"):
            vector["flush_sample"] = len(samples_of(clips[0]))
        yield vector


def load() -> dict[str, Any]:
    """Return the content of the file of vectors."""
    values: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return values


def samples_of(part: str | float) -> Samples:
    """Return a clip, or so many seconds of silence."""
    if isinstance(part, str):
        return soundfile.read(SPEECH / f"{part}.flac", dtype="int16")[0]
    return np.zeros(round(part * SAMPLE_RATE), np.int16)


def audio(vector: Vector) -> Samples:
    """Return the samples of a vector."""
    return np.concatenate([np.zeros(0, np.int16), *map(samples_of, vector["audio"])])


def transcribe(model: auricle.Model, vector: Vector, noise: int = 0) -> auricle.Transcript:
    """Run a vector, with noise of one step of int16 where its seed is not 0."""
    samples = audio(vector)
    if noise:
        steps = np.random.default_rng(noise).integers(-1, 2, len(samples))
        samples = (samples.clip(-32767, 32766) + steps).astype(np.int16)
    flush = vector.get("flush_sample", 0)
    stream = model.stream(**vector["options"])
    for position, section in ((flush, samples[:flush]), (len(samples), samples[flush:])):
        for start in range(0, len(section), vector["block_samples"]):
            stream.feed(section[start : start + vector["block_samples"]])
        if flush and position == flush:
            stream.flush()
    return stream.finish()


def readings(transcript: auricle.Transcript) -> list[str]:
    """Return all texts of a transcript."""
    return [transcript.text, *(alternative.text for alternative in transcript.alternatives)]


def made(model: auricle.Model, recipe: Vector) -> Vector:
    """Return the first vector of a recipe whose texts are the same with a little noise."""
    for vector in candidates(recipe):
        transcript = transcribe(model, vector)
        others = [transcribe(model, vector, noise) for noise in (1, 2, 3)]
        if all(readings(other) == readings(transcript) for other in others):
            return {**vector, "expected": transcript.to_dict()}
    sys.exit(f"no clips make a firm vector {recipe['name']}")


def make() -> None:
    """Write the file of vectors."""
    model = auricle.load("en")
    content = {
        "model": "en",
        "sample_rate": SAMPLE_RATE,
        "tolerances": TOLERANCES,
        "vectors": [made(model, recipe) for recipe in RECIPES],
    }
    VECTORS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_audio(folder: Path) -> None:
    """Write the samples of every vector as raw int16."""
    folder.mkdir(parents=True, exist_ok=True)
    for vector in load()["vectors"]:
        (folder / f"{vector['name']}.raw").write_bytes(audio(vector).astype("<i2").tobytes())


if __name__ == "__main__":
    if sys.argv[1:] == ["make"]:
        make()
    elif len(sys.argv) == 3 and sys.argv[1] == "audio":
        write_audio(Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
