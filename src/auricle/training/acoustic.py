"""The acoustic model in training: CTC loss, masks, learning rate and dev error, on lightning."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jiwer
import lightning
import torch
from torch import Tensor

from auricle.training.batches import Batch
from auricle.training.rnn import Rnn, RnnOptions
from auricle.training.units import Pieces


@dataclass(frozen=True)
class OptimiserOptions:
    """AdamW with a linear warm-up and a half-cosine decay to a hundredth."""

    steps: int = 5000
    warm_up_steps: int = 300
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    gradient_norm: float = 2.0
    seed: int = 1

    def rate_at(self, step: int) -> float:
        """Return the factor of the learning rate at a step."""
        if step < self.warm_up_steps:
            return (step + 1) / self.warm_up_steps
        progress = (step - self.warm_up_steps) / max(1, self.steps - self.warm_up_steps)
        return 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * min(1.0, progress)))


@dataclass(frozen=True)
class MaskOptions:
    """SpecAugment: bands and moments of the features set to their mean (Park et al., 2019)."""

    frequency_masks: int = 2
    frequency_mask_bins: int = 20
    time_masks_per_second: float = 0.3
    time_mask_frames: int = 20


def mask_features(features: Tensor, options: MaskOptions) -> Tensor:
    """Return a copy of features (B, T, F) with random bands and moments of each row set to zero."""
    batch, frames, bins = features.shape
    masked = features.clone()
    moments = round(frames / 100 * options.time_masks_per_second)
    for row in range(batch):
        for _ in range(options.frequency_masks):
            width = int(torch.randint(options.frequency_mask_bins + 1, ()))
            start = int(torch.randint(bins - width + 1, ()))
            masked[row, :, start : start + width] = 0.0
        for _ in range(moments):
            width = int(torch.randint(options.time_mask_frames + 1, ()))
            start = int(torch.randint(max(1, frames - width), ()))
            masked[row, start : start + width] = 0.0
    return masked


class AcousticModel(lightning.LightningModule):
    """Trains an Rnn on batches of audio and tokens."""

    def __init__(
        self, network: RnnOptions, optimiser: OptimiserOptions, masks: MaskOptions, pieces: Pieces
    ) -> None:
        super().__init__()
        self.network = Rnn(network)
        self.optimiser_options = optimiser
        self.masks = masks
        self.pieces = pieces
        self.references: list[str] = []
        self.hypotheses: list[str] = []

    def log_probabilities(self, batch: Batch, mask: bool) -> tuple[Tensor, Tensor]:
        """Run whole rows.

        Returns:
            Log-probabilities float32 (B, T, V) without the delayed frames, and the frame counts
            (B,).
        """
        network, options = self.network, self.network.options
        frames = (batch.sample_counts + options.frame_samples - 1) // options.frame_samples
        total = (int(frames.max()) + options.look_ahead) * options.frame_samples
        samples = torch.nn.functional.pad(batch.samples, (0, total - batch.samples.shape[1]))
        state = network.initial_state(len(samples))
        with torch.autocast(samples.device.type, enabled=False):
            features, _ = network.log_mel(samples, state["waveform"])
        if mask:
            features = mask_features(features, self.masks)
        log_probs, _ = network.encode(features, state)
        return log_probs[:, options.look_ahead :], frames

    def on_train_start(self) -> None:
        """Let the options' learning rate count in a resumed run, not that of its checkpoint."""
        schedule: Any = self.lr_schedulers()
        schedule.base_lrs = [self.optimiser_options.learning_rate for _ in schedule.base_lrs]

    def training_step(self, batch: Batch, index: int) -> Tensor | None:
        """Return the CTC loss per token, or None (skip) where it is not finite."""
        log_probs, frames = self.log_probabilities(batch, mask=True)
        losses = torch.nn.functional.ctc_loss(
            log_probs.transpose(0, 1),
            batch.tokens,
            frames,
            batch.token_counts,
            reduction="none",
            zero_infinity=True,
        )
        loss = losses.sum() / batch.token_counts.sum()
        if not torch.isfinite(loss):
            self.print(f"skipped a batch whose loss is {float(loss)}: {batch.names}")
            return None
        self.log("loss", loss, batch_size=len(frames))
        return loss

    def validation_step(self, batch: Batch, index: int) -> None:
        """Decode greedily and keep the texts for the error rate."""
        log_probs, frames = self.log_probabilities(batch, mask=False)
        tokens = torch.split(batch.tokens, batch.token_counts.tolist())
        for row, count, reference in zip(log_probs.argmax(-1), frames, tokens, strict=True):
            path = torch.unique_consecutive(row[:count])
            self.hypotheses.append(self.pieces.decode(path.tolist()))
            self.references.append(self.pieces.decode(reference.tolist()))

    def on_validation_epoch_end(self) -> None:
        """Log the word error rate of the dev set, as a fraction."""
        error = jiwer.wer(self.references, self.hypotheses)
        self.log("dev_wer", error)
        loss = float(self.trainer.callback_metrics.get("loss", math.nan))
        self.print(f"step {self.global_step}: loss {loss:.3f}, dev WER {100 * error:.2f} %")
        self.print(f"  reference:  {self.references[0]}\n  hypothesis: {self.hypotheses[0]}")
        self.references, self.hypotheses = [], []

    def configure_optimizers(self) -> Any:
        """Set up AdamW with the schedule of the options."""
        options = self.optimiser_options
        optimiser = torch.optim.AdamW(
            self.network.parameters(),
            lr=options.learning_rate,
            betas=(0.9, 0.98),
            weight_decay=options.weight_decay,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, options.rate_at)
        return {
            "optimizer": optimiser,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }


def measure_features(network: Rnn, batches: list[Batch]) -> None:
    """Set the mean and scale of the features from some batches, before training."""
    shift = network.options.features.shift_samples
    rows = []
    for batch in batches:
        tail = network.initial_state(len(batch.samples))["waveform"]
        whole = batch.samples.shape[1] // shift * shift
        features, _ = network.log_mel(batch.samples[:, :whole], tail)
        rows += [
            row[: count // shift] for row, count in zip(features, batch.sample_counts, strict=True)
        ]
    frames = torch.cat(rows)
    network.log_mel.mean.copy_(frames.mean(0))
    network.log_mel.scale.copy_(1.0 / frames.std(0))
