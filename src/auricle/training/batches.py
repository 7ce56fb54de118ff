"""Training batches: whole utterances joined to rows of similar length, so that little is padding.

    utterances (shuffled) -> rows of 3 to 16 s -> a pool of rows, sorted by length
    -> batches of about `batch_seconds`                                        this is the plan
    -> each batch loaded: a pause between utterances, augmentation, padding

The plan of an epoch needs lengths alone, and each utterance has its own random numbers in it. So a
run that was interrupted goes on with the very batch that would have followed, without loading those
before; and of several processes that train together each loads some rows of every batch, and
changes them as one process would. Pauses and augmentations that make an utterance longer or shorter
draw for the plan what they will draw when it is loaded: the lengths of the plan are those of the
batches, to a sample, and rows that are sorted by them need little padding.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset

from auricle.errors import AudioError
from auricle.manifest import Utterance, read_utterance
from auricle.training.chances import Chances
from auricle.training.change import Lengthening

Waveform = NDArray[np.float32]
Augmentation = Callable[[Waveform, np.random.Generator, float], Waveform]  # the float: a clock
RowPlan = list[int]  # places of utterances
BatchPlan = list[RowPlan]


class Place(NamedTuple):  # lightning looks into batches, and refuses frozen dataclasses there
    """Where a run is in its data: so many batches of an epoch are done."""

    epoch: int = 0
    batch: int = 0


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


@dataclass(frozen=True)
class BatchOptions:
    """How utterances become batches."""

    batch_seconds: float = 220.0  # of all processes together
    row_seconds: tuple[float, float] = (3.0, 16.0)  # a row ends at a length drawn between these
    pause_seconds: tuple[float, float] = (0.1, 0.7)
    pool_rows: int = 400
    augment_epochs: int = 1  # over so many epochs augmentation grows to its full share
    sample_rate: int = 16000
    unreadable: int = 100  # recordings that may be left out before a run gives up


class Batches(IterableDataset[Batch]):
    """The batches of one epoch after the other, from a place on.

    Every epoch has its own random order, derived from `seed` and its number. Of `parts` processes
    that train together each takes its own `part` of the rows of every batch.
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
        self.utterances = utterances
        self.options = options
        self.augmentations = augmentations
        self.level = level
        self.seed = seed
        self.steps = steps
        self.begin = Place()
        self.epochs: int | None = None  # so many, or endless
        self.part, self.parts = 0, 1

    def __iter__(self) -> Iterator[Batch]:
        epochs = itertools.count(self.begin.epoch)
        for epoch in itertools.islice(epochs, self.epochs):
            first = self.begin.batch if epoch == self.begin.epoch else 0
            for number, rows in itertools.islice(enumerate(self.plan(epoch)), first, None):
                yield self.load(Place(epoch, number), rows)

    def plan(self, epoch: int) -> Iterator[BatchPlan]:
        """Yield the batches of an epoch: rows of places of utterances."""
        # The clock of the whole epoch: where a batch will be in it is not known before.
        return self._plan(epoch, self.clock(Place(epoch)))

    def _plan(self, epoch: int, clock: float) -> Iterator[BatchPlan]:
        random = np.random.default_rng([self.seed, epoch])
        rows = self._rows(epoch, clock, random)
        while pool := list(itertools.islice(rows, self.options.pool_rows)):
            yield from self._grouped(pool, random)

    def load(self, place: Place, rows: BatchPlan) -> Batch:
        """Load this process's rows of a batch of an epoch's plan."""
        left_out: list[str] = []
        loaded = [
            self._load_row(row, place, left_out)
            for row in itertools.islice(rows, self.part, None, self.parts)
        ]
        filled = [row for row in loaded if row.names] or [Row(self._silence(), "", [])]
        return collate(filled, Place(place.epoch, place.batch + 1), left_out)

    def clock(self, place: Place) -> float:
        """Return how much of the training is done at a place, 0 to 1."""
        done = place.epoch * self._epoch_batches + place.batch
        return min(1.0, done / self.steps)

    @functools.cached_property
    def _epoch_batches(self) -> int:
        """Batches of an epoch; the others have about as many."""
        return sum(1 for _ in self._plan(0, 0.0))

    def _rows(
        self, epoch: int, clock: float, random: np.random.Generator
    ) -> Iterator[tuple[float, RowPlan]]:
        """Yield seconds and utterances of rows."""
        options = self.options
        row: RowPlan = []
        length = 0.0
        limit = random.uniform(*options.row_seconds)
        for place in random.permutation(len(self.utterances)):
            seconds = self._seconds(epoch, int(place), clock)
            if row and length + seconds > limit:
                yield length, row
                row, length = [], 0.0
                limit = random.uniform(*options.row_seconds)
            row.append(int(place))
            length += seconds
        if row:
            yield length, row

    def _grouped(
        self, pool: list[tuple[float, RowPlan]], random: np.random.Generator
    ) -> list[BatchPlan]:
        pool.sort(key=lambda row: row[0])
        groups: list[BatchPlan] = [[]]
        for seconds, row in pool:
            padded = (len(groups[-1]) + 1) * seconds
            if groups[-1] and padded > self.options.batch_seconds:
                groups.append([])
            groups[-1].append(row)
        return [groups[index] for index in random.permutation(len(groups)) if groups[index]]

    def _seconds(self, epoch: int, place: int, clock: float) -> float:
        """Return how long an utterance will be in an epoch, with its pauses."""
        seconds = (self.utterances[place].duration or 0.0) + sum(self._pauses(epoch, place))
        for number, lengthened in self._lengthening:
            random = self._chances(epoch, place, number)
            if random.random() < self._strength(epoch):
                seconds = lengthened(seconds, random, clock)
        return seconds

    @functools.cached_property
    def _lengthening(self) -> list[tuple[int, Callable[..., float]]]:
        """Augmentations that change lengths, by their numbers."""
        numbered: Iterable[tuple[int, object]] = enumerate(self.augmentations, 1)
        return [(k, each.lengthened) for k, each in numbered if isinstance(each, Lengthening)]

    def _load_row(self, places: RowPlan, place: Place, left_out: list[str]) -> Row:
        parts: list[Waveform] = []
        spoken: list[Utterance] = []
        for each in places:
            utterance = self.utterances[each]
            try:
                samples = read_utterance(utterance, self.options.sample_rate)
            except AudioError as error:
                left_out.append(str(error))
                continue
            parts.append(self._changed(samples, each, place))
            spoken.append(utterance)
        joined = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return Row(joined, " ".join(u.text for u in spoken), [u.id for u in spoken])

    def _silence(self) -> Waveform:
        return np.zeros(self.options.sample_rate // 2, np.float32)

    def _changed(self, samples: Waveform, utterance: int, place: Place) -> Waveform:
        rate, clock = self.options.sample_rate, self.clock(place)
        before, after = self._pauses(place.epoch, utterance)
        samples = np.pad(samples, (int(before * rate), int(after * rate)))
        number = 0
        for number, augmentation in enumerate(self.augmentations, 1):
            random = self._chances(place.epoch, utterance, number)
            if random.random() < self._strength(place.epoch):
                samples = augmentation(samples, random, clock)
        random = self._chances(place.epoch, utterance, number + 1)
        return self.level(samples, random, clock) if self.level else samples

    def _pauses(self, epoch: int, utterance: int) -> tuple[float, float]:
        """Return the seconds of silence before and after an utterance."""
        low, high = self.options.pause_seconds
        before, after = self._chances(epoch, utterance, 0).uniform(low, high, size=2) / 2
        return float(before), float(after)

    def _chances(self, epoch: int, utterance: int, number: int) -> np.random.Generator:
        """Return the random numbers of an utterance's pauses (0), or of an augmentation of it."""
        return _chances(self.seed, epoch).at(utterance * (len(self.augmentations) + 2) + number)

    def _strength(self, epoch: int) -> float:
        """Return the share of the augmentation that an epoch has; 1 and above is all."""
        return (epoch + 1) / self.options.augment_epochs


@functools.lru_cache(maxsize=2)
def _chances(seed: int, epoch: int) -> Chances:
    return Chances(seed, epoch, 1)  # the order of the epoch comes from the first two


@dataclass(frozen=True)
class Row:
    """Some utterances joined."""

    samples: Waveform
    text: str
    names: list[str]


def collate(rows: Sequence[Row], following: Place, left_out: list[str]) -> Batch:
    """Pad rows with zeros to the longest."""
    longest = max(len(row.samples) for row in rows)
    samples = np.stack([np.pad(row.samples, (0, longest - len(row.samples))) for row in rows])
    return Batch(
        samples=torch.from_numpy(samples),
        sample_counts=torch.tensor([len(row.samples) for row in rows]),
        texts=[row.text for row in rows],
        names=[row.names for row in rows],
        following=following,
        left_out=left_out,
    )
