"""A process of a training: training_worker.py RUN.json FOLDER [STEP].

With a step it is killed there if it is the second of its kind, once: FOLDER/killed tells.
"""

import json
import os
import signal
import sys
import warnings
from pathlib import Path

from auricle.training.configuration import run_options
from auricle.training.fitting import train
from auricle.training.progress import Progress


def die_once(folder, step):
    marker = folder / "killed"

    def die(self, trainer, *arguments):
        if trainer.global_step == step and trainer.global_rank == 1 and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    Progress.on_train_batch_start = die


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    run, folder = map(Path, sys.argv[1:3])
    if len(sys.argv) > 3:
        die_once(folder, int(sys.argv[3]))
    train(run_options(json.loads(run.read_text()), run.parent), folder)
