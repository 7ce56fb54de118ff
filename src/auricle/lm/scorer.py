"""Scorers: what is in them, and how likely they find a text."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from auricle import _core
from auricle.lm.options import KINDS, Kind, ScorerOptions
from auricle.lm.spelling import Spelling
from auricle.lm.text_file import TextFile


@dataclass(frozen=True)
class ScorerInfo:
    """What a scorer says of itself."""

    order: int
    counts: tuple[int, ...]
    """N-grams of order 1, 2 and so on."""
    bits: int
    kind: Kind
    vocabulary_fingerprint: int
    """Fingerprint of the units that it is for; 0 for any."""
    alpha: float
    beta: float
    unknown_penalty: float
    unknown_unit_penalty: float
    language: str
    sentence_end: bool
    """Whether decoding also scores that a sentence ends."""
    checksum: int
    size_bytes: int

    def options(self) -> ScorerOptions:
        """Return what a scorer made of this one is to be told."""
        return ScorerOptions(
            bits=self.bits,
            kind=self.kind,
            vocabulary_fingerprint=self.vocabulary_fingerprint,
            alpha=self.alpha,
            beta=self.beta,
            unknown_penalty=self.unknown_penalty,
            unknown_unit_penalty=self.unknown_unit_penalty,
            language=self.language,
            sentence_end=self.sentence_end,
        )


@dataclass(frozen=True)
class WordScore:
    """One word, or "</s>", and its log10 probability after the words before it."""

    word: str
    log10_probability: float
    known: bool


@dataclass(frozen=True)
class SentenceScore:
    """A sentence, word by word."""

    words: tuple[WordScore, ...]

    @property
    def log10_probability(self) -> float:
        """Of the whole sentence."""
        return sum(word.log10_probability for word in self.words)


@dataclass(frozen=True)
class Perplexity:
    """How well a scorer predicts a text; lower is better.

    Both perplexities count sentence ends as words.
    """

    sentences: int
    words: int
    """Without sentence ends."""
    unknown: int
    """Words that are not in the scorer's vocabulary."""
    log10_probability: float
    log10_probability_unknown: float
    """The part of it that the unknown words have."""

    @property
    def perplexity(self) -> float:
        """Of all words, or infinity where there are none."""
        return _perplexity(self.log10_probability, self.words + self.sentences)

    @property
    def perplexity_known(self) -> float:
        """Of the known words only."""
        return _perplexity(
            self.log10_probability - self.log10_probability_unknown,
            self.words - self.unknown + self.sentences,
        )


def _perplexity(log10_probability: float, events: int) -> float:
    if events == 0:
        return float("inf")
    exponent = -log10_probability / events
    return float(10.0**exponent) if exponent < 300 else float("inf")


class Scorer:
    """A language model, opened for queries; safe to share between threads."""

    def __init__(self, ngram: _core.Ngram) -> None:
        self._ngram = ngram

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Scorer:
        """Open a scorer file; it is mapped, so this is quick and costs little memory.

        Raises:
            ScorerError: The file is missing, is no scorer, or its header shows damage.
        """
        return cls(_core.Ngram.open(os.fspath(path)))

    @classmethod
    def from_bytes(cls, data: bytes) -> Scorer:
        """Read a scorer from memory.

        Raises:
            ScorerError: As for `open`.
        """
        return cls(_core.Ngram.from_bytes(data))

    @property
    def info(self) -> ScorerInfo:
        """What the scorer says of itself."""
        core = self._ngram.info
        return ScorerInfo(
            order=core.order,
            counts=tuple(core.counts),
            bits=core.bits,
            kind=KINDS[core.kind],
            vocabulary_fingerprint=core.vocabulary_fingerprint,
            alpha=core.weights.alpha,
            beta=core.weights.beta,
            unknown_penalty=core.weights.unknown_penalty,
            unknown_unit_penalty=core.weights.unknown_unit_penalty,
            language=core.language,
            sentence_end=core.sentence_end,
            checksum=core.checksum,
            size_bytes=core.file_bytes,
        )

    def verify(self) -> None:
        """Compare the checksum with the contents, which reads the whole file.

        Raises:
            ScorerError: They differ.
        """
        self._ngram.verify()

    @property
    def core(self) -> _core.Ngram:
        """The model itself, as the core has it."""
        return self._ngram

    def __contains__(self, word: str) -> bool:
        return self._ngram.find(word) != 0

    def score(self, sentence: str, *, begin: bool = True, end: bool = True) -> SentenceScore:
        """Score a sentence of words between spaces.

        Args:
            sentence: Normalised as the scorer's training text.
            begin: Whether it begins where sentences begin.
            end: Whether it ends where sentences end, which is then scored too.
        """
        words = sentence.split()
        scores = self._ngram.score_words(words, begin, end)
        names = [*words, "</s>"] if end else words
        return SentenceScore(
            tuple(
                WordScore(word, probability, not unknown)
                for word, (probability, unknown) in zip(names, scores, strict=True)
            )
        )

    def log10_probability(self, sentence: str) -> float:
        """Score a whole sentence of words between spaces, as quickly as can be."""
        return float(self._text_scorer.log10_probability(sentence))

    @cached_property
    def _text_scorer(self) -> _core.TextScorer:
        return _core.TextScorer(self._ngram)  # with an index of the words: made when it is used

    def perplexity(self, path: str | Path, spelling: Spelling | None = None) -> Perplexity:
        """Measure the perplexity of a text file of one sentence a line; empty lines are skipped.

        Args:
            path: Text file; .gz, .bz2 and .xz are decompressed, "-" is standard input.
            spelling: How the scorer's words are found in it; None where spaces separate them.

        Raises:
            OptionError: The file cannot be read.
        """
        lines = (spelling or Spelling()).lines(TextFile(path))
        parts = [self._text_scorer.score(piece) for piece, _ in lines]
        return Perplexity(
            sentences=sum(part.sentences for part in parts),
            words=sum(part.words for part in parts),
            unknown=sum(part.unknown for part in parts),
            log10_probability=sum(part.log10_probability for part in parts),
            log10_probability_unknown=sum(part.log10_probability_unknown for part in parts),
        )


def write_weights(
    path: str | os.PathLike[str],
    *,
    alpha: float,
    beta: float,
    unknown_penalty: float,
    unknown_unit_penalty: float = 0.0,
) -> None:
    """Replace the default weights that a scorer file carries, in place.

    Args:
        path: Scorer.
        alpha: Weight of the scorer's log-probability.
        beta: Added for each word, in natural-log units.
        unknown_penalty: Subtracted for each unknown word, in natural-log units.
        unknown_unit_penalty: Subtracted for each character of an unknown word as well.

    Raises:
        OptionError: A weight is not a finite number.
        ScorerError: The file is missing or is no scorer.
    """
    weights = _core.ScorerWeights(alpha, beta, unknown_penalty, unknown_unit_penalty)
    _core.write_weights(os.fspath(path), weights)


def write_fingerprint(path: str | os.PathLike[str], vocabulary_fingerprint: int) -> None:
    """Bind a scorer file to a model's vocabulary, in place: no other model will take it.

    Args:
        path: Scorer.
        vocabulary_fingerprint: That of `auricle.decoder.Vocabulary`; 0 lets every model take it.

    Raises:
        ScorerError: The file is missing or is no scorer.
    """
    _core.write_fingerprint(os.fspath(path), vocabulary_fingerprint)
