"""A run from its file to its checkpoints.

    run.toml -> prepared data and units -> network (new, or what another model knew)
             -> lightning's Trainer -> RUN/{run.json, units.json, *.ckpt, TensorBoard's events}

A folder that holds checkpoints goes on from the last of them, with the batch that would have
followed. The same command runs in every process of a training on several devices or machines.
"""

from __future__ import annotations

import errno
import itertools
import logging
import signal
import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import lightning
import torch
from torch.utils.data import DataLoader

from auricle.errors import TrainingError
from auricle.evaluation.noise import read_clips
from auricle.manifest import Utterance
from auricle.training.acoustic import AcousticModel, measure_features, place_of
from auricle.training.augmentation import Gain
from auricle.training.batches import Batch, Batches
from auricle.training.beginning import Origin, begin_with, freeze, with_its_alphabet
from auricle.training.change import Augmentation
from auricle.training.checkpoints import Told, last_checkpoint
from auricle.training.configuration import (
    AUGMENTATION_SECTIONS,
    HeadChoice,
    RunOptions,
    keep_run,
)
from auricle.training.expected_errors import ExpectedErrors
from auricle.training.hearing import make_augmentation
from auricle.training.machines import (
    await_file,
    is_first,
    is_lost_connection,
    say,
)
from auricle.training.network import HeadOptions, NetworkOptions
from auricle.training.networks import network_options
from auricle.training.planning import BatchOptions, Place
from auricle.training.preparing import UNITS_FILE, make_units, prepare_data
from auricle.training.resuming import check_unchanged
from auricle.training.trainer import make_trainer
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
    if is_first():
        keep_run(options, folder)
    if options.machine.threads:
        torch.set_num_threads(options.machine.threads)
    network = dict(options.network) if options.network or origin is None else origin.geometry()
    frame_seconds = geometry([1] * len(options.heads), options, network).frame_samples / 16000
    heads = with_its_alphabet(options.heads, origin)
    data, units = prepare_data(
        options.data, partial(_shared_units, heads, folder=folder), frame_seconds
    )
    say(data.describe())
    lightning.seed_everything(options.optimiser.seed, verbose=False)
    shape = geometry([len(each.tokens) for each in units], options, network)
    weights = [head.weight for head in options.heads]
    expected = (
        ExpectedErrors(options.expected_errors, units) if options.expected_errors.weight else None
    )
    model = AcousticModel(shape, options.optimiser, options.masks, units, weights, expected)
    batches = training_batches(data.train, options)
    checkpoint = last_checkpoint(folder)
    _begin(model, batches, checkpoint, origin, options, units)
    _quieten_lightning()
    trainer = make_trainer(options, folder)
    dev = dev_batches(data.dev, options.batches)
    for each in (batches, dev):
        each.part, each.parts = trainer.global_rank, trainer.world_size
    loaders = (_loader(batches, options.machine.workers), DataLoader(dev, batch_size=None))
    _fit(trainer, model, loaders, checkpoint, folder)


def _fit(
    trainer: lightning.Trainer,
    model: AcousticModel,
    loaders: tuple[DataLoader[Batch], DataLoader[Batch]],
    checkpoint: Path | None,
    folder: Path,
) -> None:
    """Run lightning, and say what ended it early.

    Raises:
        KeyboardInterrupt: It was told to end.
        TrainingError: It cannot go on.
    """
    try:
        trainer.fit(model, *loaders, ckpt_path=checkpoint, weights_only=False)
    except Told as told:
        say(f"ended after {told}; start the run in {folder} again to go on")
        raise KeyboardInterrupt from None
    except SystemExit:  # lightning's answer to Ctrl-C
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        if not (trainer.world_size > 1 and is_lost_connection(error)):
            raise
        raise TrainingError(
            f"another process of this training was lost ({str(error).splitlines()[0]}); start the "
            f"run in {folder} again to go on from its last checkpoint"
        ) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TrainingError(
            f"{folder}: there is no room on its disk ({error.strerror}); make some and start the "
            "run again to go on"
        ) from error
    if trainer.global_step < trainer.max_steps:
        say(
            f"ended after step {trainer.global_step}: the dev error did not fall in as many looks "
            "as [checkpoints] patience allows"
        )


def _shared_units(heads: Sequence[HeadChoice], texts: list[str], folder: Path) -> Sequence[Units]:
    """Make the units in the first process, and read them in the others."""
    if not is_first():
        await_file(folder / UNITS_FILE)
    return make_units(heads, texts, folder)


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
        utterances,
        options.batches,
        augmentations(options),
        Gain(),
        options.optimiser.seed,
        options.optimiser.steps,
    )


def augmentations(options: RunOptions) -> list[Augmentation]:
    """Return what changes the recordings, in the order it is applied."""
    clips = (
        read_clips(Path(options.data.noise), options.batches.sample_rate)
        if options.data.noise
        else ()
    )
    if options.augment:
        return [make_augmentation(**_parted(each), clips=clips) for each in options.augment]
    sections = {name: getattr(options, name) for name in AUGMENTATION_SECTIONS}
    return [make_augmentation(kind, values, clips) for kind, values in sections.items()]


def _parted(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Part an entry of [[augment]] into its kind and its values."""
    values = {name: value for name, value in entry.items() if name != "kind"}
    return {"kind": entry["kind"], "values": values}


def dev_batches(utterances: Sequence[Utterance], options: BatchOptions) -> Batches:
    """Return the batches of the dev set: an utterance a row, always in the same order."""
    values = {**vars(options), "row_seconds": (0.0, 0.0), "batch_seconds": _DEV_SECONDS}
    batches = Batches(utterances, BatchOptions(**values))
    batches.epochs = 1
    return batches


def _begin(
    model: AcousticModel,
    batches: Batches,
    checkpoint: Path | None,
    origin: Origin | None,
    options: RunOptions,
    units: Sequence[Units],
) -> None:
    """Set the weights before the first step, and the place in the data."""
    freeze(model.network, options.begin.freeze)
    if checkpoint is not None:
        saved = torch.load(checkpoint, map_location="cpu", weights_only=False)
        check_unchanged(saved, checkpoint, model.network, options.optimiser)
        batches.begin = place_of(saved)
        say(
            f"going on from {checkpoint.name}: step {saved['global_step']}, "
            f"epoch {batches.begin.epoch}, batch {batches.begin.batch}"
        )
    elif origin is not None:
        say(begin_with(model.network, origin, units[0].tokens))
    else:
        measure_features(model.network, _first_batches(batches, 8))


def _first_batches(batches: Batches, count: int) -> list[Batch]:
    plan = itertools.islice(batches.plan.epoch(0), count)
    return [batches.load(Place(0, number), rows) for number, rows in enumerate(plan)]


def _loader(batches: Batches, workers: int) -> DataLoader[Batch]:
    return DataLoader(
        batches,
        batch_size=None,
        num_workers=workers,
        prefetch_factor=6 if workers else None,
        worker_init_fn=_leave_interruptions,
    )


def _leave_interruptions(worker: int) -> None:
    """Let the process that trains decide what Ctrl-C, which all processes receive, means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
