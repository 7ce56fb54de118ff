"""Training batches, loaded as they are planned: whole utterances joined to rows of similar length.

plan of an epoch (`planning`) -> each batch: recordings read, a pause between utterances,
augmentation, level, padding
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from auricle.errors import AudioError
from auricle.manifest import Utterance, read_utterance
from auricle.training.change import Augmentation, Waveform
from auricle.training.planning import BatchOptions, BatchPlan, Place, Plan, RowPlan


@dataclass  # not frozen: lightning moves its tensors between devices in place
class Batch:
    """Rows of audio and the texts spoken in them.

    One with nothing in it has a row of silence without a text, which must count for nothing.
    """

    samples: Tensor  # float32 (B, S)
    sample_counts: Tensor  # int64 (B,)
    texts: list[str]
    names: list[list[str]]  # the utterances of each row
    following: Place  # where a run goes on after this batch
    left_out: list[str] = field(default_factory=list)  # why recordings could not be read


class Batches(IterableDataset[Batch]):
    """The batches of one epoch after the other, from a place on.

    Of `parts` processes that train together each takes its own `part` of the rows of every batch.
    The workers of a DataLoader, which asks one after the other, take turns at the batches.
    """

    def __init__(
        self,
        utterances: Sequence[Utterance],
        options: BatchOptions,
        augmentations: Sequence[Augmentation] = (),
        level: Augmentation | None = None,
        seed: int = 0,
        steps: int = 1,
    ) -> None:
        """Set up the batches.

        Args:
            utterances: Measured, with normalised texts.
            options: How they become batches.
            augmentations: Applied in this order, each by its own chance.
            level: Applied last, to every utterance.
            seed: Of the order and the augmentation.
            steps: Of the whole training, which the values of augmentations move with.
        """
        super().__init__()
        self.plan = Plan(utterances, options, augmentations, seed, steps)
        self.level = level
        self.begin = Place()
        self.epochs: int | None = None  # so many, or endless
        self.part, self.parts = 0, 1

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for place, rows in itertools.islice(self._planned(), first, None, step):
            yield self.load(place, rows)

    def _planned(self) -> Iterator[tuple[Place, BatchPlan]]:
        """Yield the batches from the beginning on, before they are loaded."""
        epochs = itertools.count(self.begin.epoch)
        for epoch in itertools.islice(epochs, self.epochs):
            first = self.begin.batch if epoch == self.begin.epoch else 0
            for number, rows in itertools.islice(enumerate(self.plan.epoch(epoch)), first, None):
                yield Place(epoch, number), rows

    def load(self, place: Place, rows: BatchPlan) -> Batch:
        """Load this process's rows of a batch of an epoch's plan."""
        left_out: list[str] = []
        loaded = [
            self._load_row(row, place, left_out)
            for row in itertools.islice(rows, self.part, None, self.parts)
        ]
        filled = [row for row in loaded if row.names] or [Row(self._silence(), "", [])]
        return collate(filled, Place(place.epoch, place.batch + 1), left_out)

    def _load_row(self, places: RowPlan, place: Place, left_out: list[str]) -> Row:
        parts: list[Waveform] = []
        spoken: list[Utterance] = []
        for each in places:
            utterance = self.plan.utterances[each]
            try:
                samples = read_utterance(utterance, self.plan.options.sample_rate)
            except AudioError as error:
                left_out.append(str(error))
                continue
            parts.append(self._changed(samples, each, place))
            spoken.append(utterance)
        joined = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return Row(joined, " ".join(u.text for u in spoken), [u.id for u in spoken])

    def _silence(self) -> Waveform:
        return np.zeros(self.plan.options.sample_rate // 2, np.float32)

    def _changed(self, samples: Waveform, utterance: int, place: Place) -> Waveform:
        plan = self.plan
        samples, clock = self._with_pauses(samples, utterance, place.epoch), plan.clock(place)
        number = 0
        for number, augmentation in enumerate(plan.augmentations, 1):
            random = plan.chances(place.epoch, utterance, number)
            if random.random() < plan.strength(place.epoch):
                samples = augmentation(samples, random, clock)
        random = plan.chances(place.epoch, utterance, number + 1)
        return self.level(samples, random, clock) if self.level else samples

    def _with_pauses(self, samples: Waveform, utterance: int, epoch: int) -> Waveform:
        rate = self.plan.options.sample_rate
        before, after = (int(pause * rate) for pause in self.plan.pauses(epoch, utterance))
        longer = np.zeros(before + len(samples) + after, np.float32)
        longer[before : before + len(samples)] = samples
        return longer


@dataclass(frozen=True)
class Row:
    """Some utterances joined."""

    samples: Waveform
    text: str
    names: list[str]


def collate(rows: Sequence[Row], following: Place, left_out: list[str]) -> Batch:
    """Pad rows with zeros to the longest."""
    longest = max(len(row.samples) for row in rows)
    samples = np.zeros((len(rows), longest), np.float32)
    for padded, row in zip(samples, rows, strict=True):
        padded[: len(row.samples)] = row.samples
    return Batch(
        samples=torch.from_numpy(samples),
        sample_counts=torch.tensor([len(row.samples) for row in rows]),
        texts=[row.text for row in rows],
        names=[row.names for row in rows],
        following=following,
        left_out=left_out,
    )
