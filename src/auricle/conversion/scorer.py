"""DeepSpeech's scorers to scorers of ours.

    kenlm.scorer -> KenLM's trie, whose words are hashes   kenlm_file
                 -> the words' spelling                    dictionary
                 -> n-grams of numbered words -> scorer.lm

N-grams of words that the model cannot spell are left out: no text it gives can hold them. Values of
a quantised model are kept as they are, in as many bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from auricle import _core
from auricle.conversion.dictionary import Dictionary, read_dictionary
from auricle.conversion.kenlm_file import KenlmFile
from auricle.conversion.kenlm_tables import Values, word_hash
from auricle.errors import AuricleError, ScorerError
from auricle.lm.options import ScorerOptions
from auricle.lm.scratch import move, scratch_folder

UNKNOWN_PENALTY = 1000.0
"""DeepSpeech's decoder gives no word that the scorer lacks; this is what it took off for one."""
_ALPHA, _BETA = 0.931289039105002, 1.1834137581510284  # of DeepSpeech, where a file has none
_MEMORY_BYTES = 1 << 30
_SPECIAL = (b"<unk>", b"<s>", b"</s>")
_MISSING_UNIGRAM = -100.0
_LEFT_OUT = np.uint32(0xFFFFFFFF)
_FEWEST_KNOWN = 0.5  # share of the dictionary's words that its language model must have
_MORE_WORDS = 100_000  # that a dictionary may have beyond twice those of its language model
_FLOAT_BITS = 32
_MOST_BITS = 16


@dataclass(frozen=True)
class ConvertedScorer:
    """What became of a scorer."""

    order: int
    words: int  # with <unk>, <s> and </s>
    ngrams: int  # above the unigrams
    left_out: int  # n-grams of words that the model cannot spell
    bits: int
    alpha: float
    beta: float


def convert_scorer(
    source: Path,
    target: Path,
    labels: Sequence[bytes],
    *,
    fingerprint: int,
    language: str = "",
    memory_bytes: int = _MEMORY_BYTES,
) -> ConvertedScorer:
    """Write a scorer of DeepSpeech or Coqui STT as a scorer of ours.

    Args:
        source: A .scorer file; or a binary language model of KenLM that holds its words.
        target: The scorer.lm to write; it appears only when it is complete.
        labels: Of the model it is for, without the blank.
        fingerprint: Of the model's vocabulary, which the scorer records.
        language: Tag to store; only its first subtag is.
        memory_bytes: Memory for sorting; the rest goes to temporary files beside the target.

    Raises:
        ScorerError: The file is damaged, of another kind or version, or for another alphabet.
    """
    try:
        return _Conversion(KenlmFile(source), labels).write(
            target, fingerprint, language, memory_bytes
        )
    except AuricleError as error:
        raise ScorerError(f"{source}: {error}") from error


class _Conversion:
    def __init__(self, kenlm: KenlmFile, labels: Sequence[bytes]) -> None:
        self._kenlm = kenlm
        self._spells_bytes = all(len(label) == 1 for label in labels) and len(labels) == 255
        self._dictionary, words = self._find_words(labels)
        self._number_words(words)

    def _find_words(self, labels: Sequence[bytes]) -> tuple[Dictionary | None, list[bytes]]:
        strings = self._kenlm.strings()
        if strings is not None:
            return None, strings
        dictionary = read_dictionary(
            self._kenlm.data, self._kenlm.end, 2 * self._kenlm.words + _MORE_WORDS
        )
        if dictionary is None:
            raise ScorerError(
                "it is a language model without its words, to which DeepSpeech's dictionary was "
                "not added; give the .scorer file, or an ARPA file to `auricle lm import`"
            )
        if dictionary.spells_bytes != self._spells_bytes:
            kinds = ("an alphabet", "bytes output mode")
            raise ScorerError(
                f"it was made for {kinds[dictionary.spells_bytes]}, and the model has "
                f"{kinds[self._spells_bytes]}; give the scorer of this model"
            )
        return dictionary, dictionary.words(labels)

    def _number_words(self, words: list[bytes]) -> None:
        """Decide which number of ours each of KenLM's words gets."""
        spelled = sorted(set(words) - set(_SPECIAL) - {b""})
        known = self._lookup([*_SPECIAL[1:], *spelled])
        if spelled and np.count_nonzero(known[2:]) < _FEWEST_KNOWN * len(spelled):
            raise ScorerError(
                f"spelled by the model's alphabet, only {np.count_nonzero(known[2:])} of "
                f"{len(spelled)} words of its dictionary are in its language model: it was made "
                "for a model with another alphabet"
            )
        kept = [k for k in range(len(spelled)) if known[2 + k]]
        self._words = [*_SPECIAL, *(spelled[k] for k in kept)]
        self._sources = np.array([0, *known[:2], *(known[2 + k] for k in kept)], np.int64)
        self._numbers = np.full(self._kenlm.words, _LEFT_OUT, np.uint32)
        self._numbers[self._sources] = np.arange(len(self._words), dtype=np.uint32)
        self._numbers[0] = 0

    def _lookup(self, words: list[bytes]) -> npt.NDArray[np.int64]:
        """Return KenLM's numbers of words, 0 for those it lacks."""
        table = self._kenlm.hashes
        hashes = np.fromiter((word_hash(word) for word in words), np.uint64, len(words))
        places = np.searchsorted(table, hashes)
        found = places < len(table)
        found[found] = table[places[found]] == hashes[found]
        return np.where(found, places + 1, 0).astype(np.int64)

    def write(
        self, target: Path, fingerprint: int, language: str, memory_bytes: int
    ) -> ConvertedScorer:
        bits = self._kenlm.bits or _FLOAT_BITS
        options = ScorerOptions(
            bits=min(max(bits, 2), _MOST_BITS) if bits < _FLOAT_BITS else bits,
            vocabulary_fingerprint=fingerprint,
            alpha=self._dictionary.alpha if self._dictionary else _ALPHA,
            beta=self._dictionary.beta if self._dictionary else _BETA,
            unknown_penalty=UNKNOWN_PENALTY,
            language=language.partition("-")[0][:11],
            sentence_end=False,  # as DeepSpeech's search
        )
        with scratch_folder(target.parent) as scratch:
            made = scratch / "scorer.lm"
            kept, left_out = self._import(made, options, str(scratch), memory_bytes)
            move(made, target)
        return ConvertedScorer(
            order=self._kenlm.order,
            words=len(self._words),
            ngrams=kept,
            left_out=left_out,
            bits=options.bits,
            alpha=options.alpha,
            beta=options.beta,
        )

    def _import(
        self, made: Path, options: ScorerOptions, scratch: str, memory_bytes: int
    ) -> tuple[int, int]:
        importer = _core.NgramImporter(
            output=str(made),
            scorer=options.to_core(),
            temp_directory=scratch,
            memory_bytes=memory_bytes,
        )
        probabilities, backoffs = (values[self._sources] for values in self._kenlm.unigrams())
        missing = np.flatnonzero(self._sources[1:3] == 0) + 1
        probabilities[missing], backoffs[missing] = _MISSING_UNIGRAM, 0.0
        importer.begin(self._kenlm.order, self._words, _checked(probabilities), _finite(backoffs))
        kept = left_out = 0
        for block in self._kenlm.ngrams():
            words = self._numbers[block.words]
            wanted = (words != _LEFT_OUT).all(axis=1)
            importer.add(
                words[wanted],
                _checked(block.probabilities[wanted]),
                _finite(block.backoffs[wanted]),
            )
            kept += int(np.count_nonzero(wanted))
            left_out += int(np.count_nonzero(~wanted))
        importer.finish()
        return kept, left_out


def _checked(probabilities: Values) -> Values:
    if not ((probabilities <= 1e-3) & np.isfinite(probabilities)).all():
        raise ScorerError("it has probabilities above 1, or none; the file is damaged")
    checked: Values = np.minimum(probabilities, np.float32(0.0))
    return checked


def _finite(backoffs: Values) -> Values:
    if not np.isfinite(backoffs).all():
        raise ScorerError("it has infinite back-offs; the file is damaged")
    return backoffs
