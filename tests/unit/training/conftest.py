"""A run that takes a second, for what happens to runs."""

import numpy as np
import pytest
import soundfile

RUN = {
    "data": {"train": "set.jsonl.gz", "dev": "set.jsonl.gz"},
    "network": {"hidden": 8, "layers": 1, "convolutions": [4, 4], "dropout": 0.1},
    "batches": {"batch_seconds": 4.0, "row_seconds": [1.0, 2.0], "unreadable": 3},
    "noise": {"probability": 0.5},
    "optimiser": {"steps": 12, "warm_up_steps": 2, "decay_steps": 2},
    "checkpoints": {"dev_every_steps": 100, "minutes": 0.0, "report_every_steps": 1},
    "machine": {"accelerator": "cpu", "precision": "32-true", "threads": 1, "workers": 0},
}


@pytest.fixture
def options(tmp_path):
    """Twelve steps on twelve recordings of noise, with a checkpoint after each."""
    from auricle.manifest import Utterance, write_manifest
    from auricle.training.configuration import run_options

    random = np.random.default_rng(0)
    utterances = []
    for number in range(12):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, random.uniform(-0.1, 0.1, 12000 + 999 * number), 16000)
        utterances.append(Utterance(f"u{number}", str(path), "abcd"[number % 3 :]))
    write_manifest(utterances, tmp_path / "set.jsonl.gz")
    return run_options(RUN, tmp_path)
