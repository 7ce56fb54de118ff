"""Processes that train together: how many there are, and which one speaks for them all.

A launcher (torchrun, srun, or lightning itself) starts the same command in each of them and tells
them apart by environment variables, which are all that is known before the training has begun.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from lightning.fabric.plugins.environments.slurm import SLURMEnvironment

from auricle.errors import TrainingError
from auricle.training.configuration import MachineOptions

# One that is above 0 tells a process that is not the first one.
_PLACES = ("RANK", "LOCAL_RANK", "NODE_RANK", "GROUP_RANK", "SLURM_PROCID")
_PATIENCE_SECONDS = 1800.0


def is_first() -> bool:
    """Tell whether this process prints, and writes what all need, for the others."""
    return not any(int(os.environ.get(name) or 0) for name in _PLACES)


def say(text: str) -> None:
    """Print, in the first process."""
    if is_first():
        print(text, flush=True)


def await_file(path: Path, patience_seconds: float = _PATIENCE_SECONDS) -> None:
    """Wait for what the first process writes before the training begins.

    Raises:
        TrainingError: It does not come.
    """
    end = time.monotonic() + patience_seconds
    while not path.exists():
        if time.monotonic() > end:
            raise TrainingError(
                f"{path}: the first process did not write it in {patience_seconds:.0f} s; all "
                "nodes need the run's folder under the same path, so put it on a shared disk"
            )
        time.sleep(0.1)


def process_counts(machine: MachineOptions) -> tuple[int, int]:
    """Return the processes on each node, and the nodes: as the launcher says, else as the file."""
    environ = os.environ
    if "LOCAL_WORLD_SIZE" in environ and "TORCHELASTIC_RUN_ID" in environ:
        each = int(environ["LOCAL_WORLD_SIZE"])
        return each, int(environ["WORLD_SIZE"]) // each
    if SLURMEnvironment.detect():
        nodes = int(environ.get("SLURM_NNODES", 1))
        return int(environ["SLURM_NTASKS"]) // nodes, nodes
    return machine.devices, machine.nodes


def is_lost_connection(error: RuntimeError) -> bool:
    """Tell whether gloo, NCCL or MPI say that another process is gone."""
    text = str(error).lower()
    return any(name in text for name in ("gloo", "nccl", "connection", "process group"))
