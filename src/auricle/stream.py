"""A stream of audio turned into words while it arrives.

feed(samples) -> acoustic graph, chunk by chunk (src/auricle/acoustic_stream.py)
-> decoder (its beam is kept there) -> closed segments, kept here until finish()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from auricle.acoustic_stream import AcousticStream
from auricle.decoder import DecodedSegment, Decoder, DecodingOptions, EndpointOptions, Hypothesis
from auricle.errors import AudioError, OptionError, StreamError
from auricle.transcript import Alternative, Segment, Transcript, Word

if TYPE_CHECKING:
    from auricle.model import Model

Samples = npt.NDArray[np.float32] | npt.NDArray[np.int16]


class Stream:
    """One speaker's audio. Made by `Model.stream`; not for several threads at once."""

    def __init__(
        self, model: Model, options: DecodingOptions, endpoint: EndpointOptions | None = None
    ) -> None:
        self._model = model
        self._acoustic = AcousticStream(model.acoustic)
        frame_seconds = model.info.acoustic.frame_seconds
        self._decoder = Decoder(
            model.vocabulary,
            model.scorer,
            options,
            endpoint or model.endpoint,
            word_times=model.word_times,
            frame_seconds=frame_seconds,
        )
        self._frame_seconds = frame_seconds
        self._alternatives = options.alternatives
        self._segments: list[Segment] = []
        self._readings = [Reading(0.0, 1.0, ())]
        self._finished = False

    def feed(self, samples: Samples) -> None:
        """Take the next samples of the recording, in blocks of any length.

        Args:
            samples: float32 (S,) in [-1, 1] or int16 (S,), at the model's sample rate.

        Raises:
            OptionError: The array has another shape or dtype.
            AudioError: A sample is NaN or infinite; nothing of the block was taken.
            StreamError: The stream is finished.
        """
        if self._finished:
            raise StreamError("the stream is finished; make a new one with model.stream()")
        for rows in self._acoustic.feed(checked_samples(samples)):
            self._keep(self._decoder.step(rows))

    def set_hot_words(self, hot_words: Mapping[str, float]) -> None:
        """Expect other words from now on, the open segment included; closed segments stay.

        Args:
            hot_words: Phrase -> boost, natural log; none for none.

        Raises:
            OptionError: A phrase is empty or a boost not finite, or a lexicon lacks a word; the
                hot words then stay what they were.
        """
        self._decoder.set_hot_words(hot_words)

    def partial(self) -> Transcript:
        """Return what has been heard so far; the last words may still change.

        The words of closed segments stay as they are.
        """
        words = self._words(self._decoder.partial())
        segments = list(self._segments)
        if words:
            segments.append(Segment.from_words(words, self._model.vocabulary.separator))
        return self._transcript(segments)

    def finish(self) -> Transcript:
        """End the stream and return everything that was heard.

        Raises:
            StreamError: The stream is finished already.
        """
        if self._finished:
            raise StreamError("the stream is finished; make a new one with model.stream()")
        self._finished = True
        for rows in self._acoustic.finish():
            self._keep(self._decoder.step(rows))
        self._keep(self._decoder.finish())
        return self._transcript(self._segments)

    def _keep(self, segments: Iterable[DecodedSegment]) -> None:
        for segment in segments:
            words = self._words(segment.alternatives[0])
            if not words:  # an end for want of speech
                continue
            self._segments.append(Segment.from_words(words, self._model.vocabulary.separator))
            if self._alternatives > 1:
                self._readings = self._combined(segment)

    def _combined(self, segment: DecodedSegment) -> list[Reading]:
        """Join the best readings so far with the readings of a segment, and keep the best."""
        readings = [
            Reading(
                before.score + after.score,
                before.confidence * after.confidence,
                (*before.words, *self._words(after)),
            )
            for before in self._readings
            for after in segment.alternatives
        ]
        readings.sort(key=lambda reading: -reading.score)
        return readings[: self._alternatives]

    def _words(self, hypothesis: Hypothesis) -> tuple[Word, ...]:
        duration = self._acoustic.seconds
        return tuple(
            Word(
                text=word.text,
                start=min(word.start * self._frame_seconds, duration),
                end=min(word.end * self._frame_seconds, duration),
                confidence=word.confidence,
            )
            for word in hypothesis.words
        )

    def _transcript(self, segments: list[Segment]) -> Transcript:
        alternatives: tuple[Alternative, ...] = ()
        if self._alternatives > 1:
            alternatives = tuple(
                Alternative(
                    self._model.vocabulary.separator.join(word.text for word in reading.words),
                    reading.confidence,
                    reading.words,
                )
                for reading in self._readings
            )
        return Transcript(
            tuple(segments),
            alternatives,
            self._model.language,
            self._acoustic.seconds,
            self._model.name,
            self._model.vocabulary.separator,
        )


class Reading:
    """A reading of all closed segments, with its score."""

    def __init__(self, score: float, confidence: float, words: tuple[Word, ...]) -> None:
        self.score = score
        self.confidence = confidence
        self.words = words


def checked_samples(samples: Samples) -> npt.NDArray[np.float32]:
    """Return samples as float32 (S,), of a copy.

    Raises:
        OptionError: The array has another shape or dtype.
        AudioError: A sample is NaN or infinite.
    """
    array = np.asarray(samples)
    if array.ndim != 1 or array.dtype not in (np.float32, np.int16):
        raise OptionError(
            f"samples are {array.dtype} of shape {array.shape}; "
            "a stream takes float32 or int16 (S,)"
        )
    if array.dtype == np.int16:
        return array.astype(np.float32) / 32768.0
    if not np.isfinite(array).all():
        raise AudioError("the samples hold NaN or infinity; check where they come from")
    return array.astype(np.float32, copy=True)
