"""Stage 2: train the acoustic model of run.toml on DATA/manifests/train.jsonl.gz.

    python recipes/en/train.py DATA RUN [--config FILE]... [--begin FILE] [--processes N]

RUN is a folder: it receives checkpoints and TensorBoard logs. Started again, the run goes on from
its last checkpoint, with the options of the configuration as it then is. Without --config that is
run.toml; of several files a later one changes single keys of the sections before. The checkpoints
with the lowest greedy word error on the dev set are kept. --begin takes the weights that fit from a
checkpoint.safetensors; --processes shares each step among so many processes of one thread each.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomllib

from auricle.training.beginning import read_checkpoint
from auricle.training.configuration import RunOptions, run_options
from auricle.training.fitting import train
from auricle.training.units import Characters

HERE = Path(__file__).parent
ALPHABET = "abcdefghijklmnopqrstuvwxyz'"


def add_config_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        action="append",
        metavar="FILE",
        help="the run's options, run.toml if not given; a later file changes keys of one before",
    )


def recipe_options(configs: Sequence[Path] | None, data: Path, processes: int = 1) -> RunOptions:
    """Return the run that configurations describe, with the recordings in `data`."""
    values: dict[str, Any] = {}
    for config in configs or [HERE / "run.toml"]:
        for name, value in tomllib.loads(config.read_text()).items():
            values[name] = {**values.get(name, {}), **value} if isinstance(value, dict) else value
    values["data"] = {
        "train": "manifests/train.jsonl.gz",
        "dev": "manifests/dev.jsonl.gz",
        "noise": "noise/train" if (data / "noise" / "train").is_dir() else "",
        "normaliser": "english",
        **values.get("data", {}),
    }
    for head in values["heads"]:
        if head["units"] == "phones":
            head["lexicon"] = "lexicon.txt"
        else:
            head["alphabet"] = ALPHABET
    values["machine"] = {"devices": processes, "threads": 1, **values.get("machine", {})}
    return run_options(values, data)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("run", type=Path, help="the folder of this run")
    add_config_argument(parser)
    parser.add_argument("--begin", type=Path, help="a checkpoint.safetensors to begin with")
    parser.add_argument("--processes", type=int, default=1, help="to train with")
    arguments = parser.parse_args()
    origin = None
    if arguments.begin is not None:
        tokens = Characters(ALPHABET).tokens
        origin = read_checkpoint(arguments.begin, str(arguments.begin), tokens)
    options = recipe_options(arguments.config, arguments.data, arguments.processes)
    train(options, arguments.run, origin=origin)


if __name__ == "__main__":
    main()
