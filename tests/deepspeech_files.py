"""Converted models of DeepSpeech and what the original heard, for languages that do not convert.

    python tests/deepspeech_files.py FOLDER

writes into the folder the packages float32 and int8, of the trained model of tests/data/deepspeech
and its scorer; the recordings that it was taught as raw samples (int16, little endian); and
texts.json, [{file, text}].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import soundfile

from auricle.conversion.deepspeech import Naming, convert
from making_deepspeech import DATA, write_scorer

RECORDINGS = DATA.parent / "recognition"


def main(folder: Path) -> None:
    """Write everything."""
    folder.mkdir(parents=True, exist_ok=True)
    scorer = folder / "kenlm.scorer"
    write_scorer(scorer, "trained", "trained")
    for weights, graph in (("float32", "trained.pb"), ("int8", "trained.tflite")):
        convert(DATA / graph, folder / weights, Naming("trained"), scorer=scorer)
    taught = json.loads((DATA / "trained.json").read_text(encoding="utf-8"))["taught"]
    heard = []
    for path, text in taught.items():
        samples, _ = soundfile.read(RECORDINGS / path, dtype="int16")
        file = f"{Path(path).stem}.raw"
        (folder / file).write_bytes(samples.astype("<i2").tobytes())
        heard.append({"file": file, "text": text})
    (folder / "texts.json").write_text(json.dumps(heard), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
