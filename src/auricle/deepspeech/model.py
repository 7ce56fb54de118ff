"""`Model` of the old API."""

from __future__ import annotations

import math
import operator
import os
from dataclasses import replace
from pathlib import Path

from auricle.decoder import DecodingOptions
from auricle.deepspeech.errors import DeepSpeechError, ErrorCode
from auricle.deepspeech.metadata import Metadata
from auricle.deepspeech.samples import AudioBuffer
from auricle.deepspeech.stream import Stream, checked_count
from auricle.errors import ModelError
from auricle.model import Model as EngineModel
from auricle.model import load
from auricle.package import find_package

OLD_MODEL_SUFFIXES = {".pb", ".pbmm", ".tflite"}
OLD_SCORER_SUFFIX = ".scorer"

# A stream keeps its readings from the start, before it is known how many are wanted at the end.
STREAM_READINGS = 10
# Readings of segments are combined in pairs, so that the work grows with the square.
MAX_READINGS = 100
_BEAM_WIDTH = 100  # until another is set, whatever the package says


class Model:
    """A model and how it is to search.

    What is set holds for what is transcribed later; streams keep what they began with.

    Args:
        model_path: A bundled name ("en"), a package folder, or a packed .auricle file.

    Raises:
        DeepSpeechError: There is no such model, or it is corrupt, or it is one of DeepSpeech.
    """

    def __init__(self, model_path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(model_path)
        self._model = _open_model(self._path)
        # As before, there is no scorer until one is enabled.
        self._options = DecodingOptions(use_scorer=False, beam_width=_BEAM_WIDTH)

    def beamWidth(self) -> int:
        """Return how many hypotheses the search keeps."""
        assert self._options.beam_width is not None
        return self._options.beam_width

    def setBeamWidth(self, beam_width: int) -> int:
        """Set how many hypotheses the search keeps: more are slower and may be better.

        Returns:
            0.

        Raises:
            OptionError: It is not from 1 to 10000; a `ValueError`.
        """
        self._options = replace(self._options, beam_width=operator.index(beam_width))
        return 0

    def sampleRate(self) -> int:
        """Return the samples a second that the model hears, Hz."""
        return self._model.sample_rate

    def enableExternalScorer(self, scorer_path: str | os.PathLike[str]) -> None:
        """Search with a scorer from now on, with the weights it brings.

        Args:
            scorer_path: A scorer.lm; or what the model was opened by, for its package's scorer.

        Raises:
            DeepSpeechError: The scorer is missing, corrupt, of another vocabulary or one of
                DeepSpeech; the model goes on as it was.
        """
        self._model = _open_model_with_scorer(self._path, os.fspath(scorer_path))
        self._options = replace(self._options, use_scorer=True, alpha=None, beta=None)

    def disableExternalScorer(self) -> int:
        """Search without a scorer from now on.

        Returns:
            0, or 0x2004 if there was none.
        """
        if not self._options.use_scorer:
            return ErrorCode.SCORER_NOT_ENABLED
        self._options = replace(self._options, use_scorer=False, alpha=None, beta=None)
        return 0

    def setScorerAlphaBeta(self, alpha: float, beta: float) -> int:
        """Set how much the scorer counts.

        Args:
            alpha: Weight of its natural-log probabilities.
            beta: Added for each word, natural log.

        Returns:
            0, or 0x2004 if no scorer is enabled.
        """
        if not self._options.use_scorer:
            return ErrorCode.SCORER_NOT_ENABLED
        self._options = replace(self._options, alpha=float(alpha), beta=float(beta))
        return 0

    def addHotWord(self, word: str, boost: float) -> None:
        """Expect a word or phrase, with or without a scorer.

        Args:
            word: Spelled as the model spells; words of a phrase are joined by single spaces.
            boost: Added once for each time it is heard, natural log; below 0 it is avoided.

        Raises:
            DeepSpeechError: It was added before, is empty, or its boost is not finite.
        """
        boost = float(boost)
        if not isinstance(word, str):
            raise TypeError(f"a hot word is a str, not {type(word).__name__}")
        if word in self._options.hot_words:
            raise _hot_word_error(word, "is one already; call eraseHotWord first to change it")
        if not word.strip() or not math.isfinite(boost):
            raise _hot_word_error(word, f"with boost {boost}: give a word and a finite number")
        self._options = replace(self._options, hot_words={**self._options.hot_words, word: boost})

    def eraseHotWord(self, word: str) -> None:
        """Expect a word no longer.

        Raises:
            DeepSpeechError: It is no hot word.
        """
        rest = dict(self._options.hot_words)
        if rest.pop(word, None) is None:
            raise DeepSpeechError.of_call(
                "EraseHotWord",
                ErrorCode.FAIL_ERASE_HOTWORD,
                f"{word!r} is none of the hot words, which are: {', '.join(rest) or 'none'}",
            )
        self._options = replace(self._options, hot_words=rest)

    def clearHotWords(self) -> None:
        """Expect no word more than another; this never fails."""
        self._options = replace(self._options, hot_words={})

    def stt(self, audio_buffer: AudioBuffer) -> str:
        """Return the text of audio.

        Args:
            audio_buffer: int16 (S,) at the model's rate; or bytes, of such samples or of a WAV
                file of any rate and channel count.

        Raises:
            AudioBufferError: The audio is of another type or shape; a `TypeError`.
            AudioError: A WAV file is damaged or has no samples.
        """
        stream = self._begin(readings=1, low_latency=False)
        stream.feedAudioContent(audio_buffer)
        return stream.finishStream()

    def sttWithMetadata(self, audio_buffer: AudioBuffer, num_results: int = 1) -> Metadata:
        """Return up to `num_results` readings of audio, character by character.

        Args:
            audio_buffer: As for `stt`.
            num_results: How many readings at most; more than 100 are never found.

        Raises:
            AudioBufferError, AudioError: As by `stt`.
        """
        readings = min(max(checked_count(num_results), 2), MAX_READINGS)  # one alone is not kept
        stream = self._begin(readings, low_latency=False)
        stream.feedAudioContent(audio_buffer)
        return stream.finishStreamWithMetadata(num_results)

    def createStream(self) -> Stream:
        """Begin a stream, with the model's settings of this moment."""
        return self._begin(STREAM_READINGS, low_latency=True)

    def _begin(self, readings: int, *, low_latency: bool) -> Stream:
        options = replace(self._options, alternatives=readings)
        return Stream(self._model.stream(options, low_latency=low_latency), self.sampleRate())


def _open_model(path: str) -> EngineModel:
    if not path:
        raise DeepSpeechError.of_call(
            "CreateModel",
            ErrorCode.NO_MODEL,
            'the path is empty; give a name as "en", a package folder or a .auricle file',
        )
    try:
        return load(path)
    except ModelError as error:
        if Path(path).suffix.lower() not in OLD_MODEL_SUFFIXES:
            raise DeepSpeechError.of_call(
                "CreateModel", ErrorCode.FAIL_INIT_MMAP, str(error)
            ) from error
        raise DeepSpeechError.of_call(
            "CreateModel",
            ErrorCode.MODEL_INCOMPATIBLE,
            f"{path}: DeepSpeech's models do not run in Auricle as they are; make a package of it "
            f"(`auricle convert deepspeech {path} -o PACKAGE`), or give a model of Auricle, as "
            '"en" (`auricle models list` shows those installed)',
        ) from error


def _open_model_with_scorer(model_path: str, scorer_path: str) -> EngineModel:
    own = _is_same_package(model_path, scorer_path)
    try:
        model = load(model_path, scorer=None if own else scorer_path, verify=False)
        if model.scorer is None:
            raise ModelError(f"{model_path}: the package has no scorer; name a scorer.lm")
        return model
    except ModelError as error:
        detail = str(error)
        if scorer_path.lower().endswith(OLD_SCORER_SUFFIX):
            detail = (
                f"{scorer_path}: DeepSpeech's scorers do not run in Auricle as they are; take the "
                f"scorer of the model's package, enableExternalScorer({model_path!r}), convert it "
                "together with its model (`auricle convert deepspeech --scorer`), or build one "
                "from the same text with `auricle lm build`"
            )
        raise DeepSpeechError.of_call(
            "EnableExternalScorer", ErrorCode.INVALID_SCORER, detail
        ) from error


def _is_same_package(model_path: str, scorer_path: str) -> bool:
    try:
        return find_package(model_path).samefile(find_package(scorer_path))
    except ModelError:
        return False


def _hot_word_error(word: str, detail: str) -> DeepSpeechError:
    return DeepSpeechError.of_call(
        "AddHotWord", ErrorCode.FAIL_INSERT_HOTWORD, f"{word!r} {detail}"
    )
