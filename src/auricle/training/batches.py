"""Training batches: whole utterances joined to rows of similar length, so that little is padding.

cuts (shuffled) -> load, augment each -> rows of 3 to 16 s, a pause between utterances
-> a pool of rows, sorted by length -> batches of about `batch_seconds`
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from lhotse import CutSet, MonoCut
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset

Waveform = NDArray[np.float32]
Augmentation = Callable[[Waveform, np.random.Generator], Waveform]


@dataclass  # not frozen: lightning moves its tensors between devices in place
class Batch:
    """Rows of audio and the texts spoken in them."""

    samples: Tensor  # float32 (B, S)
    sample_counts: Tensor  # int64 (B,)
    texts: list[str]
    names: list[list[str]]  # the utterances of each row


@dataclass(frozen=True)
class BatchOptions:
    """How utterances become batches."""

    batch_seconds: float = 220.0
    row_seconds: tuple[float, float] = (3.0, 16.0)  # a row ends at a length drawn between these
    pause_seconds: tuple[float, float] = (0.1, 0.7)
    pool_rows: int = 400
    augment_epochs: int = 1  # over so many epochs augmentation grows to its full share
    sample_rate: int = 16000


@dataclass(frozen=True)
class Row:
    """Some utterances joined."""

    samples: Waveform
    text: str
    names: list[str]


class Batches(IterableDataset[Batch]):
    """Endless or single-epoch batches over a manifest.

    Every pass over the manifest is one epoch with its own random order, derived from `seed` and the
    epoch's number; set `epoch` before iterating. Of `parts` processes that train together each
    takes its own `part` of every epoch.
    """

    def __init__(
        self,
        cuts: CutSet,
        options: BatchOptions,
        augmentations: Sequence[Augmentation] = (),
        level: Augmentation | None = None,
        seed: int = 0,
    ) -> None:
        """Set up the batches.

        Args:
            cuts: The utterances, with transcripts.
            options: How they become batches.
            augmentations: Applied in this order, each by its own chance.
            level: Applied last, to every utterance.
            seed: Of the order and the augmentation.
        """
        super().__init__()
        self.cuts = list(cuts)
        self.options = options
        self.augmentations = augmentations
        self.level = level
        self.seed = seed
        self.epoch = 0
        self.part, self.parts = 0, 1

    def __iter__(self) -> Iterator[Batch]:
        order = np.random.default_rng([self.seed, self.epoch]).permutation(len(self.cuts))
        random = np.random.default_rng([self.seed, self.epoch, self.part])
        pool: list[Row] = []
        for row in self._rows(order[self.part :: self.parts], random):
            pool.append(row)
            if len(pool) == self.options.pool_rows:
                yield from self._batches(pool, random)
                pool = []
        yield from self._batches(pool, random)

    def _rows(self, order: NDArray[np.int64], random: np.random.Generator) -> Iterator[Row]:
        options = self.options
        parts: list[Waveform] = []
        texts: list[str] = []
        names: list[str] = []
        limit = random.uniform(*options.row_seconds) * options.sample_rate
        length = 0
        for index in order:
            cut = self.cuts[index]
            samples = self._load(cut, random)
            if parts and length + len(samples) > limit:
                yield Row(np.concatenate(parts), " ".join(texts), names)
                parts, texts, names, length = [], [], [], 0
                limit = random.uniform(*options.row_seconds) * options.sample_rate
            parts.append(samples)
            texts.append(cut.supervisions[0].text)
            names.append(cut.id)
            length += len(samples)
        if parts:
            yield Row(np.concatenate(parts), " ".join(texts), names)

    def _load(self, cut: MonoCut, random: np.random.Generator) -> Waveform:
        samples: Waveform = cut.load_audio()[0]
        pauses = random.uniform(*self.options.pause_seconds, size=2) / 2 * self.options.sample_rate
        samples = np.pad(samples, (int(pauses[0]), int(pauses[1])))
        strength = (self.epoch + 1) / self.options.augment_epochs
        for augmentation in self.augmentations:
            if random.random() < strength:
                samples = augmentation(samples, random)
        return self.level(samples, random) if self.level else samples

    def _batches(self, pool: list[Row], random: np.random.Generator) -> Iterator[Batch]:
        pool.sort(key=lambda row: len(row.samples))
        groups: list[list[Row]] = [[]]
        for row in pool:
            padded = (len(groups[-1]) + 1) * len(row.samples)
            if groups[-1] and padded > self.options.batch_seconds * self.options.sample_rate:
                groups.append([])
            groups[-1].append(row)
        for index in random.permutation(len(groups)):
            if groups[index]:
                yield collate(groups[index])


def collate(rows: Sequence[Row]) -> Batch:
    """Pad rows with zeros to the longest."""
    longest = max(len(row.samples) for row in rows)
    samples = np.stack([np.pad(row.samples, (0, longest - len(row.samples))) for row in rows])
    return Batch(
        samples=torch.from_numpy(samples),
        sample_counts=torch.tensor([len(row.samples) for row in rows]),
        texts=[row.text for row in rows],
        names=[row.names for row in rows],
    )
