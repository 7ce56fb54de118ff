"""How fast networks are trained on this machine, and what loading and changing recordings costs.

    python benchmarks/training.py [MANIFEST] [--networks rnn] [--sizes small] [--codec flac]

For each network at three sizes, in hours of speech an hour:

training    `auricle train` as it is: recordings read, changed, joined to batches in a process of
            their own; masks, gradients, optimiser, lightning
bare        the same batches in memory: features, network, CTC loss and gradients, nothing else
lost        the share of the bare network's speed that the rest costs; by the clock, and by the
            processor time of the process that trains, which other work on the machine changes less
loading     what the process that loads gives for an hour of its processor time; and the share of
            the bare network's processor time that this is
live        processor seconds for a second of audio of the graph that is exported, in 8 bits and in
            chunks of the default length, without the search
took        seconds for the row of the table

MANIFEST is what is trained on, the test clips without one, as copies in a codec. A run's first half
is not counted: its batches come from before it began. Slow networks have fewer steps, and rows of
DeepSpeech's fewer seconds in a batch, so that the whole table takes minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import io
import itertools
import json
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile
import torch

from auricle.acoustic import AcousticGraph
from auricle.manifest import Utterance, measure, read_manifest, read_utterance, write_manifest
from auricle.quantisation import quantise
from auricle.training import fitting, trainer
from auricle.training.acoustic import AcousticModel
from auricle.training.batches import Batch
from auricle.training.configuration import PackageOptions, RunOptions, run_options
from auricle.training.corpora import READERS
from auricle.training.ctc import ctc_losses
from auricle.training.export import FEATURES, describe, export_float
from auricle.training.network import Network
from auricle.training.progress import Progress

CLIPS = Path(__file__).parents[1] / "tests" / "data" / "speech"
NETWORKS: dict[str, dict[str, dict[str, Any]]] = {
    "rnn": {
        "small": {"rows": 2, "hidden": 256, "layers": 3},
        "medium": {"rows": 2, "hidden": 512, "layers": 4},
        "large": {"rows": 2, "hidden": 768, "layers": 5},
    },
    "conformer": {
        "small": {"rows": 2, "hidden": 144, "layers": 6},
        "medium": {"rows": 2, "hidden": 240, "layers": 10},
        "large": {"rows": 2, "hidden": 320, "layers": 14},
    },
    "deepspeech": {
        "small": {"hidden": 512},
        "medium": {"hidden": 1024},
        "large": {"hidden": 2048},
    },
}


BATCH_SECONDS = {"rnn": 110.0, "conformer": 110.0, "deepspeech": 55.0}
STEPS = {
    "rnn": {"small": 14, "medium": 14, "large": 8},
    "conformer": {"small": 14, "medium": 14, "large": 8},
    "deepspeech": {"small": 10, "medium": 6, "large": 4},
}


class Clock(NamedTuple):
    """Seconds since some moment."""

    wall: float
    processor: float


def clock() -> Clock:
    return Clock(time.perf_counter(), time.process_time())


class Watch(Progress):
    """Notes when each step ends, and keeps its batch and the model."""

    def __init__(self, every: int) -> None:
        super().__init__(every)
        self.ends: list[Clock] = []
        self.batches: list[Batch] = []
        self.model: AcousticModel | None = None
        seen.append(self)

    def on_train_batch_end(
        self, trainer: Any, model: Any, outputs: Any, batch: Batch, index: int
    ) -> None:
        """Note the end of a step."""
        self.ends.append(clock())
        self.batches.append(batch)
        self.model = model


seen: list[Watch] = []


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("manifest", nargs="?", type=Path)
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS))
    parser.add_argument("--sizes", nargs="+", default=["small", "medium", "large"])
    parser.add_argument("--steps", type=int, help="of every network")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch-seconds", type=float, help="of every network")
    parser.add_argument("--codec", choices=["wav", "flac"], default="wav", help="to train from")
    arguments = parser.parse_args()
    trainer.Progress = Watch  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as scratch:
        manifest = enough(arguments, Path(scratch))
        for kind in arguments.networks:
            for size, network in NETWORKS[kind].items():
                if size not in arguments.sizes:
                    continue
                begin = clock().wall
                steps = arguments.steps or STEPS[kind][size]
                options = run(manifest, {"kind": kind, **network}, steps, arguments)
                report = trained(options, Path(scratch) / f"{kind}-{size}")
                took = {"took": round(clock().wall - begin)}
                print(json.dumps({"network": f"{kind}, {size}", **report, **took}), flush=True)


def enough(arguments: argparse.Namespace, folder: Path) -> Path:
    """Write a manifest of at least twenty batches, with the recordings several times."""
    if arguments.manifest is None:
        found = [utterance for _, utterance in READERS["folder"](CLIPS)]
    else:
        found = read_manifest(arguments.manifest)
    wanted = 20 * (arguments.batch_seconds or max(BATCH_SECONDS.values()))
    utterances, seconds = [], 0.0
    for utterance in itertools.islice(itertools.cycle(found), 100_000):
        copy = written(utterance, folder, arguments.codec)
        utterances.append(dataclasses.replace(copy, id=f"{len(utterances)}-{copy.id}"))
        seconds += copy.duration or 0.0
        if seconds > wanted:
            break
    write_manifest(utterances, folder / "set.jsonl.gz")
    write_manifest(utterances[:1], folder / "dev.jsonl.gz")
    return folder / "set.jsonl.gz"


def written(utterance: Utterance, folder: Path, codec: str) -> Utterance:
    """Write a recording at the rate of training, once, and return it."""
    path = folder / f"{utterance.id}.{codec}"
    if not path.exists():
        soundfile.write(path, read_utterance(utterance, 16000), 16000, subtype="PCM_16")
    return measure(Utterance(utterance.id, str(path), utterance.text))


def run(
    manifest: Path, network: dict[str, Any], steps: int, arguments: argparse.Namespace
) -> RunOptions:
    batch_seconds = arguments.batch_seconds or BATCH_SECONDS[network["kind"]]
    values = {
        "data": {"train": manifest.name, "dev": "dev.jsonl.gz", "normaliser": "english"},
        "network": network,
        "batches": {"batch_seconds": batch_seconds},
        "optimiser": {"steps": steps},
        "checkpoints": {"dev_every_steps": 10**6, "minutes": 1000.0},
        "machine": {"accelerator": "cpu", "threads": arguments.threads},
    }
    return run_options(values, manifest.parent)


def trained(options: RunOptions, folder: Path) -> dict[str, float]:
    with contextlib.redirect_stdout(io.StringIO()):
        fitting.train(options, folder)
    watch = seen[-1]
    assert watch.model is not None
    half = len(watch.ends) // 2
    batches = watch.batches[half:]
    seconds = sum(float(batch.sample_counts.sum()) / 16000 for batch in batches)
    took = [end - begin for begin, end in zip(watch.ends[half - 1], watch.ends[-1], strict=True)]
    bare = time_bare(watch.model, batches)
    loading = loading_speed(options)
    return {
        "million_parameters": round(sum(p.numel() for p in watch.model.parameters()) / 1e6, 1),
        "training": round(seconds / took[0], 1),
        "bare": round(seconds / bare.wall, 1),
        "lost_percent": round(100 * (1 - bare.wall / took[0]), 1),
        "lost_processor_percent": round(100 * (1 - bare.processor / took[1]), 1),
        "loading": round(loading),
        "loading_percent": round(100 * seconds / bare.processor / loading, 1),
        **live_cost(watch.model.network, folder),
    }


def time_bare(model: AcousticModel, batches: list[Batch]) -> Clock:
    """Return the time that features, network, loss and gradients take."""
    targets = [[model.units[0].encode(text) for text in batch.texts] for batch in batches]
    begin = clock()
    for batch, tokens in zip(batches, targets, strict=True):
        with torch.autocast("cpu", torch.bfloat16):
            outputs, frames = model.log_probabilities(batch, mask=False)
            loss = ctc_losses(outputs[0], frames, tokens).sum()
        loss.backward()
        model.zero_grad()
    end = clock()
    return Clock(end.wall - begin.wall, end.processor - begin.processor)


def loading_speed(options: RunOptions) -> float:
    """Return the seconds of speech that are loaded in a second of processor time."""
    batches = iter(fitting.training_batches(read_manifest(options.data.train[0]), options))
    next(batches)  # with it comes what is needed once
    begin = time.process_time()
    loaded = list(itertools.islice(batches, 8))
    seconds = sum(float(batch.sample_counts.sum()) / 16000 for batch in loaded)
    return seconds / (time.process_time() - begin)


def live_cost(network: Network, folder: Path) -> dict[str, float]:
    """Return the length of a chunk, and the processor seconds for a second of audio."""
    contract = describe(network, PackageOptions().chunk_seconds)
    export_float(network, folder / "float.onnx")
    quantise(folder / "float.onnx", folder / "graph.onnx", but_for=FEATURES)
    graph = AcousticGraph(folder / "graph.onnx", contract)
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (1, contract.chunk_samples))
    chunk, states = noise.astype(np.float32), graph.initial_states()
    seconds = contract.chunk_samples / contract.sample_rate
    chunks = int(30.0 / seconds)
    begin = time.process_time()
    for _ in range(chunks):
        _, states = graph.run(chunk, states)
    took = time.process_time() - begin
    return {"chunk_seconds": seconds, "live": round(took / (chunks * seconds), 4)}


if __name__ == "__main__":
    main()
