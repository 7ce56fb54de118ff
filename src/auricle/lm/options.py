"""What the builder and the importer of scorers can be told."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from auricle import _core
from auricle.errors import OptionError

Kind = Literal["word", "unit"]
KINDS: tuple[Kind, ...] = ("word", "unit")

MAX_ORDER = 6
MIN_MEMORY_BYTES = 16 << 20


@dataclass(frozen=True)
class ScorerOptions:
    """How a scorer is stored, and what is stored with it.

    The weights are what decoding uses unless told otherwise, in natural-log units; their defaults
    are where tuning may start from, near what DeepSpeech 0.9 shipped for English.
    """

    bits: int = 8
    """Bits of each probability and back-off above the unigrams: 2 to 16, or 32 for floats."""
    kind: Kind = "word"
    """Whether the n-grams are of words or of the acoustic model's units."""
    vocabulary_fingerprint: int = 0
    """Fingerprint of the units that the scorer is for; 0 for any."""
    alpha: float = 0.9
    """Weight of the scorer's log-probability."""
    beta: float = 1.2
    """Added for each word."""
    unknown_penalty: float = 0.0
    """Subtracted for each word outside of the scorer's vocabulary."""
    unknown_unit_penalty: float = 0.0
    """Subtracted for each character of such a word as well, so that words do not run together."""
    language: str = ""
    """Language tag such as "en", at most 11 bytes of UTF-8."""
    sentence_end: bool = True
    """Whether decoding also scores that a sentence ends where the recording does."""

    def __post_init__(self) -> None:
        if not (2 <= self.bits <= 16 or self.bits == 32):
            raise OptionError(f"bits is {self.bits}; allowed are 2 to 16, and 32 for floats")
        if self.kind not in KINDS:
            raise OptionError(f"kind is {self.kind!r}; allowed are 'word' and 'unit'")
        if not 0 <= self.vocabulary_fingerprint < 1 << 64:
            raise OptionError("vocabulary_fingerprint must fit into 64 bits")
        for name in ("alpha", "beta", "unknown_penalty", "unknown_unit_penalty"):
            if not math.isfinite(getattr(self, name)):
                raise OptionError(f"{name} is {getattr(self, name)}; it must be a finite number")
        if len(self.language.encode()) > 11:
            raise OptionError(f"language is {self.language!r}; at most 11 bytes are stored")

    def to_core(self) -> _core.ScorerOptions:
        """Convert to what the core takes."""
        return _core.ScorerOptions(
            bits=self.bits,
            kind=KINDS.index(self.kind),
            vocabulary_fingerprint=self.vocabulary_fingerprint,
            weights=_core.ScorerWeights(
                self.alpha, self.beta, self.unknown_penalty, self.unknown_unit_penalty
            ),
            language=self.language,
            sentence_end=self.sentence_end,
        )


@dataclass(frozen=True)
class BuildOptions:
    """How n-grams are counted and smoothed."""

    order: int = 5
    """Longest n-gram, 1 to 6."""
    prune: tuple[int, ...] = ()
    """N-grams that occur this often or less are left out, by order; the last threshold holds for
    all higher orders. The first must be 0 and none below the one before."""
    vocabulary_limit: int | None = None
    """Keep only so many words, the most frequent ones."""
    vocabulary: frozenset[str] | None = None
    """Keep only these words, where the text has them."""
    discount_fallback: bool = False
    """Use discounts of 0.5, 1 and 1.5 for orders whose counts give none, as in tiny texts."""
    memory_bytes: int = 1 << 30
    """Memory for counting and sorting; what does not fit goes to temporary files."""
    temp_directory: str | None = None
    """Where temporary files go; None for the folder of the output."""
    scorer: ScorerOptions = field(default_factory=ScorerOptions)

    def __post_init__(self) -> None:
        if not 1 <= self.order <= MAX_ORDER:
            raise OptionError(f"order is {self.order}; allowed are 1 to {MAX_ORDER}")
        if len(self.prune) > self.order:
            raise OptionError(f"prune has {len(self.prune)} thresholds for {self.order} orders")
        if self.prune and (self.prune[0] != 0 or list(self.prune) != sorted(self.prune)):
            raise OptionError(
                f"prune is {self.prune}; it must begin with 0 (limit the vocabulary to leave out "
                "words) and never decrease"
            )
        if self.vocabulary_limit is not None and self.vocabulary_limit < 1:
            raise OptionError(f"vocabulary_limit is {self.vocabulary_limit}; it must be positive")
        if self.vocabulary is not None and not self.vocabulary:
            raise OptionError("vocabulary is empty; give at least one word, or None for all words")
        if self.vocabulary is not None and self.vocabulary_limit is not None:
            raise OptionError("give either vocabulary or vocabulary_limit, not both")
        if self.memory_bytes < MIN_MEMORY_BYTES:
            raise OptionError(
                f"memory_bytes (--memory) is {self.memory_bytes}; at least 16 MiB are needed (16M)"
            )
