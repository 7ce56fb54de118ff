"""When each word of a known text is said: forced alignment.

    alignment = auricle.align(model, "chapter.mp3", text)
    for word in alignment.words:
        print(word.start, word.end, word.score, word.text)
    alignment.unsaid     words of the text that the recording lacks
    alignment.extra      stretches of speech that the text lacks

    text -> written words and what is spoken for them (src/auricle/spoken_words.py)
    recording -> log-probabilities, block by block
      -> search in the core (core/include/auricle/align.h has the objective)

The search goes with the recording and keeps what may still be the best way through the text: time
grows with the length of the recording, memory with that of the text alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from auricle import _core
from auricle.calibration import Calibration
from auricle.decoder import Vocabulary
from auricle.errors import AlignmentError, OptionError
from auricle.spoken_words import WrittenWord, read_text
from auricle.text import normaliser
from auricle.transcript import Segment, Transcript, Word, split_at_pauses
from auricle.utterance_acoustics import acoustics_of

if TYPE_CHECKING:
    from auricle.audio import AudioReader
    from auricle.audio_sources import AudioSource
    from auricle.model import Model

__all__ = [
    "AlignedUnit",
    "AlignedWord",
    "Aligner",
    "Alignment",
    "AlignmentOptions",
    "Stretch",
    "align",
]

_REMEDIES = {
    "TextEmpty": "give the text that is spoken",
    "TextUnspellable": "leave it out, or write it as the model spells",
    "TextTooLong": "give only the part of the text that was recorded",
}


@dataclass(frozen=True)
class AlignmentOptions:
    """What it costs to leave the text, in natural logarithms: more holds closer to it.

    Raises:
        OptionError: A value is outside its range.
    """

    skip_cost: float = 25.0  # of passing over words of the text
    skip_word_cost: float = 3.0  # more for each of them
    skip_limit: float = 600.0  # never more than this
    filler_cost: float = 5.0  # of beginning a stretch of speech that the text lacks
    filler_frame_cost: float = 1.0  # more for each of its frames
    between_weight: float = 2.0  # of what speaks against a blank between words
    margin: float = 615.0  # drop ways through the text that are so much worse than the best
    token_margin: float = 12.0  # begin no unit where it is so much below the best token

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value >= 0.0:
                raise OptionError(f"{name} is {value}; it must be at least 0")


@dataclass(frozen=True)
class AlignedUnit:
    """A unit of the model, such as a piece of a word, and when it is heard."""

    text: str
    start: float  # seconds
    end: float
    probability: float  # in its best frame


@dataclass(frozen=True)
class AlignedWord:
    """A word of the text, or a few that are read together as in "$5 million".

    A word that was not said has no units, the score 0, and the time where it was to be expected.
    """

    text: str  # as it was written
    start: float  # seconds
    end: float
    score: float  # mean probability of its units (geometric), from 0 to 1
    units: tuple[AlignedUnit, ...]

    @property
    def said(self) -> bool:
        """Whether the word was found in the recording."""
        return bool(self.units)


@dataclass(frozen=True)
class Stretch:
    """A part of the recording, in seconds."""

    start: float
    end: float


@dataclass(frozen=True)
class Alignment:
    """The words of a text with their times.

    Args:
        lines: The words of each line of the text, said or not.
        extra: Stretches of speech that the text lacks.
        language: Code of the language.
        duration: Seconds of audio.
        model: Name of the model.
        separator: What stands between two words.
    """

    lines: tuple[tuple[AlignedWord, ...], ...]
    extra: tuple[Stretch, ...] = ()
    language: str = ""
    duration: float = 0.0
    model: str = ""
    separator: str = " "

    @property
    def words(self) -> tuple[AlignedWord, ...]:
        """All words, in the order of the text."""
        return tuple(word for line in self.lines for word in line)

    @property
    def unsaid(self) -> tuple[AlignedWord, ...]:
        """The words that the recording lacks."""
        return tuple(word for word in self.words if not word.said)

    def to_transcript(self, *, pause: float = 0.8) -> Transcript:
        """Return the words that were said, with their scores as confidences.

        Args:
            pause: Seconds of silence that, like the end of a line, end a segment.
        """
        segments = []
        for line in self.lines:
            said = (Word(w.text, w.start, w.end, w.score) for w in line if w.said)
            for run in split_at_pauses(said, pause):
                segments.append(Segment.from_words(run, self.separator))
        return Transcript(
            tuple(segments), (), self.language, self.duration, self.model, self.separator
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the alignment as plain values, with times rounded to the millisecond."""
        return {
            "language": self.language,
            "duration": round(self.duration, 3),
            "model": self.model,
            "lines": [[_word_to_dict(word) for word in line] for line in self.lines],
            "extra": [{"start": round(s.start, 3), "end": round(s.end, 3)} for s in self.extra],
        }

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return `to_dict()` as JSON, with letters of every script as they are."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


class Aligner:
    """The search for a text in one stream of frames, of any CTC model.

    Args:
        vocabulary: What the log-probabilities are of.
        lines: From `auricle.spoken_words.read_text`.
        frame_seconds: Seconds from one frame to the next.
        calibration: What was measured of the model, for word times.
        options: What it costs to leave the text.

    Raises:
        AlignmentError: There are no words, or one cannot be spelled in the vocabulary.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        lines: Sequence[Sequence[WrittenWord]],
        *,
        frame_seconds: float,
        calibration: Calibration | None = None,
        options: AlignmentOptions | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        self._lines = lines
        self._frame_seconds = frame_seconds
        native = _core.AlignerOptions()
        for name, value in vars(options or AlignmentOptions()).items():
            setattr(native, name, value)
        native.times = (calibration or Calibration()).times(frame_seconds)
        spoken = [text for line in lines for word in line for text in word.spoken]
        with _remedied():
            self._native = _core.Aligner(vocabulary.native, vocabulary.lexicon, spoken, native)

    def step(self, log_probs: npt.NDArray[np.float32]) -> None:
        """Take the next frames.

        Args:
            log_probs: float32 (T, V), natural logarithms, V the vocabulary's columns; of those of
                a second pass nothing is made.

        Raises:
            OptionError: The array has another shape, or holds NaN or positive numbers.
            StreamError: The aligner is finished.
        """
        if self._vocabulary.second_pass is not None:
            log_probs = log_probs[:, : len(self._vocabulary)]
        self._native.step(np.ascontiguousarray(log_probs, dtype=np.float32))

    def finish(self) -> Alignment:
        """End the recording, and return the words with their times.

        Raises:
            AlignmentError: The text has more units than the recording has frames.
            StreamError: The aligner is finished already.
        """
        with _remedied():
            found = self._native.finish()
        spoken = iter(found.words)
        lines = []
        heard_until = 0.0
        for line in self._lines:
            words = []
            for written in line:
                words.append(
                    self._word(written, [next(spoken) for _ in written.spoken], heard_until)
                )
                heard_until = words[-1].end
            lines.append(tuple(words))
        seconds = self._frame_seconds
        extra = [Stretch(f.first_frame * seconds, f.end_frame * seconds) for f in found.fillers]
        return Alignment(
            tuple(lines),
            tuple(extra),
            duration=self._native.frames * seconds,
            separator=self._vocabulary.separator,
        )

    def _word(
        self, written: WrittenWord, spoken: Sequence[_core.AlignedWord], heard_until: float
    ) -> AlignedWord:
        """Join the spoken words of a written one; it was said if most of them were."""
        said = [word for word in spoken if word.units]
        if 2 * len(said) < len(spoken):
            return AlignedWord(written.text, heard_until, heard_until, 0.0, ())
        units = tuple(self._unit(unit) for word in said for unit in word.units)
        score = math.exp(sum(math.log(max(u.probability, 1e-30)) for u in units) / len(units))
        seconds = self._frame_seconds
        start, end = said[0].start * seconds, said[-1].end * seconds
        return AlignedWord(written.text, start, end, min(1.0, score), units)

    def _unit(self, unit: _core.AlignedUnit) -> AlignedUnit:
        return AlignedUnit(
            self._vocabulary.tokens[unit.token],
            unit.first_frame * self._frame_seconds,
            unit.end_frame * self._frame_seconds,
            min(1.0, math.exp(unit.log_probability)),
        )


def align(
    model: Model,
    source: AudioSource | AudioReader,
    text: str,
    *,
    sample_rate: int | None = None,
    options: AlignmentOptions | None = None,
    progress: Callable[[float], None] | None = None,
) -> Alignment:
    """Find when each word of a text is said in a recording.

    The text is spelled by the model's normaliser; the result keeps its words as they are written.

    Args:
        model: From `auricle.load`.
        source: A path, a binary file, the bytes of one, or an array (S,) or (S, C);
            or what `auricle.audio.open_audio` opened at the model's rate.
        text: What is said, as people write it.
        sample_rate: Of an array, Hz.
        options: What it costs to leave the text.
        progress: Called after every block with the seconds of audio done.

    Raises:
        AlignmentError: The text is empty, cannot be spelled, or is too long for the recording.
        AudioError: The recording is missing, damaged or holds no audio.
        OptionError: The text has letters that the model's language lacks.
    """
    from auricle.audio import open_audio

    aligner = Aligner(
        model.vocabulary,
        read_text(text, normaliser(model.info.normaliser), model.vocabulary.separator),
        frame_seconds=model.info.acoustic.frame_seconds,
        calibration=model.info.calibration,
        options=options,
    )
    acoustic = acoustics_of(model.acoustic, low_latency=False)
    with open_audio(source, model.sample_rate, source_rate=sample_rate) as reader:
        for block in reader:
            for rows in acoustic.feed(block):
                aligner.step(rows)
            if progress is not None:
                progress(reader.position)
    aligner.step(acoustic.run_ahead())
    return _finished(aligner.finish(), model, acoustic.seconds)


def _finished(alignment: Alignment, model: Model, duration: float) -> Alignment:
    """Add what the aligner does not know; the last frame may reach beyond the recording."""
    return replace(
        alignment,
        lines=tuple(tuple(_clipped(word, duration) for word in line) for line in alignment.lines),
        extra=tuple(Stretch(s.start, min(s.end, duration)) for s in alignment.extra),
        language=model.language,
        duration=duration,
        model=model.name,
    )


def _clipped(word: AlignedWord, duration: float) -> AlignedWord:
    if word.end <= duration:
        return word
    units = tuple(replace(unit, end=min(unit.end, duration)) for unit in word.units)
    return replace(word, start=min(word.start, duration), end=duration, units=units)


def _word_to_dict(word: AlignedWord) -> dict[str, Any]:
    return {
        "text": word.text,
        "said": word.said,
        "start": round(word.start, 3),
        "end": round(word.end, 3),
        "score": round(word.score, 4),
        "units": [
            {
                "text": unit.text,
                "start": round(unit.start, 3),
                "end": round(unit.end, 3),
                "probability": round(unit.probability, 4),
            }
            for unit in word.units
        ],
    }


@contextmanager
def _remedied() -> Iterator[None]:
    """Add to an error of the core what to do."""
    try:
        yield
    except AlignmentError as error:
        error.args = (f"{error}; {_REMEDIES[error.status or '']}",)
        raise
