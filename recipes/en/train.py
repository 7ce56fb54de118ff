"""Stage 2: train the acoustic model of run.toml on DATA/manifests/train.jsonl.gz.

    python recipes/en/train.py DATA RUN [--config run.toml] [--begin FILE] [--processes N]

RUN is a folder: it receives checkpoints and TensorBoard logs. Started again, the run goes on from
its last checkpoint, with the options of the configuration as it then is. The checkpoints with the
lowest greedy word error on the dev set are kept. --begin takes the weights that fit from a
checkpoint.safetensors; --processes shares each step among so many processes of one thread each.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import lightning
import soundfile
import tomllib
import torch
from lhotse import CutSet
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from lightning.pytorch.loggers import TensorBoardLogger
from safetensors.torch import load_file
from torch.utils.data import DataLoader, IterableDataset

from auricle.training.acoustic import (
    AcousticModel,
    MaskOptions,
    OptimiserOptions,
    measure_features,
)
from auricle.training.augmentation import Gain, Noise, Room, Speed
from auricle.training.batches import Batch, Batches, BatchOptions
from auricle.training.rnn import HeadOptions, Rnn, RnnOptions
from auricle.training.units import Characters, Phones, Units, read_lexicon

HERE = Path(__file__).parent
ALPHABET = "abcdefghijklmnopqrstuvwxyz'"


class Epochs(IterableDataset[Batch]):
    """One epoch after the other, from a given one on."""

    def __init__(self, batches: Batches, first: int) -> None:
        super().__init__()
        self.batches = batches
        self.first = first

    def __iter__(self) -> Iterator[Batch]:
        for epoch in itertools.count(self.first):
            self.batches.epoch = epoch
            yield from self.batches


class Progress(Callback):
    """Print the loss, the speed and the time left every so many steps."""

    def __init__(self, every: int = 50) -> None:
        self.every = every
        self.seconds = 0.0
        self.since = time.monotonic()

    def on_train_batch_end(
        self, trainer: Any, model: Any, outputs: Any, batch: Batch, index: int
    ) -> None:
        """Count the audio of the batch and report at the end of an interval."""
        self.seconds += float(batch.sample_counts.sum()) / 16000
        if trainer.global_step % self.every:
            return
        elapsed = time.monotonic() - self.since
        left = (trainer.max_steps - trainer.global_step) * elapsed / self.every / 60
        loss = float(trainer.callback_metrics.get("loss", float("nan")))
        print(
            f"step {trainer.global_step}: loss {loss:.3f}, "
            f"{self.seconds / elapsed:.0f} x real time, {left:.0f} min left",
            flush=True,
        )
        self.seconds, self.since = 0.0, time.monotonic()


def noise_clips(folder: Path) -> tuple[Any, ...]:
    """Read the noise clips of a folder as float32 arrays."""
    return tuple(soundfile.read(path, dtype="float32")[0] for path in sorted(folder.glob("*.wav")))


def spellable(cuts: CutSet, units: Sequence[Units], frame_seconds: float) -> list[Any]:
    """Keep the utterances that have enough frames for their tokens at the fastest speed."""
    kept = []
    for cut in cuts:
        lengths = [len(each.encode(cut.supervisions[0].text)) for each in units]
        if max(lengths) + 1 < 0.85 * cut.duration / frame_seconds:
            kept.append(cut)
    return kept


def make_units(kinds: Sequence[str], data: Path) -> list[Units]:
    """Make what each head spells in."""
    lexicon = read_lexicon(data / "lexicon.txt") if "phones" in kinds else {}
    made = {"characters": Characters(ALPHABET), "phones": Phones(lexicon)}
    return [made[kind] for kind in kinds]


def network_options(options: dict[str, Any], data: Path) -> tuple[list[Units], RnnOptions]:
    """Return the units of each head and the geometry that a configuration describes."""
    units = make_units([head["units"] for head in options["heads"]], data)
    heads = tuple(
        HeadOptions(len(each.tokens), head.get("layer"))
        for each, head in zip(units, options["heads"], strict=True)
    )
    return units, RnnOptions(heads, **options["network"])


def begin_with(network: Rnn, path: Path) -> int:
    """Take the weights of a file that the network has by name and shape; return their count."""
    own = network.state_dict()
    fitting = {
        name: value.float()
        for name, value in load_file(path).items()
        if name in own and own[name].shape == value.shape
    }
    network.load_state_dict(fitting, strict=False)
    return len(fitting)


def last_checkpoint(run: Path) -> Path | None:
    """Return the newest checkpoint of a run."""
    checkpoints = sorted(run.glob("*.ckpt"), key=lambda path: path.stat().st_mtime)
    return checkpoints[-1] if checkpoints else None


def callbacks(run: Path, options: dict[str, Any]) -> list[Callback]:
    """Keep the checkpoints of lowest dev error, and a recent one to go on from."""
    return [
        Progress(),
        ModelCheckpoint(
            run,
            filename="dev-{step}-{dev_wer:.4f}",
            monitor="dev_wer",
            save_top_k=options["average_best"],
            save_on_train_epoch_end=False,
        ),
        ModelCheckpoint(
            run, filename="last", train_time_interval=timedelta(minutes=options["minutes"])
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("run", type=Path, help="the folder of this run")
    parser.add_argument("--config", type=Path, default=HERE / "run.toml", help="the run's options")
    parser.add_argument("--begin", type=Path, help="a checkpoint.safetensors to begin with")
    parser.add_argument("--processes", type=int, default=1, help="to train with")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    options = tomllib.loads(arguments.config.read_text())
    manifests = arguments.data / "manifests"
    arguments.run.mkdir(parents=True, exist_ok=True)
    units, network = network_options(options, arguments.data)
    optimiser = OptimiserOptions(**options["optimiser"])
    masks = MaskOptions(**options["masks"])
    weights = [head["weight"] for head in options["heads"]]
    model = AcousticModel(network, optimiser, masks, units, weights)

    frame_seconds = network.frame_samples / network.features.sample_rate
    batch_options = BatchOptions(**options["batches"])
    train_batches = Batches(
        CutSet.from_cuts(
            spellable(CutSet.from_file(manifests / "train.jsonl.gz"), units, frame_seconds)
        ),
        batch_options,
        [
            Speed(**options["speed"]),
            Room(**options["room"]),
            Noise(noise_clips(arguments.data / "noise" / "train"), **options["noise"]),
        ],
        Gain(),
        optimiser.seed,
    )
    dev = Batches(
        CutSet.from_file(manifests / "dev.jsonl.gz"),
        replace(batch_options, row_seconds=(0.0, 0.0), batch_seconds=100.0),
    )
    checkpoint = last_checkpoint(arguments.run)
    first_epoch = 0
    if checkpoint is not None:
        step = torch.load(checkpoint, weights_only=False)["global_step"]
        hours = sum(cut.duration for cut in train_batches.cuts) / 3600
        first_epoch = round(step * batch_options.batch_seconds / 3600 / hours) + 1
    elif arguments.begin is not None:
        lightning.seed_everything(optimiser.seed)
        print(f"{begin_with(model.network, arguments.begin)} tensors of {arguments.begin}")
    else:
        lightning.seed_everything(optimiser.seed)
        measure_features(model.network, list(itertools.islice(train_batches, 8)))
    trainer = lightning.Trainer(
        accelerator="auto",
        devices=arguments.processes,
        strategy="ddp" if arguments.processes > 1 else "auto",
        use_distributed_sampler=False,
        precision="bf16-mixed",
        max_steps=optimiser.steps,
        gradient_clip_val=optimiser.gradient_norm,
        val_check_interval=options["checkpoints"]["dev_every_steps"],
        num_sanity_val_steps=0,
        log_every_n_steps=25,
        callbacks=callbacks(arguments.run, options["checkpoints"]),
        logger=TensorBoardLogger(arguments.run, name=None, version=""),
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    train_batches.part, train_batches.parts = trainer.global_rank, trainer.world_size
    trainer.fit(
        model,
        DataLoader(
            Epochs(train_batches, first_epoch), batch_size=None, num_workers=1, prefetch_factor=6
        ),
        DataLoader(dev, batch_size=None),
        ckpt_path=checkpoint,
        weights_only=False,
    )


if __name__ == "__main__":
    main()
