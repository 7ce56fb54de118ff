"""A stream of audio turned into words while it arrives.

    feed(samples) -> waveform.LiveResampler   float32 at the model's rate
      -> acoustic_stream.AcousticStream       whole chunks -> log-probabilities
      -> decoder (its beam is kept there)     -> closed segments, kept here until finish()
      -> take_events()                        what a listener has not heard of yet

`feed` does all of it; a server that runs the chunks of many streams as one batch calls the parts
`enqueue`, `acoustics` and `search` itself.

`finish` and `flush` hear the samples that wait, as though silence followed, and end the open
segment. After `flush` the waveform goes on as if nothing had happened: its clock, the states of the
graph and the samples that wait are untouched; only the search begins a new sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from auricle.decoder import (
    DecodedSegment,
    DecodedWord,
    Decoder,
    DecodingOptions,
    EndpointOptions,
    NetworkWord,
)
from auricle.errors import OptionError, StreamError
from auricle.events import EndEvent, Event, FinalEvent, PartialEvent
from auricle.transcript import Alternative, Segment, Slot, Transcript, Word
from auricle.utterance_acoustics import acoustics_of
from auricle.waveform import LiveResampler, Samples

if TYPE_CHECKING:
    from auricle.model import Model


class Stream:
    """One speaker's audio. Made by `Model.stream`; each is for one thread at a time.

    Times are seconds from the first sample, for as long as the stream lasts. The words of an ended
    segment never change. In a `with` statement the stream is closed at the end.
    """

    def __init__(
        self,
        model: Model,
        options: DecodingOptions,
        endpoint: EndpointOptions | None = None,
        *,
        low_latency: bool = True,
    ) -> None:
        self._model = model
        self._options = options
        self._endpoint = endpoint or model.endpoint
        self._low_latency = low_latency
        self._contract = model.info.acoustic
        self._frame_seconds = self._contract.frame_samples / self._contract.sample_rate
        self._change: DecodingOptions | None = None
        self.closed = False  # true after close()
        self._begin()

    def _begin(self) -> None:
        self._resampler = LiveResampler(self._contract.sample_rate)
        self.acoustics = acoustics_of(self._model.acoustic, low_latency=self._low_latency)
        self._decoder = self._make_decoder(self._options)
        self._first_frame = 0  # where the decoder's frame 0 lies in the stream
        self._segments: list[Segment] = []
        self._readings = [Reading(0.0, 1.0, ())]
        self._finished = False
        self._told_segments = 0
        self._told_words: tuple[Word, ...] = ()
        self._told_end = False

    def feed(self, samples: Samples, *, sample_rate: int | None = None) -> None:
        """Take the next samples of the recording, in blocks of any length.

        Args:
            samples: float32 (S,) in [-1, 1] or int16 (S,).
            sample_rate: Of this block, Hz; the model's if None. Another rate is resampled, without
                a seam between blocks of one rate.

        Raises:
            OptionError: The array has another shape or dtype, or the rate is outside its range.
            AudioError: A sample is NaN or infinite; nothing of the block was taken.
            StreamError: The stream is finished.
        """
        self.enqueue(samples, sample_rate=sample_rate)
        while self.acoustics.ready_chunks:
            self.search(self.acoustics.run())

    def partial(self) -> Transcript:
        """Return what has been heard so far; the last words may still change.

        The words of ended segments stay as they are. Up to a chunk and the graph's delay of audio
        are not in it yet.

        Raises:
            StreamError: The stream is closed.
        """
        self._check_open()
        words = self._words(self._decoder.partial().words)
        segments = list(self._segments)
        if words:
            segments.append(Segment.from_words(words, self._model.vocabulary.separator))
        return self._transcript(segments)

    def flush(self) -> Transcript:
        """End the open segment now and return everything that was heard; the stream goes on.

        For a moment that is known to end a sentence, as when a button is let go. What follows is
        searched as the beginning of a new sentence.

        Raises:
            StreamError: The stream is finished.
        """
        self._check_taking()
        self._end_segment()
        self._restart_search()
        return self._transcript(self._segments)

    def finish(self) -> Transcript:
        """End the stream and return everything that was heard.

        Raises:
            StreamError: The stream is finished already.
        """
        self._check_taking()
        self._end_segment()
        self._finished = True
        return self._transcript(self._segments)

    def change(self, options: DecodingOptions | None = None, **choices: Any) -> None:
        """Search on with other hot words, weights or whatever else `DecodingOptions` holds.

        Other hot words alone hold from the open segment on. Any other change waits for the end of
        the open segment, so that no word is searched half by the old options; where no word is
        open, and after `flush`, it holds at once. The scorer then begins a new sentence. A later
        change replaces one that waits.

        Args:
            options: All options; or give some by name, which leaves the others as they are.
            **choices: Fields of `DecodingOptions`, but for `alternatives`.

        Raises:
            OptionError: A value is outside its range.
            StreamError: The stream is finished.
        """
        self._check_taking()
        wanted = replace(options or self._change or self._options, **choices)
        if wanted.alternatives != self._options.alternatives:
            raise OptionError(
                f"alternatives is {wanted.alternatives}, the stream began with "
                f"{self._options.alternatives}; begin a new stream to change it"
            )
        if self._change is None and wanted == replace(self._options, hot_words=wanted.hot_words):
            self._decoder.set_hot_words(wanted.hot_words)
            self._options = wanted
            return
        self._make_decoder(wanted)  # what is wrong with the options shows here, not later
        self._change = wanted
        if not self._decoder.partial().words:
            self._restart_search()

    def reset(self) -> None:
        """Forget everything that was heard; the next sample is the first one of a new recording.

        Options stay as they are, changes included. A finished stream takes samples again.

        Raises:
            StreamError: The stream is closed.
        """
        self._check_open()
        self._options, self._change = self._change or self._options, None
        self._begin()

    def close(self) -> None:
        """Give back the stream's memory without ending it properly; any further use is an error."""
        if not self.closed:
            self.closed = True
            del self.acoustics, self._decoder, self._resampler, self._readings
            self._segments = []

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def take_events(self) -> list[Event]:
        """Return what has happened since the last call: finals, then a partial, or the end.

        There is a partial only where the words of the open segment have changed.

        Raises:
            StreamError: The stream is closed.
        """
        self._check_open()
        events: list[Event] = [
            FinalEvent(segment, number)
            for number, segment in enumerate(
                self._segments[self._told_segments :], start=self._told_segments
            )
        ]
        if events:
            self._told_segments, self._told_words = len(self._segments), ()
        if not self._finished:
            words = self._words(self._decoder.partial().words)
            if words != self._told_words:
                self._told_words = words
                separator = self._model.vocabulary.separator
                events.append(PartialEvent(separator.join(word.text for word in words), words))
        elif not self._told_end:
            self._told_end = True
            events.append(EndEvent(self._transcript(self._segments)))
        return events

    def events(
        self, blocks: Iterable[Samples], *, sample_rate: int | None = None
    ) -> Iterator[Event]:
        """Feed blocks as they come and yield what happens, up to the end of the stream.

        Args:
            blocks: Each as for `feed`; the stream is finished after the last one.
            sample_rate: Of the blocks, Hz; the model's if None.

        Raises:
            OptionError, AudioError, StreamError: As by `feed`.
        """
        for block in blocks:
            self.feed(block, sample_rate=sample_rate)
            yield from self.take_events()
        self.finish()
        yield from self.take_events()

    @property
    def segments(self) -> Sequence[Segment]:
        """The segments that have ended so far."""
        return tuple(self._segments)

    def enqueue(self, samples: Samples, *, sample_rate: int | None = None) -> None:
        """Take samples as `feed` does, but leave the whole chunks to whoever drives the stream."""
        self._check_taking()
        self.acoustics.push(self._resampler.feed(samples, sample_rate))

    def search(self, rows: npt.NDArray[np.float32]) -> None:
        """Search the next frames, float32 (T, V), that `acoustics` made."""
        while self._change is not None and len(rows):
            row, rows = rows[:1], rows[1:]
            ended = self._decoder.step(row)
            self._keep(ended)
            if ended:
                self._restart_search()
        if len(rows):
            self._keep(self._decoder.step(rows))

    def _end_segment(self) -> None:
        self.acoustics.push(self._resampler.rest())
        while self.acoustics.ready_chunks:
            self.search(self.acoustics.run())
        self.search(self.acoustics.run_ahead())
        self._keep(self._decoder.finish())

    def _restart_search(self) -> None:
        self._first_frame += self._decoder.frames
        if self._change is None:
            self._decoder.reset()
            return
        self._options, self._change = self._change, None
        self._decoder = self._make_decoder(self._options)

    def _make_decoder(self, options: DecodingOptions) -> Decoder:
        return Decoder(
            self._model.vocabulary,
            self._model.scorer,
            self._model.search_options(options),
            self._endpoint,
            calibration=self._model.info.calibration,
            frame_seconds=self._frame_seconds,
        )

    def _check_open(self) -> None:
        if self.closed:
            raise StreamError("the stream is closed; make a new one with model.stream()")

    def _check_taking(self) -> None:
        self._check_open()
        if self._finished:
            raise StreamError(
                "the stream is finished; reset() it, or make a new one with model.stream()"
            )

    def _keep(self, segments: Iterable[DecodedSegment]) -> None:
        for segment in segments:
            if not segment.alternatives[0].words:  # an end for want of speech
                continue
            self._segments.append(self._closed(segment))
            if self._options.alternatives > 1:
                self._readings = self._combined(segment)

    def _closed(self, segment: DecodedSegment) -> Segment:
        best = segment.alternatives[0]
        closed = Segment.from_words(self._words(best.words), self._model.vocabulary.separator)
        closed = replace(closed, confidence=segment.confidence)
        if self._options.grammar is not None:
            closed = replace(closed, in_grammar=best.in_grammar, tags=tuple(best.tags))
        if self._options.network:
            slots = tuple(Slot(self._words(slot.words), slot.nothing) for slot in segment.network)
            closed = replace(closed, network=slots)
        return closed

    def _combined(self, segment: DecodedSegment) -> list[Reading]:
        """Join the best readings so far with the readings of a segment, and keep the best."""
        readings = [
            Reading(
                before.score + after.score,
                before.confidence * after.confidence,
                (*before.words, *self._words(after.words)),
            )
            for before in self._readings
            for after in segment.alternatives
        ]
        readings.sort(key=lambda reading: -reading.score)
        return readings[: self._options.alternatives]

    def _words(self, words: Iterable[DecodedWord | NetworkWord]) -> tuple[Word, ...]:
        duration = self._duration
        return tuple(
            Word(
                text=word.text,
                start=min((self._first_frame + word.start) * self._frame_seconds, duration),
                end=min((self._first_frame + word.end) * self._frame_seconds, duration),
                confidence=min(
                    1.0, word.posterior if isinstance(word, NetworkWord) else word.confidence
                ),
            )
            for word in words
        )

    @property
    def _duration(self) -> float:
        return self.acoustics.pushed_samples / self._contract.sample_rate

    def _transcript(self, segments: list[Segment]) -> Transcript:
        alternatives: tuple[Alternative, ...] = ()
        if self._options.alternatives > 1:
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
            self._duration,
            self._model.name,
            self._model.vocabulary.separator,
        )


class Reading:
    """A reading of all closed segments, with its score."""

    def __init__(self, score: float, confidence: float, words: tuple[Word, ...]) -> None:
        self.score = score
        self.confidence = confidence
        self.words = words
