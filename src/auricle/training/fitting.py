"""A run from its file to its checkpoints.

    run.toml -> prepared data and units -> network (new, or what another model knew)
             -> lightning's Trainer -> RUN/{run.json, units.json, *.ckpt, TensorBoard's events}

A folder that holds checkpoints goes on from the last of them, with the batch that would have
followed. `dev-*.ckpt` are those of lowest dev error, which the package averages; `last.ckpt` is the
one to go on from.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping, ModelCheckpoint
from lightning.pytorch.loggers import TensorBoardLogger
from torch.utils.data import DataLoader

from auricle.errors import OptionError
from auricle.evaluation.noise import read_clips
from auricle.manifest import Utterance
from auricle.training.acoustic import AcousticModel, measure_features, place_of
from auricle.training.augmentation import Gain, Noise, Room, Speed
from auricle.training.batches import Augmentation, Batch, Batches, BatchOptions, Place
from auricle.training.beginning import Origin, begin_with, freeze, with_its_alphabet
from auricle.training.configuration import RunOptions, keep_run
from auricle.training.network import HeadOptions, NetworkOptions
from auricle.training.networks import network_options
from auricle.training.preparing import make_units, prepare_data
from auricle.training.progress import Progress
from auricle.training.sections import section
from auricle.training.units import Units

_DEV_SECONDS = 100.0  # of audio in a batch of the dev set


def train(options: RunOptions, folder: Path, *, origin: Origin | None = None) -> None:
    """Train, or go on with the training in a folder.

    Args:
        options: Of the run.
        folder: Of the run.
        origin: What another model knew; ignored where the folder holds a checkpoint.

    Raises:
        OptionError: Something that the options name is wrong.
        TrainingError: There is nothing to learn from, or the training cannot go on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keep_run(options, folder)
    if options.machine.threads:
        torch.set_num_threads(options.machine.threads)
    network = dict(options.network) if options.network or origin is None else origin.geometry()
    frame_seconds = geometry([1] * len(options.heads), options, network).frame_samples / 16000
    heads = with_its_alphabet(options.heads, origin)
    data, units = prepare_data(
        options.data, partial(make_units, heads, folder=folder), frame_seconds
    )
    print(data.describe(), flush=True)
    lightning.seed_everything(options.optimiser.seed, verbose=False)
    shape = geometry([len(each.tokens) for each in units], options, network)
    weights = [head.weight for head in options.heads]
    model = AcousticModel(shape, options.optimiser, options.masks, units, weights)
    batches = training_batches(data.train, options)
    checkpoint = last_checkpoint(folder)
    _begin(model, batches, checkpoint, origin, options, units)
    _quieten_lightning()
    trainer = make_trainer(options, folder)
    batches.part, batches.parts = trainer.global_rank, trainer.world_size
    trainer.fit(
        model,
        _loader(batches, options.machine.workers),
        DataLoader(dev_batches(data.dev, options.batches), batch_size=None),
        ckpt_path=checkpoint,
        weights_only=False,
    )


def _quieten_lightning() -> None:
    """Leave out its advertisements and what it says of its own future."""
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", module="lightning")
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")


def geometry(sizes: Sequence[int], options: RunOptions, network: dict[str, Any]) -> NetworkOptions:
    """Return the network's options.

    Args:
        sizes: Tokens of each head.
        options: Of the run.
        network: As in the section [network].
    """
    heads = tuple(
        HeadOptions(size, head.layer) for size, head in zip(sizes, options.heads, strict=True)
    )
    return network_options(network, heads)


def training_batches(utterances: Sequence[Utterance], options: RunOptions) -> Batches:
    """Return the endless batches of a run."""
    return Batches(
        utterances, options.batches, augmentations(options), Gain(), options.optimiser.seed
    )


def augmentations(options: RunOptions) -> list[Augmentation]:
    """Return what changes the recordings, in the order it is applied."""
    clips = (
        read_clips(Path(options.data.noise), options.batches.sample_rate)
        if options.data.noise
        else ()
    )
    return [
        section(Speed, options.speed, "speed"),
        section(Room, options.room, "room"),
        section(Noise, {**options.noise, "clips": clips}, "noise"),
    ]


def dev_batches(utterances: Sequence[Utterance], options: BatchOptions) -> Batches:
    """Return the batches of the dev set: an utterance a row, always in the same order."""
    values = {**vars(options), "row_seconds": (0.0, 0.0), "batch_seconds": _DEV_SECONDS}
    batches = Batches(utterances, BatchOptions(**values))
    batches.epochs = 1
    return batches


def last_checkpoint(folder: Path) -> Path | None:
    """Return the newest checkpoint of a run."""
    checkpoints = sorted(folder.glob("*.ckpt"), key=lambda path: path.stat().st_mtime_ns)
    return checkpoints[-1] if checkpoints else None


def make_trainer(options: RunOptions, folder: Path) -> lightning.Trainer:
    """Return lightning's Trainer for a run."""
    machine, checkpoints = options.machine, options.checkpoints
    several = machine.devices * machine.nodes > 1
    return lightning.Trainer(
        accelerator=machine.accelerator,
        devices=machine.devices,
        num_nodes=machine.nodes,
        strategy="ddp" if several else "auto",
        use_distributed_sampler=False,
        precision=machine.precision,  # type: ignore[arg-type]
        max_steps=options.optimiser.steps,
        gradient_clip_val=options.optimiser.gradient_norm,
        val_check_interval=checkpoints.dev_every_steps,
        num_sanity_val_steps=0,
        log_every_n_steps=min(25, checkpoints.report_every_steps),
        callbacks=_callbacks(folder, options),
        logger=TensorBoardLogger(folder, name=None, version=""),
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def _callbacks(folder: Path, options: RunOptions) -> list[Callback]:
    checkpoints = options.checkpoints
    callbacks: list[Callback] = [
        Progress(checkpoints.report_every_steps),
        ModelCheckpoint(
            folder,
            filename="dev-{step}-{dev_wer:.4f}",
            monitor="dev_wer",
            save_top_k=checkpoints.average_best,
            save_on_train_epoch_end=False,
        ),
        ModelCheckpoint(
            folder,
            filename="last",
            train_time_interval=timedelta(minutes=checkpoints.minutes),
            enable_version_counter=False,
            save_on_exception=True,
        ),
    ]
    if checkpoints.patience:
        callbacks.append(EarlyStopping("dev_wer", patience=checkpoints.patience))
    return callbacks


def _begin(
    model: AcousticModel,
    batches: Batches,
    checkpoint: Path | None,
    origin: Origin | None,
    options: RunOptions,
    units: Sequence[Units],
) -> None:
    """Set the weights before the first step, and the place in the data."""
    if checkpoint is not None:
        saved = torch.load(checkpoint, map_location="cpu", weights_only=False)
        batches.begin = place_of(saved)
        print(
            f"going on from {checkpoint.name}: step {saved['global_step']}, "
            f"epoch {batches.begin.epoch}, batch {batches.begin.batch}",
            flush=True,
        )
    elif origin is not None:
        print(begin_with(model.network, origin, units[0].tokens), flush=True)
    else:
        measure_features(model.network, _first_batches(batches, 8))
    freeze(model.network, options.begin.freeze)


def _first_batches(batches: Batches, count: int) -> list[Batch]:
    plan = batches.plan(0)[:count]
    loaded = (batches.load(Place(0, number), rows) for number, rows in enumerate(plan))
    return [batch for batch in loaded if batch is not None]


def _loader(batches: Batches, workers: int) -> DataLoader[Batch]:
    if workers > 1:
        raise OptionError(
            f"[machine] workers = {workers}: batches follow one another, so it must be 0 or 1; "
            "one process loads several hundred hours of speech an hour"
        )
    return DataLoader(
        batches, batch_size=None, num_workers=workers, prefetch_factor=6 if workers else None
    )
