"""Stage 4b: sentences of the text are spoken by Kokoro-82M in many voices.

    python recipes/zh/synthesise.py DATA MODEL VOICES [--count 2000]

MODEL is kokoro-v1.0.onnx (int8 or not); VOICES a folder with its voices as float32 .bin files of
(510, 256) numbers, as the npm package kokoro-js has them. Two fifths of the sentences are spoken by
the Mandarin voices themselves, the others by points of the space that these span, each a speaker of
its own. Sentences with characters heard seldom so far come first. DATA/synthetic receives a FLAC
file a sentence and table.csv (path, text, speaker), which `auricle data import table` reads; it
grows sentence by sentence, and a run that was stopped goes on there.
`pip install kokoro-onnx misaki[zh]` brings the synthesiser.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import soundfile
from kokoro_onnx import Kokoro
from misaki.zh import ZHG2P

SEED = 3
SHORTEST, LONGEST = 6, 30  # characters of a sentence
CANDIDATES = 40  # of which the rarest is taken
NAMED_SHARE = 0.4
SENTENCES_A_VOICE = 10  # of a voice that is made up
SPEEDS = 0.85, 1.25


def choose_sentences(path: Path, generator: np.random.Generator) -> Iterator[str]:
    """Yield sentences in an order in which seldom characters come early."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = {line.strip().replace(" ", "") for line in lines}
    left = sorted(text for text in texts if SHORTEST <= len(text) <= LONGEST)
    generator.shuffle(left)
    seen: Counter[str] = Counter()

    def rarity(text: str) -> float:
        return float(np.mean([1 / (1 + seen[character]) for character in text]))

    while left:
        candidates = left[-CANDIDATES:]
        best = max(candidates, key=rarity)
        left.pop(len(left) - len(candidates) + candidates.index(best))
        seen.update(best)
        yield best


def speak_as(
    voices: dict[str, np.ndarray], generator: np.random.Generator
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the name and the voice (510, 1, 256) of each sentence."""
    names, styles = list(voices), np.stack(list(voices.values()))
    middle = styles.mean(axis=0)
    made_up, made = 0, middle
    while True:
        if generator.random() < NAMED_SHARE:
            name = names[generator.integers(len(names))]
            yield name, voices[name]
            continue
        if made_up % SENTENCES_A_VOICE == 0:
            weights = generator.standard_normal(len(names)) / np.sqrt(len(names) - 1)
            made = middle + np.einsum("v,vpcd->pcd", weights, styles - middle)
            made = made.astype(np.float32)
        yield f"made-up-{made_up // SENTENCES_A_VOICE:04}", made
        made_up += 1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("model", type=Path, help="kokoro-v1.0.onnx")
    parser.add_argument("voices", type=Path, help="folder of the voices")
    parser.add_argument("--count", type=int, default=2000, help="sentences; default 2000")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    files = sorted(arguments.voices.glob("z[fm]_*.bin"))
    if not files:
        parser.error(f"{arguments.voices} has no Mandarin voices: zf_*.bin, zm_*.bin")
    voices = {file.stem: np.fromfile(file, np.float32).reshape(510, 1, 256) for file in files}
    folder = arguments.data / "synthetic"
    folder.mkdir(exist_ok=True)
    np.savez(folder / "voices.npz", **voices)  # the form in which the synthesiser asks for them
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    session = onnxruntime.InferenceSession(arguments.model, options)
    kokoro = Kokoro.from_session(session, str(folder / "voices.npz"))
    phonemes = ZHG2P()

    table = folder / "table.csv"
    done = set()
    if table.exists():
        with table.open(encoding="utf-8", newline="") as lines:
            done = {row["path"] for row in csv.DictReader(lines)}
    sentences = choose_sentences(
        arguments.data / "text" / "train.txt.gz", np.random.default_rng(SEED)
    )
    speakers = speak_as(voices, np.random.default_rng(SEED + 1))
    speeds = np.random.default_rng(SEED + 2).uniform(*SPEEDS, arguments.count)
    seconds = 0.0
    with table.open("a", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        if lines.tell() == 0:
            writer.writerow(["path", "text", "speaker"])
        for number, (text, (speaker, voice), speed) in enumerate(
            zip(sentences, speakers, speeds, strict=False)
        ):
            path = folder / f"{number:06}.flac"
            if path.name in done:
                continue
            spoken, _ = phonemes(text)
            samples, rate = kokoro.create(spoken, voice=voice, speed=speed, is_phonemes=True)
            soundfile.write(path, samples, rate)
            writer.writerow([path.name, text, speaker])
            lines.flush()
            seconds += len(samples) / rate
            if number % 50 == 0:
                print(f"{number + 1} of {arguments.count} sentences, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
