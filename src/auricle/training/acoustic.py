"""The acoustic model in training: CTC loss, masks, learning rate and dev error, on lightning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import lightning
import torch
from torch import Tensor
from torch.optim import Optimizer

from auricle.errors import TrainingError
from auricle.training.batches import Batch
from auricle.training.ctc import ctc_losses
from auricle.training.expected_errors import ExpectedErrors, word_errors
from auricle.training.masks import MaskOptions, mask_features
from auricle.training.network import Network, NetworkOptions
from auricle.training.networks import make_network
from auricle.training.optimiser import OptimiserOptions, make_optimiser
from auricle.training.planning import Place
from auricle.training.units import Units


class AcousticModel(lightning.LightningModule):
    """Trains a network on batches of audio and texts.

    The loss is the weighted sum of the heads' CTC losses, each per token. Heads that share a name
    in `units` share the units.
    """

    def __init__(
        self,
        network: NetworkOptions,
        optimiser: OptimiserOptions,
        masks: MaskOptions,
        units: Sequence[Units],
        weights: Sequence[float],
        expected_errors: ExpectedErrors | None = None,
    ) -> None:
        """Set up the network.

        Args:
            network: Its geometry, with its heads.
            optimiser: How the weights are found.
            masks: What is hidden of the features.
            units: What each head spells in.
            weights: Of each head's loss.
            expected_errors: Of the search, which count beside the losses.
        """
        super().__init__()
        self.save_hyperparameters({"network": network}, logger=False)
        self.network = make_network(network)
        self.optimiser_options = optimiser
        self.masks = masks
        self.units = units
        self.weights = weights
        self.expected_errors = expected_errors
        self.rate_scale = 1.0  # of the schedule's learning rate
        self.place = Place()
        self.skipped = 0
        self.names: tuple[str, ...] = ()  # of the recordings of this batch
        self.references: list[list[str]] = [[] for _ in units]
        self.hypotheses: list[list[str]] = [[] for _ in units]

    def log_probabilities(self, batch: Batch, mask: bool) -> tuple[list[Tensor], Tensor]:
        """Run whole rows.

        Returns:
            Log-probabilities of each head, float32 (B, T, V), without the delayed frames, and the
            frame counts (B,).
        """
        network, options = self.network, self.network.options
        steps = (batch.sample_counts + options.step_samples - 1) // options.step_samples
        chunks = -(-(int(steps.max()) + options.look_ahead) // options.chunk_steps)
        total = chunks * options.chunk_steps * options.step_samples
        samples = torch.nn.functional.pad(batch.samples, (0, total - batch.samples.shape[1]))
        tail = samples.new_zeros(len(samples), network.log_mel.tail_samples)
        with torch.autocast(samples.device.type, enabled=False):
            features, _ = network.log_mel(samples, tail)
        if mask:
            strength = self.masks.strength(self.global_step)
            features = mask_features(features, self.masks, strength)
        return network.head_outputs(features), steps * options.rows

    def on_train_start(self) -> None:
        """Let the options' rates count in a resumed run, not those of its checkpoint."""
        schedule: Any = self.lr_schedulers()
        schedule.base_lrs = [self.optimiser_options.learning_rate for _ in schedule.base_lrs]
        for group in schedule.optimizer.param_groups:
            group["weight_decay"] = self.optimiser_options.weight_decay
        self.set_rate()

    def set_rate(self) -> None:
        """Let the next step have the schedule's rate, which else changes after it."""
        schedule: Any = self.lr_schedulers()
        groups = schedule.optimizer.param_groups
        for group, base, factor in zip(groups, schedule.base_lrs, schedule.lr_lambdas, strict=True):
            group["lr"] = base * factor(schedule.last_epoch)

    def on_train_batch_start(self, batch: Batch, index: int) -> None:
        """Draw masks and dropout from the step's own numbers, so that a resumed run draws them."""
        place = batch.following
        numbers = (self.optimiser_options.seed, place.epoch, place.batch, self.global_rank)
        torch.manual_seed(hash(numbers))

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep where the run is in its data."""
        checkpoint["place"] = (self.place.epoch, self.place.batch)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take up where the run is in its data."""
        self.place = place_of(checkpoint)

    def training_step(self, batch: Batch, index: int) -> Tensor | None:
        """Return the loss, or None (skip) where it is not finite.

        Raises:
            TrainingError: More batches were skipped than the options allow.
        """
        self.place = batch.following  # here, for callbacks that save come before our own hooks
        self.names = tuple(name for row in batch.names for name in row)
        outputs, frames = self.log_probabilities(batch, mask=True)
        sums, tokens = self._loss_sums(outputs, frames, batch.texts)
        whole = self._of_all_processes(torch.stack([sums.detach(), tokens]))  # (2, heads)
        losses = whole[0] / whole[1].clamp(min=1.0)
        loss = self._weighted(losses)
        if not torch.isfinite(loss):
            self._skip("loss", float(self._weighted(sums.detach())))
            return None
        for number, head_loss in enumerate(losses):
            self.log(f"loss_{number}", head_loss, batch_size=len(frames))
        self.log("loss", loss, batch_size=len(frames))
        # DDP takes the mean of the processes' gradients; theirs must add up.
        share = self._weighted(sums / whole[1].clamp(min=1.0))
        if self.expected_errors is not None:
            share = share + self._expected_share(self.expected_errors, outputs, frames, batch.texts)
        return share * self.trainer.world_size

    def _expected_share(
        self,
        expected_errors: ExpectedErrors,
        outputs: Sequence[Tensor],
        frames: Tensor,
        texts: Sequence[str],
    ) -> Tensor:
        """Return this process's share of the weighted errors to be expected for a word."""
        errors, words = expected_errors.sums(outputs, frames, texts)
        counts = torch.stack([errors.detach(), errors.new_tensor(words)])
        whole = self._of_all_processes(counts)
        self.log("expected_errors", whole[0] / whole[1].clamp(min=1.0), batch_size=len(frames))
        return expected_errors.options.weight * errors / whole[1].clamp(min=1.0)

    def _loss_sums(
        self, outputs: Sequence[Tensor], frames: Tensor, texts: Sequence[str]
    ) -> tuple[Tensor, Tensor]:
        """Return the sums of each head's losses over this process's rows, and tokens (heads,).

        A row without a text, as of a process that has no part in a batch, counts nothing.
        """
        sums, tokens = [], []
        for log_probs, units in zip(outputs, self.units, strict=True):
            targets = [units.encode(text) for text in texts]
            spoken = torch.tensor([bool(target) for target in targets], device=frames.device)
            losses = ctc_losses(log_probs, frames, targets)
            sums.append(torch.where(spoken, losses, 0.0).sum())
            tokens.append(float(sum(map(len, targets))))
        return torch.stack(sums), torch.tensor(tokens, device=frames.device)

    def _of_all_processes(self, values: Tensor) -> Tensor:
        """Return the sum of values over the processes that train together."""
        summed = self.trainer.strategy.reduce(values, reduce_op="sum")
        assert isinstance(summed, Tensor)
        return summed

    def _weighted(self, losses: Tensor) -> Tensor:
        """Return the weighted sum of losses (heads,)."""
        return (losses * losses.new_tensor(self.weights)).sum()

    def configure_gradient_clipping(
        self,
        optimizer: Optimizer,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        """Clip the norm of the gradients; where it is not finite, take no step.

        A loss can be finite and its gradients not, and one such step would end all learning. With
        fp16 they are left to the loss scaler, which looks for the scale at which they are finite.

        Raises:
            TrainingError: More batches were skipped than the options allow.
        """
        norm = torch.nn.utils.clip_grad_norm_(
            self.parameters(), self.optimiser_options.gradient_norm
        )
        if not torch.isfinite(norm) and self.trainer.precision != "16-mixed":
            optimizer.zero_grad()  # the optimisers pass over parameters without gradients
            self._skip("gradient", float(norm))

    def _skip(self, what: str, value: float) -> None:
        """Count a batch that cannot be learnt, and name its files in the processes that have it."""
        self.skipped += 1
        if not math.isfinite(value):
            print(f"skipped a batch whose {what} is {value}: {', '.join(self.names)}", flush=True)
        if self.skipped > self.optimiser_options.skipped:
            raise TrainingError(
                f"{self.skipped} batches had a loss or a gradient that is not finite; lower the "
                "learning rate or look at the recordings named above"
            )

    def validation_step(self, batch: Batch, index: int) -> None:
        """Decode greedily and keep the texts for the error rate."""
        outputs, frames = self.log_probabilities(batch, mask=False)
        for head, (log_probs, units) in enumerate(zip(outputs, self.units, strict=True)):
            for row, count, text in zip(log_probs.argmax(-1), frames, batch.texts, strict=True):
                if not text:
                    continue
                path = torch.unique_consecutive(row[:count])
                self.hypotheses[head].append(units.decode(path.tolist()))
                self.references[head].append(units.decode(units.encode(text)))

    def on_validation_epoch_end(self) -> None:
        """Log the error rates of the dev set, as fractions: words, or phones for phone heads."""
        rates = self._error_rates()
        for head, rate in enumerate(rates):
            self.log(f"dev_wer_{head}", rate)
        self.log("dev_wer", rates[0])
        loss = float(self.trainer.callback_metrics.get("loss", math.nan))
        shown = ", ".join(f"{100 * rate:.2f} %" for rate in rates)
        of_heads = " of the heads" if len(rates) > 1 else ""
        self.print(f"step {self.global_step}: loss {loss:.3f}, dev errors{of_heads} {shown}")
        for spoken, heard in zip(self.references[0][:1], self.hypotheses[0][:1], strict=True):
            self.print(f"  reference:  {spoken}\n  hypothesis: {heard}", flush=True)
        self._log_examples()
        for texts in (*self.references, *self.hypotheses):
            texts.clear()

    def _error_rates(self) -> list[float]:
        """Return each head's error rate on the utterances of all processes."""
        counts = [word_errors(*pair) for pair in zip(self.references, self.hypotheses, strict=True)]
        whole = self._of_all_processes(torch.tensor(counts, device=self.device))  # (heads, 2)
        return [float(errors) / max(1.0, float(words)) for errors, words in whole]

    def _log_examples(self, count: int = 8) -> None:
        """Show transcripts of the first dev utterances in TensorBoard."""
        if self.logger is None:
            return
        rows = zip(self.references[0][:count], self.hypotheses[0][:count], strict=True)
        table = "".join(f"| {spoken} | {heard} |\n" for spoken, heard in rows)
        text = f"| said | heard |\n|---|---|\n{table}"
        writer: Any = self.logger.experiment  # type: ignore[attr-defined]
        writer.add_text("dev", text, self.global_step)

    def configure_optimizers(self) -> Any:
        """Set up the optimiser with the schedule of the options."""
        options = self.optimiser_options
        optimiser = make_optimiser(self.network.named_parameters(), options)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: options.rate_at(step) * self.rate_scale
        )
        return {
            "optimizer": optimiser,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }


def place_of(checkpoint: Mapping[str, Any]) -> Place:
    """Return where the run of a checkpoint was in its data."""
    return Place(*checkpoint.get("place", (0, 0)))


def measure_features(network: Network, batches: list[Batch]) -> None:
    """Set the mean and scale of the features from some batches, before training."""
    shift = network.options.features.shift_samples
    rows = []
    for batch in batches:
        tail = torch.zeros(len(batch.samples), network.log_mel.tail_samples)
        whole = batch.samples.shape[1] // shift * shift
        features, _ = network.log_mel(batch.samples[:, :whole], tail)
        rows += [
            row[: count // shift] for row, count in zip(features, batch.sample_counts, strict=True)
        ]
    frames = torch.cat(rows)
    network.log_mel.mean.copy_(frames.mean(0))
    network.log_mel.scale.copy_(1.0 / frames.std(0))
