"""Stage 2: train the acoustic model of run.toml on DATA/manifests/train.jsonl.gz.

    python recipes/en/train.py DATA RUN [--config run.toml] [--steps N]

RUN is a folder: it receives pieces.model, checkpoints and TensorBoard logs. Started again, the run
goes on from its last checkpoint. The checkpoints with the lowest greedy word error on the dev set
are kept.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
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
from torch.utils.data import DataLoader, IterableDataset

from auricle.training.acoustic import (
    AcousticModel,
    MaskOptions,
    OptimiserOptions,
    measure_features,
)
from auricle.training.augmentation import Gain, Noise, Room, Speed
from auricle.training.batches import Batch, Batches, BatchOptions
from auricle.training.rnn import RnnOptions
from auricle.training.units import Pieces, train_pieces

HERE = Path(__file__).parent


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


def spellable(cuts: CutSet, pieces: Pieces, frame_seconds: float) -> list[Any]:
    """Keep the utterances that have enough frames for their tokens at the fastest speed."""
    kept = []
    for cut in cuts:
        tokens = pieces.encode(cut.supervisions[0].text)
        if len(tokens) + 1 < 0.85 * cut.duration / frame_seconds:
            kept.append(cut)
    return kept


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
    parser.add_argument("--steps", type=int, help="train so many steps instead of run.toml's")
    arguments = parser.parse_args()
    options = tomllib.loads(arguments.config.read_text())
    manifests = arguments.data / "manifests"
    arguments.run.mkdir(parents=True, exist_ok=True)
    train_cuts = CutSet.from_file(manifests / "train.jsonl.gz")
    pieces_path = arguments.run / "pieces.model"
    if not pieces_path.exists():
        texts = (cut.supervisions[0].text for cut in train_cuts)
        train_pieces(texts, options["units"]["size"], pieces_path)
    pieces = Pieces(pieces_path)

    network = RnnOptions(vocabulary_size=len(pieces.tokens), **options["network"])
    optimiser = OptimiserOptions(**options["optimiser"])
    if arguments.steps:
        optimiser = replace(optimiser, steps=arguments.steps)
    model = AcousticModel(network, optimiser, MaskOptions(**options["augmentation"]), pieces)

    frame_seconds = network.frame_samples / network.features.sample_rate
    batch_options = BatchOptions(**options["batches"])
    augmentations = [
        Speed(),
        Room(),
        Noise(noise_clips(arguments.data / "noise" / "train")),
        Gain(),
    ]
    train_batches = Batches(
        CutSet.from_cuts(spellable(train_cuts, pieces, frame_seconds)),
        pieces.encode,
        batch_options,
        augmentations,
        optimiser.seed,
    )
    dev = Batches(
        CutSet.from_file(manifests / "dev.jsonl.gz"),
        pieces.encode,
        replace(batch_options, row_seconds=(0.0, 0.0), batch_seconds=100.0),
    )
    checkpoint = last_checkpoint(arguments.run)
    first_epoch = 0
    if checkpoint is None:
        lightning.seed_everything(optimiser.seed)
        measure_features(model.network, list(itertools.islice(train_batches, 8)))
    else:
        first_epoch = torch.load(checkpoint, weights_only=False)["global_step"]
    trainer = lightning.Trainer(
        accelerator="auto",
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
