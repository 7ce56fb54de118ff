"""Results character by character, as DeepSpeech gave them.

The engine times words. A word's characters are spread evenly from its start to its end, whatever
units the model spells in, and the space after it stands at its end.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auricle.transcript import Transcript, Word

STEPS_PER_SECOND = 50  # a timestep of DeepSpeech is 20 ms


@dataclass(frozen=True)
class TokenMetadata:
    """A character and its place.

    Args:
        text: One character; a space between words.
        timestep: The 20 ms in which it begins, counted from 0.
        start_time: The same in seconds.
    """

    text: str
    timestep: int
    start_time: float


@dataclass(frozen=True)
class CandidateTranscript:
    """A reading of the whole audio.

    Args:
        confidence: Natural logarithm of the reading's share among those that the search kept: at
            most 0, nearer to 0 is surer.
        tokens: Its characters.
        words: Its words with ends and confidences, which DeepSpeech did not have.
    """

    confidence: float
    tokens: list[TokenMetadata]
    words: tuple[Word, ...] = field(repr=False)


@dataclass(frozen=True)
class Metadata:
    """All readings, best first."""

    transcripts: list[CandidateTranscript]


def metadata_from_transcript(transcript: Transcript, num_results: int) -> Metadata:
    """Return up to so many readings of a transcript with alternatives.

    Only the best reading of a segment that is still open is known; it ends every candidate.
    """
    best = transcript.alternatives[0]
    open_words = transcript.words[len(best.words) :]
    open_confidence = sum(_log(word.confidence) for word in open_words)
    candidates = []
    for reading in transcript.alternatives[:num_results]:
        words = (*reading.words, *open_words)
        candidates.append(
            CandidateTranscript(
                _log(reading.confidence) + open_confidence,
                list(_tokens(words, transcript.separator)),
                words,
            )
        )
    return Metadata(candidates)


def _tokens(words: Iterable[Word], separator: str) -> Iterator[TokenMetadata]:
    previous: Word | None = None
    for word in words:
        if previous is not None and separator:
            yield _token(separator, previous.end)
        seconds = (word.end - word.start) / len(word.text)
        for place, character in enumerate(word.text):
            yield _token(character, word.start + place * seconds)
        previous = word


def _token(text: str, seconds: float) -> TokenMetadata:
    # A little more, because 0.58 * 50 is just below 29.
    timestep = int(seconds * STEPS_PER_SECOND + 1e-6)
    return TokenMetadata(text, timestep, timestep / STEPS_PER_SECOND)


def _log(probability: float) -> float:
    return math.log(min(max(probability, sys.float_info.min), 1.0))
