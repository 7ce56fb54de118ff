"""What a recording became: words with times, in segments, with other readings of the whole.

    Transcript ── segments: Segment ── words: Word
               └─ alternatives: Alternative ── words: Word

The segments hold the words. `Transcript.words` and `Transcript.text` are read from them, and a
segment or alternative whose text is not that of its words is refused: the parts cannot disagree.
Times are seconds from the start of the recording, confidences are between 0 and 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auricle.errors import OptionError


@dataclass(frozen=True)
class Word:
    """One word, where it was said and how sure the model is of it.

    Args:
        text: The word as it is written, never empty.
        start: First second of the word.
        end: Last second of the word, not before `start`.
        confidence: From 0 (a guess) to 1 (certain).
    """

    text: str
    start: float
    end: float
    confidence: float

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise OptionError("a word needs a text that is not blank")
        if not 0.0 <= self.start <= self.end < float("inf"):
            raise OptionError(
                f"word {self.text!r} runs from {self.start} to {self.end} s: "
                "times start at 0 and end at or after the start"
            )
        if not 0.0 <= self.confidence <= 1.0:
            raise OptionError(
                f"word {self.text!r} has confidence {self.confidence}: it must be from 0 to 1"
            )


@dataclass(frozen=True)
class Slot:
    """A place of a segment's confusion network: words that may stand there, likeliest first.

    Args:
        words: Their confidences are their posteriors here.
        nothing: Posterior of no word here.
    """

    words: tuple[Word, ...]
    nothing: float


@dataclass(frozen=True)
class Segment:
    """A stretch of speech between two pauses.

    `Segment.from_words` makes one without repeating what the words already say.

    Args:
        text: The words on one line.
        start: First second of the first word.
        end: Last second of the last word.
        words: At least one.
        in_grammar: Whether the grammar gives the text; None where none was asked.
        tags: Of the text in the grammar.
        network: The confusion network; None where none was asked.
    """

    text: str
    start: float
    end: float
    words: tuple[Word, ...]
    confidence: float | None = None  # that all its words are right; None where nobody knows
    in_grammar: bool | None = None
    tags: tuple[str, ...] = ()
    network: tuple[Slot, ...] | None = None

    def __post_init__(self) -> None:
        if self.confidence is not None and not 0.0 <= self.confidence <= 1.0:
            raise OptionError(
                f"segment {self.text!r} has confidence {self.confidence}: it must be from 0 to 1"
            )
        if not self.words:
            raise OptionError("a segment needs at least one word")
        _check_text(self.text, self.words)

    @classmethod
    def from_words(cls, words: Iterable[Word], separator: str = " ") -> Segment:
        """Make the segment that these words are, in their order.

        Args:
            words: At least one.
            separator: What stands between two words: empty for languages without spaces.
        """
        words = tuple(words)
        if not words:
            raise OptionError("a segment needs at least one word")
        text = separator.join(word.text for word in words)
        return cls(text, words[0].start, words[-1].end, words)


@dataclass(frozen=True)
class Alternative:
    """Another reading of the whole recording.

    Args:
        text: The reading.
        confidence: Its share among the readings that were kept, from 0 to 1.
        words: The words of `text`.
    """

    text: str
    confidence: float
    words: tuple[Word, ...]

    def __post_init__(self) -> None:
        _check_text(self.text, self.words)


@dataclass(frozen=True)
class Transcript:
    """The words of one recording.

    Args:
        segments: In the order of time.
        alternatives: Other readings, best first; empty unless they were asked for.
        language: Code of the language, as in "en".
        duration: Seconds of audio that were heard, silence included.
        model: Name of the model that heard them.
        separator: What stands between two segments in `text`, as between two words.
    """

    segments: tuple[Segment, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    language: str = ""
    duration: float = 0.0
    model: str = ""
    separator: str = " "

    @classmethod
    def from_words(
        cls,
        words: Iterable[Word],
        *,
        pause: float = 0.8,
        separator: str = " ",
        alternatives: Iterable[Alternative] = (),
        language: str = "",
        duration: float = 0.0,
        model: str = "",
    ) -> Transcript:
        """Make a transcript whose segments end where the speaker pauses.

        Args:
            words: In the order of time; none for silence.
            pause: Seconds of silence between two words that end a segment.
            separator: What stands between two words: empty for languages without spaces.
            alternatives: Other readings, best first.
            language: Code of the language.
            duration: Seconds of audio that were heard.
            model: Name of the model.
        """
        segments = tuple(
            Segment.from_words(run, separator) for run in split_at_pauses(words, pause)
        )
        return cls(segments, tuple(alternatives), language, duration, model, separator)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, in the order of time."""
        return tuple(word for segment in self.segments for word in segment.words)

    @property
    def text(self) -> str:
        """The whole text on one line; empty for silence."""
        return self.separator.join(segment.text for segment in self.segments)

    def to_dict(self) -> dict[str, Any]:
        """Return the transcript as plain values, with times rounded to the millisecond."""
        return {
            "text": self.text,
            "language": self.language,
            "duration": _rounded(self.duration),
            "model": self.model,
            "separator": self.separator,
            "segments": [segment_to_dict(segment) for segment in self.segments],
            "alternatives": [
                {
                    "text": alternative.text,
                    "confidence": round(alternative.confidence, 4),
                    "words": [word_to_dict(word) for word in alternative.words],
                }
                for alternative in self.alternatives
            ],
        }

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return `to_dict()` as JSON, with letters of every script as they are."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Transcript:
        """Make the transcript that `to_dict()` described.

        Raises:
            OptionError: A value is missing, of another type or contradicts another one.
        """
        try:
            return cls(
                segments=tuple(
                    Segment(
                        str(item["text"]),
                        float(item["start"]),
                        float(item["end"]),
                        _words_from_dicts(item["words"]),
                        _float_or_none(item.get("confidence")),
                        item.get("in_grammar"),
                        tuple(item.get("tags", ())),
                        _network_from_dicts(item.get("network")),
                    )
                    for item in values["segments"]
                ),
                alternatives=tuple(
                    Alternative(
                        str(item["text"]),
                        float(item["confidence"]),
                        _words_from_dicts(item["words"]),
                    )
                    for item in values.get("alternatives", ())
                ),
                language=str(values.get("language", "")),
                duration=float(values["duration"]),
                model=str(values.get("model", "")),
                separator=str(values.get("separator", " ")),
            )
        except OptionError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise OptionError(f"not a transcript: {type(error).__name__} at {error}") from error


def split_at_pauses(words: Iterable[Word], pause: float) -> Iterator[list[Word]]:
    """Split words wherever at least `pause` seconds lie between two of them."""
    run: list[Word] = []
    for word in words:
        if run and word.start - run[-1].end >= pause:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _check_text(text: str, words: tuple[Word, ...]) -> None:
    # Spaces do not count: whether there are any between words depends on the language.
    spelled = "".join("".join(word.text.split()) for word in words)
    if "".join(text.split()) != spelled:
        raise OptionError(f"the text {text!r} is not that of its words, {spelled!r}")


def segment_to_dict(segment: Segment) -> dict[str, Any]:
    """Return a segment as plain values, with times rounded to the millisecond."""
    return {
        "text": segment.text,
        "start": _rounded(segment.start),
        "end": _rounded(segment.end),
        "confidence": None if segment.confidence is None else round(segment.confidence, 4),
        "words": [word_to_dict(word) for word in segment.words],
        **_grammar_to_dict(segment),
        **_network_to_dict(segment),
    }


def _grammar_to_dict(segment: Segment) -> dict[str, Any]:
    if segment.in_grammar is None:
        return {}
    return {"in_grammar": segment.in_grammar, "tags": list(segment.tags)}


def _network_to_dict(segment: Segment) -> dict[str, Any]:
    if segment.network is None:
        return {}
    slots = [
        {"words": [word_to_dict(word) for word in slot.words], "nothing": round(slot.nothing, 4)}
        for slot in segment.network
    ]
    return {"network": slots}


def _network_from_dicts(items: Iterable[Mapping[str, Any]] | None) -> tuple[Slot, ...] | None:
    if items is None:
        return None
    return tuple(Slot(_words_from_dicts(item["words"]), float(item["nothing"])) for item in items)


def word_to_dict(word: Word) -> dict[str, Any]:
    """Return a word as plain values, with times rounded to the millisecond."""
    return {
        "text": word.text,
        "start": _rounded(word.start),
        "end": _rounded(word.end),
        "confidence": round(word.confidence, 4),
    }


def _words_from_dicts(items: Iterable[Mapping[str, Any]]) -> tuple[Word, ...]:
    return tuple(
        Word(
            str(item["text"]),
            float(item["start"]),
            float(item["end"]),
            float(item["confidence"]),
        )
        for item in items
    )


def _rounded(seconds: float) -> float:
    return round(seconds, 3)


def _float_or_none(value: Any) -> float | None:
    return None if value is None else float(value)
