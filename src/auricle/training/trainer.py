"""Lightning's Trainer, set up as the file of a run says."""

from __future__ import annotations

from pathlib import Path

import lightning
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import Callback, EarlyStopping
from lightning.pytorch.loggers import TensorBoardLogger

from auricle.errors import OptionError
from auricle.training.checkpoints import WholeFiles, checkpoint_callbacks
from auricle.training.configuration import RunOptions
from auricle.training.machines import process_counts
from auricle.training.plateau import Plateau
from auricle.training.progress import Progress, Unreadable


def make_trainer(options: RunOptions, folder: Path) -> lightning.Trainer:
    """Return lightning's Trainer for a run.

    Raises:
        OptionError: The machine has no such accelerator, or it has not the precision.
    """
    machine = options.machine
    try:
        trainer = _trainer(options, folder)
    except (MisconfigurationException, ValueError) as error:
        raise OptionError(f"[machine] accelerator = {machine.accelerator!r}: {error}") from error
    if trainer.precision != machine.precision:  # lightning takes another one, with a warning
        raise OptionError(
            f"[machine] precision = {machine.precision!r} needs a GPU; on a processor take "
            "bf16-mixed or 32-true"
        )
    return trainer


def _trainer(options: RunOptions, folder: Path) -> lightning.Trainer:
    machine, checkpoints = options.machine, options.checkpoints
    devices, nodes = process_counts(machine)
    return lightning.Trainer(
        accelerator=machine.accelerator,
        devices=devices,
        num_nodes=nodes,
        strategy="ddp" if devices * nodes > 1 else "auto",
        plugins=[WholeFiles()],
        use_distributed_sampler=False,
        precision=machine.precision,  # type: ignore[arg-type]
        max_steps=options.optimiser.steps,
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
        Unreadable(options.batches.unreadable),
        Progress(checkpoints.report_every_steps),
        *checkpoint_callbacks(folder, checkpoints),
    ]
    if checkpoints.plateau_patience:
        callbacks.append(Plateau(checkpoints))
    if checkpoints.patience:
        callbacks.append(EarlyStopping("dev_wer", patience=checkpoints.patience))
    return callbacks
