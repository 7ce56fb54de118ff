"""The stages of the English recipe, from recordings to a package that transcribes, in small."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("tomllib", reason="the recipes need Python 3.11")
pytest.importorskip("lightning")
lhotse = pytest.importorskip("lhotse")

import auricle  # noqa: E402

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "recipes" / "en"
RUN = """
[[heads]]
units = "characters"
weight = 1.0
[[heads]]
units = "phones"
layer = 1
weight = 0.5
[network]
hidden = 32
layers = 1
rows = 2
look_ahead = 2
convolutions = [16, 24]
[batches]
batch_seconds = 20.0
[masks]
[speed]
[room]
[noise]
[optimiser]
steps = 4
warm_up_steps = 1
decay_steps = 1
[checkpoints]
minutes = 1
dev_every_steps = 2
average_best = 2
"""


@pytest.fixture
def data(tmp_path):
    """A data folder with the test clips as training and dev set."""
    cuts = []
    for audio in sorted((ROOT / "tests" / "data" / "speech").glob("*.flac")):
        recording = lhotse.Recording.from_file(audio)
        supervision = lhotse.SupervisionSegment(
            id=audio.stem,
            recording_id=audio.stem,
            start=0.0,
            duration=recording.duration,
            text=audio.with_suffix(".txt").read_text().strip(),
            speaker=audio.stem.split("-")[0],
        )
        cuts.append(
            lhotse.MonoCut(
                id=audio.stem,
                start=0.0,
                duration=recording.duration,
                channel=0,
                recording=recording,
                supervisions=[supervision],
            )
        )
    (tmp_path / "manifests").mkdir()
    for name in ("train", "dev"):
        lhotse.CutSet.from_cuts(cuts).to_file(tmp_path / "manifests" / f"{name}.jsonl.gz")
    (tmp_path / "run.toml").write_text(RUN)
    words = {word for cut in cuts for word in cut.supervisions[0].text.split()}
    (tmp_path / "lexicon.txt").write_text("".join(f"{w} {' '.join(w)}\n" for w in words))
    return tmp_path


def stage(script, *arguments):
    command = [sys.executable, script, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_recordings_become_a_model(data, clips):
    config = ["--config", data / "run.toml"]
    printed = stage(RECIPE / "train.py", data, data / "run", *config)
    assert "step 4: loss" in printed
    assert "dev errors of the heads" in printed

    printed = stage(RECIPE / "package.py", data, data / "run", data / "model", *config)
    assert "averaged 2 checkpoints" in printed

    model = auricle.load(data / "model")
    transcript = model.transcribe(next(iter(clips.values())), sample_rate=16000)
    assert transcript.duration > 4.0
    assert len(model.vocabulary) == 29

    manifest = data / "manifests" / "dev.jsonl.gz"
    printed = stage(ROOT / "benchmarks" / "accuracy.py", data / "model", manifest)
    assert '"utterances": 8' in printed


def test_a_run_goes_on_from_its_last_checkpoint(data):
    arguments = [data, data / "run", "--config", data / "run.toml"]
    (data / "run.toml").write_text(RUN.replace("steps = 4", "steps = 2"))
    stage(RECIPE / "train.py", *arguments)
    (data / "run.toml").write_text(RUN)
    printed = stage(RECIPE / "train.py", *arguments)
    assert "step 4: loss" in printed
    assert "step 2: loss" not in printed


def test_a_later_file_changes_single_keys_of_an_earlier_one(data):
    (data / "more.toml").write_text("[optimiser]\nsteps = 2\n[network]\nrows = 1\n")
    config = ["--config", data / "run.toml", "--config", data / "more.toml"]
    assert "step 2: loss" in stage(RECIPE / "train.py", data, data / "run", *config)
    kept = json.loads((data / "run" / "run.json").read_text())
    assert (kept["optimiser"]["steps"], kept["optimiser"]["warm_up_steps"]) == (2, 1)
    assert (kept["network"]["rows"], kept["network"]["hidden"]) == (1, 32)


def test_two_processes_train_together(data):
    config = ["--config", data / "run.toml", "--processes", 2]
    assert "step 4: loss" in stage(RECIPE / "train.py", data, data / "run", *config)


def test_a_run_begins_with_the_weights_of_another(data):
    config = ["--config", data / "run.toml"]
    stage(RECIPE / "train.py", data, data / "run", *config)
    stage(RECIPE / "package.py", data, data / "run", data / "model", *config)
    checkpoint = data / "model" / "checkpoint.safetensors"
    printed = stage(RECIPE / "train.py", data, data / "second", *config, "--begin", checkpoint)
    assert f"30 of 30 tensors are those of {checkpoint}" in printed
