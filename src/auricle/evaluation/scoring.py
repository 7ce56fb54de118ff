"""The errors of one model under one condition, utterance by utterance and in groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from auricle.evaluation.alignment import (
    DELETE,
    EQUAL,
    INSERT,
    SUBSTITUTE,
    Step,
    align,
    character_errors,
)
from auricle.evaluation.statistics import Counts, Rate, error_rate
from auricle.manifest import Utterance
from auricle.spoken_words import words_of

Key: TypeAlias = Callable[["Scored"], str]


@dataclass(frozen=True)
class Scored:
    """What a model heard in one utterance, beside what was said.

    Args:
        utterance: From the manifest.
        reference: Normalised.
        result: Normalised.
        seconds: Of audio.
        separator: What stands between words; where it is empty, each character counts as a word.
    """

    utterance: Utterance
    reference: str
    result: str
    seconds: float
    separator: str = " "

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The aligned words."""
        return align(self._words(self.reference), self._words(self.result))

    @cached_property
    def words(self) -> int:
        """Words of the reference."""
        return len(self._words(self.reference))

    @cached_property
    def errors(self) -> int:
        """Words substituted, deleted and inserted."""
        return sum(step.kind != EQUAL for step in self.steps)

    @cached_property
    def character_errors(self) -> int:
        """Characters substituted, deleted and inserted."""
        return character_errors(self.reference, self.result)

    @property
    def rate(self) -> float:
        """Word error rate of this utterance as a fraction."""
        return self.errors / max(1, self.words)

    def _words(self, text: str) -> list[str]:
        return words_of(text, self.separator)


@dataclass(frozen=True)
class Group:
    """Utterances that share something, and their word error rate."""

    name: str
    utterances: int
    words: int
    seconds: float
    wer: Rate


@dataclass(frozen=True)
class Evaluation:
    """All utterances of a manifest, heard by one model under one condition.

    Args:
        model: Its name as the user gave it.
        condition: What differs from the plain run, as in "no scorer, 10 dB"; empty for that.
        scored: In the order of the manifest.
        unread: Utterances that could not be used, and why.
        processor_seconds: That all of them took.
    """

    model: str
    condition: str
    scored: tuple[Scored, ...]
    unread: tuple[tuple[str, str], ...] = ()
    processor_seconds: float = 0.0

    @property
    def title(self) -> str:
        """Model and condition."""
        return f"{self.model} ({self.condition})" if self.condition else self.model

    @property
    def seconds(self) -> float:
        """Audio that was heard."""
        return sum(item.seconds for item in self.scored)

    @property
    def real_time_factor(self) -> float:
        """Processor seconds for a second of audio."""
        return self.processor_seconds / max(self.seconds, 1e-9)

    @cached_property
    def errors(self) -> Counts:
        """Word errors, int64 (utterances,)."""
        return np.array([item.errors for item in self.scored], dtype=np.int64)

    @cached_property
    def words(self) -> Counts:
        """Words of the references, int64 (utterances,)."""
        return np.array([item.words for item in self.scored], dtype=np.int64)

    @cached_property
    def wer(self) -> Rate:
        """Word error rate of all words together."""
        return error_rate(self.errors, self.words)

    @cached_property
    def cer(self) -> Rate:
        """Character error rate, spaces included."""
        errors = [item.character_errors for item in self.scored]
        characters = [len(item.reference) for item in self.scored]
        return error_rate(np.array(errors, np.int64), np.array(characters, np.int64))

    @cached_property
    def kinds(self) -> dict[str, int]:
        """How many words were of each kind of step."""
        counts = Counter(step.kind for item in self.scored for step in item.steps)
        return {kind: counts[kind] for kind in (EQUAL, SUBSTITUTE, DELETE, INSERT)}

    def groups(self, key: Key) -> list[Group]:
        """Return the utterances grouped, by name; none if all are in one group."""
        members: dict[str, list[Scored]] = defaultdict(list)
        for item in self.scored:
            members[key(item)].append(item)
        if len(members) < 2:
            return []
        groups = [_group(name, items) for name, items in sorted(members.items())]
        if key is by_duration:
            groups.sort(key=lambda group: group.seconds / group.utterances)
        return groups

    def confusions(self, kind: str, count: int = 20) -> list[tuple[str, str, int]]:
        """Return the most frequent steps of a kind: reference, result, how often."""
        steps = Counter(
            (step.reference, step.result)
            for item in self.scored
            for step in item.steps
            if step.kind == kind
        )
        return [(spoken, heard, times) for (spoken, heard), times in steps.most_common(count)]

    def confused_words(self, count: int = 20) -> list[tuple[str, int, int]]:
        """Return the words missed most often: the word, times missed, times spoken."""
        spoken: Counter[str] = Counter()
        missed: Counter[str] = Counter()
        for item in self.scored:
            for step in item.steps:
                spoken[step.reference] += step.kind != INSERT
                missed[step.reference] += step.kind in (SUBSTITUTE, DELETE)
        return [(w, times, spoken[w]) for w, times in missed.most_common(count) if times]

    def examples(self, count: int = 5) -> dict[str, list[Scored]]:
        """Return the best, median and worst utterances by their own error rate."""
        ordered = sorted(self.scored, key=lambda item: (item.rate, item.utterance.id))
        middle = max(0, len(ordered) // 2 - count // 2)
        return {
            "best": ordered[:count],
            "median": ordered[middle : middle + count],
            "worst": ordered[::-1][:count],
        }


def by_speaker(item: Scored) -> str:
    """Group by speaker."""
    return item.utterance.speaker or "unknown"


def by_source(item: Scored) -> str:
    """Group by corpus."""
    return item.utterance.source or "unknown"


def by_duration(item: Scored) -> str:
    """Group by length."""
    for limit in (2, 4, 8, 16, 32):
        if item.seconds < limit:
            return f"under {limit:2} s"
    return "32 s and over"


GROUPINGS: dict[str, Key] = {"speaker": by_speaker, "source": by_source, "duration": by_duration}


def _group(name: str, items: Sequence[Scored]) -> Group:
    errors = np.array([item.errors for item in items], np.int64)
    words = np.array([item.words for item in items], np.int64)
    seconds = sum(item.seconds for item in items)
    return Group(name, len(items), int(words.sum()), seconds, error_rate(errors, words))
