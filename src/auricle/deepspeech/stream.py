"""`Stream` of the old API."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from auricle.deepspeech.errors import DeepSpeechError
from auricle.deepspeech.metadata import Metadata, metadata_from_transcript
from auricle.deepspeech.samples import AudioBuffer, samples_from_buffer
from auricle.errors import OptionError

if TYPE_CHECKING:
    from auricle.stream import Stream as EngineStream


class Stream:
    """Audio that is transcribed while it arrives. Made by `Model.createStream`.

    Finishing or freeing it ends it; every later call raises `DeepSpeechError`, a `RuntimeError`.
    """

    def __init__(self, stream: EngineStream, sample_rate: int) -> None:
        self._stream: EngineStream | None = stream
        self._sample_rate = sample_rate

    def feedAudioContent(self, audio_buffer: AudioBuffer) -> None:
        """Take the next samples, in blocks of any length.

        Args:
            audio_buffer: int16 (S,) at the model's rate, or the bytes of such samples.

        Raises:
            DeepSpeechError: The stream has ended.
            AudioBufferError: The audio is of another type or shape.
        """
        stream = self._valid("feed")
        stream.feed(samples_from_buffer(audio_buffer, self._sample_rate))

    def intermediateDecode(self) -> str:
        """Return the text so far; its last words may still change.

        Raises:
            DeepSpeechError: The stream has ended.
        """
        return self._valid("decode").partial().text

    def intermediateDecodeWithMetadata(self, num_results: int = 1) -> Metadata:
        """Return the text so far character by character; its last words may still change.

        Args:
            num_results: How many readings at most. They differ in the segments that have ended.

        Raises:
            DeepSpeechError: The stream has ended.
        """
        stream = self._valid("decode")
        return metadata_from_transcript(stream.partial(), checked_count(num_results))

    def finishStream(self) -> str:
        """End the stream and return its text.

        Raises:
            DeepSpeechError: The stream has ended already.
        """
        text = self._valid("finish").finish().text
        self._stream = None
        return text

    def finishStreamWithMetadata(self, num_results: int = 1) -> Metadata:
        """End the stream and return its text character by character.

        Args:
            num_results: How many readings at most; a stream keeps ten.

        Raises:
            DeepSpeechError: The stream has ended already.
        """
        stream, count = self._valid("finish"), checked_count(num_results)
        metadata = metadata_from_transcript(stream.finish(), count)
        self._stream = None
        return metadata

    def freeStream(self) -> None:
        """End the stream without a result.

        Raises:
            DeepSpeechError: The stream has ended already.
        """
        self._valid("free")
        self._stream = None

    def _valid(self, action: str) -> EngineStream:
        if self._stream is None:
            raise DeepSpeechError(
                f"cannot {action} a stream that has been finished or freed; "
                "begin another one with createStream()"
            )
        return self._stream


def checked_count(num_results: int) -> int:
    """Return a number of readings.

    Raises:
        OptionError: It is negative.
        TypeError: It is no whole number.
    """
    count = operator.index(num_results)
    if count < 0:
        raise OptionError(f"num_results is {count}; it must be 0 or more")
    return count
