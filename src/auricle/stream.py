"""A stream of audio turned into words while it arrives.

    feed(samples) -> waiting samples -> chunks of one length
      -> acoustic graph (its states are kept here)
      -> log-probabilities, the first `delay_frames` of the stream dropped
      -> decoder (its beam is kept there) -> closed segments, kept here until finish()

The graph only ever runs on whole chunks, so that the blocks in which samples arrive change nothing.
`finish` fills the last chunk with silence and feeds as much more as the graph's delay needs; so does
`flush`, after which the graph begins anew with the next samples, a section of the stream of its own.

core/include/auricle/stream.h is the same for C and JavaScript.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

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
        self._contract = model.info.acoustic
        self._chunk_samples = self._contract.chunk_frames * self._contract.frame_samples
        frame_seconds = self._contract.frame_samples / self._contract.sample_rate
        self._decoder = Decoder(
            model.vocabulary,
            model.scorer,
            options,
            endpoint or model.endpoint,
            frame_seconds=frame_seconds,
        )
        self._frame_seconds = frame_seconds
        self._alternatives = options.alternatives
        self._begin()

    def _begin(self) -> None:
        self._fed_samples = 0
        self._segments: list[Segment] = []
        self._readings = [Reading(0.0, 1.0, ())]
        self._finished = False
        self._begin_section()

    def _begin_section(self) -> None:
        self._waiting: list[npt.NDArray[np.float32]] = []
        self._waiting_samples = 0
        self._section_sample = self._fed_samples
        self._section_frame = self._decoder.frames
        self._states = self._model.acoustic.initial_states()
        self._dropped_frames = 0

    def feed(self, samples: Samples) -> None:
        """Take the next samples of the recording, in blocks of any length.

        Args:
            samples: float32 (S,) in [-1, 1] or int16 (S,), at the model's sample rate.

        Raises:
            OptionError: The array has another shape or dtype.
            AudioError: A sample is NaN or infinite; nothing of the block was taken.
            StreamError: The stream is finished.
        """
        self._check_open()
        waveform = checked_samples(samples)
        self._waiting.append(waveform)
        self._waiting_samples += len(waveform)
        self._fed_samples += len(waveform)
        if self._waiting_samples >= self._chunk_samples:
            self._run_chunks()

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
        self._check_open()
        self._finished = True
        self._run_rest()
        self._keep(self._decoder.finish())
        return self._transcript(self._segments)

    def flush(self) -> None:
        """Recognise everything that was fed and close the open segment, as if there were a pause.

        The stream goes on. This is for the end of a turn, such as a released push-to-talk key.

        Raises:
            StreamError: The stream is finished.
        """
        self._check_open()
        self._run_rest()
        self._keep(self._decoder.flush())
        self._begin_section()

    def reset(self) -> None:
        """Forget everything that was heard: as a new stream with the same options."""
        self._decoder.reset()
        self._begin()

    def _check_open(self) -> None:
        if self._finished:
            raise StreamError(
                "the stream is finished; reset it, or make a new one with model.stream()"
            )

    def _run_rest(self) -> None:
        """Run the graph on what waits, and on silence until all frames have come out."""
        samples = self._fed_samples - self._section_sample
        wanted = self._section_frame + -(-samples // self._contract.frame_samples)
        while self._decoder.frames < wanted:
            missing = self._chunk_samples - self._waiting_samples
            self._waiting.append(np.zeros(missing, np.float32))
            self._waiting_samples = self._chunk_samples
            self._run_chunks(last_frame=wanted)

    def _run_chunks(self, last_frame: int | None = None) -> None:
        samples = np.concatenate(self._waiting)
        whole = len(samples) - len(samples) % self._chunk_samples
        for start in range(0, whole, self._chunk_samples):
            self._run_chunk(samples[start : start + self._chunk_samples], last_frame)
        self._waiting = [samples[whole:].copy()]
        self._waiting_samples = len(samples) - whole

    def _run_chunk(self, samples: npt.NDArray[np.float32], last_frame: int | None) -> None:
        log_probs, self._states = self._model.acoustic.run(samples[None], self._states)
        drop = min(self._contract.delay_frames - self._dropped_frames, log_probs.shape[1])
        self._dropped_frames += drop
        rows = log_probs[0, drop:]  # (T, V)
        if last_frame is not None:
            rows = rows[: last_frame - self._decoder.frames]
        self._keep(self._decoder.step(rows))

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
        duration = self._fed_samples / self._contract.sample_rate
        begin = self._section_sample / self._contract.sample_rate

        def seconds(frame: int) -> float:
            return min(begin + (frame - self._section_frame) * self._frame_seconds, duration)

        return tuple(
            Word(word.text, seconds(word.first_frame), seconds(word.end_frame), word.confidence)
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
            self._fed_samples / self._contract.sample_rate,
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
