"""Several processes train as one does: the same losses, and on after one of them was killed."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("lightning")

from auricle.errors import TrainingError
from auricle.manifest import Utterance, write_manifest
from auricle.training.configuration import MachineOptions
from auricle.training.machines import await_file, is_first, is_lost_connection, process_counts
from printed import losses

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")

WORKER = Path(__file__).with_name("training_worker.py")
# Dropout and masks are drawn by every process for itself, so they are off; the rest is as usual.
RUN = {
    "data": {"train": "set.jsonl.gz", "dev": "set.jsonl.gz"},
    "network": {"hidden": 8, "layers": 1, "convolutions": [4, 4], "dropout": 0.0},
    "batches": {"batch_seconds": 6.0, "row_seconds": [1.0, 2.0]},
    "masks": {"frequency_masks": 0, "time_masks_per_second": 0.0},
    "noise": {"probability": 0.5},
    "optimiser": {"steps": 8, "warm_up_steps": 2, "decay_steps": 2, "learning_rate": 0.01},
    "checkpoints": {"dev_every_steps": 4, "minutes": 0.0, "report_every_steps": 1},
    "machine": {"accelerator": "cpu", "precision": "32-true", "threads": 1, "workers": 0},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The file of a run on twelve recordings of noise."""
    folder = tmp_path_factory.mktemp("run")
    random = np.random.default_rng(0)
    utterances = []
    for number in range(12):
        path = folder / f"{number}.wav"
        soundfile.write(path, random.uniform(-0.1, 0.1, 12000 + 999 * number), 16000)
        utterances.append(Utterance(f"u{number}", str(path), "abcd"[number % 3 :]))
    write_manifest(utterances, folder / "set.jsonl.gz")
    (folder / "run.json").write_text(json.dumps(RUN))
    return folder / "run.json"


@pytest.fixture(scope="module")
def alone(run, tmp_path_factory):
    """What one process prints."""
    result = subprocess.run(
        [sys.executable, WORKER, run, tmp_path_factory.mktemp("alone")],
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def dev_errors(printed):
    return re.findall(r"loss \S+, dev errors (\S+) %$", printed, re.MULTILINE)


def test_two_processes_have_the_losses_of_one_and_go_on_after_one_was_killed(run, alone, tmp_path):
    launcher = ["torch.distributed.run", "--standalone", "--nproc-per-node=2", "--max-restarts=1"]
    result = subprocess.run(
        [sys.executable, "-m", *launcher, WORKER, run, tmp_path, "5"],
        capture_output=True,
        text=True,
        check=False,
        # torch 2.13 would find the addresses of the first attempt again.
        env={**os.environ, "OMP_NUM_THREADS": "1", "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"},
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "killed").exists()
    assert re.search(r"going on from last.ckpt: step [45],", result.stdout)
    # Steps are printed again where the last checkpoint was before them; the later ones count.
    assert losses(result.stdout) == pytest.approx(losses(alone), abs=2e-3)
    assert dev_errors(result.stdout)[-1] == dev_errors(alone)[-1]


def test_the_command_under_torchrun_has_the_losses_of_one_process(run, alone, tmp_path):
    sections = (
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        for name, values in RUN.items()
    )
    file = run.with_name("run.toml")
    file.write_text("\n".join(sections))
    torchrun = [sys.executable, "-m", "torch.distributed.run"]
    auricle = [shutil.which("auricle", path=sysconfig.get_path("scripts")), "train", file]
    result = subprocess.run(
        [
            *torchrun,
            "--standalone",
            "--nproc-per-node",
            "2",
            "--no-python",
            *auricle,
            "-o",
            tmp_path,
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert result.returncode == 0, result.stderr
    assert losses(result.stdout) == pytest.approx(losses(alone), abs=2e-3)
    assert dev_errors(result.stdout) == dev_errors(alone)


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def test_two_tasks_of_slurm_train_together(run, alone, tmp_path):
    slurm = {
        "SLURM_JOB_ID": "1",
        "SLURM_JOB_NAME": "auricle",
        "SLURM_NTASKS": "2",
        "SLURM_NTASKS_PER_NODE": "2",
        "SLURM_NNODES": "1",
        "SLURM_NODEID": "0",
        "SLURM_JOB_NODELIST": "localhost",
        "MASTER_PORT": str(free_port()),
    }
    tasks = [
        subprocess.Popen(
            [sys.executable, WORKER, run, tmp_path],
            env={**os.environ, **slurm, "SLURM_PROCID": task, "SLURM_LOCALID": task},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for task in "01"
    ]
    printed = [task.communicate() for task in tasks]
    assert [task.returncode for task in tasks] == [0, 0], printed
    assert losses(printed[0][0]) == pytest.approx(losses(alone), abs=2e-3)
    assert not losses(printed[1][0])  # one of them speaks


@pytest.mark.parametrize(
    ("environ", "counts"),
    [
        ({}, (3, 2)),
        ({"TORCHELASTIC_RUN_ID": "x", "LOCAL_WORLD_SIZE": "8", "WORLD_SIZE": "32"}, (8, 4)),
        ({"SLURM_NTASKS": "16", "SLURM_NNODES": "2", "SLURM_JOB_NAME": "auricle"}, (8, 2)),
    ],
)
def test_a_launcher_says_how_many_processes_there_are(monkeypatch, environ, counts):
    for name in ("TORCHELASTIC_RUN_ID", "SLURM_NTASKS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert process_counts(MachineOptions(devices=3, nodes=2)) == counts


@pytest.mark.parametrize("name", ["RANK", "LOCAL_RANK", "SLURM_PROCID"])
def test_the_first_process_has_no_number_above_0(monkeypatch, name):
    assert is_first()
    monkeypatch.setenv(name, "0")
    assert is_first()
    monkeypatch.setenv(name, "1")
    assert not is_first()


def test_a_file_that_does_not_come_is_not_awaited_for_ever(tmp_path):
    with pytest.raises(TrainingError, match="put it on a shared disk"):
        await_file(tmp_path / "units.json", patience_seconds=0.2)


def test_what_a_lost_process_causes_is_told_from_other_errors():
    told = "[gloo/transport/tcp/pair.cc:537] Read error [127.0.0.1]:5534: Connection reset by peer"
    assert is_lost_connection(RuntimeError(told))
    assert not is_lost_connection(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
