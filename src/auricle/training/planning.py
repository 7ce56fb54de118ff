"""Which utterances make a batch, and the random numbers of each: known before anything is read.

    utterances (shuffled) -> rows of 3 to 16 s -> a pool of rows, sorted by length
    -> batches of about `batch_seconds`

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
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from auricle.errors import OptionError
from auricle.manifest import Utterance
from auricle.training.chances import Chances
from auricle.training.change import RATE, Augmentation, Lengthening
from auricle.training.sections import check_above_zero, check_least

RowPlan = list[int]  # places of utterances
BatchPlan = list[RowPlan]


class Place(NamedTuple):  # lightning looks into batches, and refuses frozen dataclasses there
    """Where a run is in its data: so many batches of an epoch are done."""

    epoch: int = 0
    batch: int = 0


@dataclass(frozen=True)
class BatchOptions:
    """How utterances become batches."""

    batch_seconds: float = 220.0  # of all processes together
    row_seconds: tuple[float, float] = (3.0, 16.0)  # a row ends at a length drawn between these
    pause_seconds: tuple[float, float] = (0.1, 0.7)
    pool_rows: int = 400
    augment_epochs: int = 1  # over so many epochs augmentation grows to its full share
    sample_rate: int = RATE  # what recordings are resampled to; networks hear no other one
    unreadable: int = 100  # recordings that may be left out before a run gives up

    def __post_init__(self) -> None:
        check_above_zero(self, "batches", "batch_seconds")
        check_least(self, "batches", pool_rows=1, augment_epochs=1, unreadable=0)
        if self.sample_rate != RATE:
            raise OptionError(
                f"[batches] sample_rate = {self.sample_rate}: networks hear {RATE} Hz; recordings "
                "of other rates are resampled, so leave it out"
            )
        for name in ("row_seconds", "pause_seconds"):
            low, high = getattr(self, name)
            if not 0 <= low <= high:
                raise OptionError(
                    f"[batches] {name} = [{low}, {high}]: these must be two lengths, "
                    "the shorter one first"
                )


class Plan:
    """The batches of every epoch, and what is drawn for each utterance in it.

    Every epoch has its own random order, derived from `seed` and its number.
    """

    def __init__(
        self,
        utterances: Sequence[Utterance],
        options: BatchOptions,
        augmentations: Sequence[Augmentation] = (),
        seed: int = 0,
        steps: int = 1,
    ) -> None:
        """Set up the plan; the arguments are those of `Batches`."""
        self.utterances = utterances
        self.options = options
        self.augmentations = augmentations
        self.seed = seed
        self.steps = steps

    def epoch(self, epoch: int) -> Iterator[BatchPlan]:
        """Yield the batches of an epoch: rows of places of utterances."""
        # The clock of the whole epoch: where a batch will be in it is not known before.
        return self._epoch(epoch, self.clock(Place(epoch)))

    def clock(self, place: Place) -> float:
        """Return how much of the training is done at a place, 0 to 1."""
        done = place.epoch * self._epoch_batches + place.batch
        return min(1.0, done / self.steps)

    def pauses(self, epoch: int, utterance: int) -> tuple[float, float]:
        """Return the seconds of silence before and after an utterance."""
        low, high = self.options.pause_seconds
        before, after = self.chances(epoch, utterance, 0).uniform(low, high, size=2) / 2
        return float(before), float(after)

    def chances(self, epoch: int, utterance: int, number: int) -> np.random.Generator:
        """Return the random numbers of an utterance's pauses (0), or of an augmentation of it."""
        each = len(self.augmentations) + 2
        return _chances(self.seed, epoch).at(utterance * each + number)

    def strength(self, epoch: int) -> float:
        """Return the share of the augmentation that an epoch has; 1 and above is all."""
        return (epoch + 1) / self.options.augment_epochs

    def _epoch(self, epoch: int, clock: float) -> Iterator[BatchPlan]:
        random = np.random.default_rng([self.seed, epoch])
        rows = self._rows(epoch, clock, random)
        while pool := list(itertools.islice(rows, self.options.pool_rows)):
            yield from self._grouped(pool, random)

    @functools.cached_property
    def _epoch_batches(self) -> int:
        """Batches of an epoch; the others have about as many."""
        return sum(1 for _ in self._epoch(0, 0.0))

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
        seconds = (self.utterances[place].duration or 0.0) + sum(self.pauses(epoch, place))
        for number, lengthened in self._lengthening:
            random = self.chances(epoch, place, number)
            if random.random() < self.strength(epoch):
                seconds = lengthened(seconds, random, clock)
        return seconds

    @functools.cached_property
    def _lengthening(self) -> list[tuple[int, Callable[..., float]]]:
        """Augmentations that change lengths, by their numbers."""
        numbered: Iterable[tuple[int, object]] = enumerate(self.augmentations, 1)
        return [(k, each.lengthened) for k, each in numbered if isinstance(each, Lengthening)]


@functools.lru_cache(maxsize=2)
def _chances(seed: int, epoch: int) -> Chances:
    return Chances(seed, epoch, 1)  # the order of the epoch comes from the first two
