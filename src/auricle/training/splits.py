"""Train, dev and test parts, made so that no speaker, or no sentence, is in two of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from auricle.errors import OptionError
from auricle.manifest import Utterance

KEYS: dict[str, Callable[[Utterance], str]] = {
    "speaker": lambda utterance: utterance.speaker or utterance.id,
    "sentence": lambda utterance: " ".join(utterance.text.casefold().split()),
    "utterance": lambda utterance: utterance.id,
}


@dataclass(frozen=True)
class Split:
    """How to divide.

    The part is drawn by a hash, so that it stays the same when utterances are added.

    Args:
        by: What stays together: "speaker", "sentence" or "utterance".
        dev: Share of the dev part.
        test: Share of the test part.

    Raises:
        OptionError: A value is outside its range.
    """

    by: str = "speaker"
    dev: float = 0.05
    test: float = 0.05

    def __post_init__(self) -> None:
        if self.by not in KEYS:
            raise OptionError(f"split by {self.by!r}: it must be one of {', '.join(KEYS)}")
        if not (self.dev >= 0 and self.test >= 0 and self.dev + self.test < 1):
            raise OptionError(
                f"the shares of dev ({self.dev}) and test ({self.test}) must leave some for train"
            )

    def part(self, utterance: Utterance) -> str:
        """Return the part of an utterance: "train", "dev" or "test"."""
        digest = hashlib.sha256(KEYS[self.by](utterance).encode()).digest()
        place = int.from_bytes(digest[:4], "big") / 2**32
        if place < self.test:
            return "test"
        return "dev" if place < self.test + self.dev else "train"

    def divide(
        self, utterances: Iterable[tuple[str, Utterance]]
    ) -> Iterator[tuple[str, Utterance]]:
        """Replace the parts that a corpus came with."""
        for _, utterance in utterances:
            yield self.part(utterance), utterance
