"""The beam search, for models of ours and for log-probabilities from any CTC model.

    from auricle.decoder import Decoder, DecodingOptions, Vocabulary, open_scorer
    vocabulary = Vocabulary(tokens, blank=0, boundary="separator")
    scorer = open_scorer("scorer.lm", vocabulary)
    decoder = Decoder(vocabulary, scorer, DecodingOptions(beam_width=64))
    decoder.step(log_probs)          # float32 (T, V), natural log; as often as frames arrive
    segments = decoder.finish()

Phones, or other units that do not spell words, need a lexicon, which the vocabulary takes along:

    vocabulary = Vocabulary(phones, blank=0, boundary="lexicon", lexicon="english.lexicon")

A network with a second output in such units, whose columns follow those of the first, is heard
twice: see `SecondPass`.

The mathematics stands in docs/decoding.md.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from auricle import _core
from auricle._core import (
    DecodedSegment,
    DecodedUnit,
    DecodedWord,
    EndpointRules,
    Hypothesis,
    Lexicon,
    NetworkSlot,
    NetworkWord,
    Scorer,
    SegmentEnd,
)
from auricle.calibration import Calibration
from auricle.errors import OptionError, ScorerError, check_unicode
from auricle.grammar import GrammarSource, load_grammar
from auricle.lexicon import LexiconSource, Spelling, load_lexicon

__all__ = [
    "Calibration",
    "DecodedSegment",
    "DecodedUnit",
    "DecodedWord",
    "Decoder",
    "DecodingOptions",
    "EndpointOptions",
    "Hypothesis",
    "Lexicon",
    "NetworkSlot",
    "NetworkWord",
    "Scorer",
    "SecondPass",
    "SegmentEnd",
    "Vocabulary",
    "decode_batch",
    "open_scorer",
]

BOUNDARIES = {
    "separator": _core.WordBoundary.SEPARATOR,
    "prefix": _core.WordBoundary.PREFIX,
    "none": _core.WordBoundary.NONE,
    "lexicon": _core.WordBoundary.LEXICON,
}

# The fields of DecodingOptions that the core takes as they are.
SEARCH_OPTIONS = (
    "top_tokens",
    "alternatives",
    "network",
    "closed_vocabulary",
    "unknown_phrase_cost",
)

# Those that hold unless an option or the package names others.
SEARCH_WIDTHS = {"beam_width": 100, "beam_margin": 10.0, "token_margin": 8.0}


@dataclass(frozen=True)
class DecodingOptions:
    """How the search looks for words. None means: as the package or its scorer says.

    Raises:
        OptionError: A value is outside its range.
    """

    beam_width: int | None = None  # hypotheses kept after each frame; else 100
    use_scorer: bool = True
    alternatives: int = 1  # readings in the result
    network: bool = False  # segments come with their confusion network
    hot_words: Mapping[str, float] = field(default_factory=dict)  # phrase -> boost, natural log
    # Words that the model's lexicon lacks, or more spellings of those it has: word -> its units, as
    # in {"auricle": "AO R IH K AH L"}, or several such. Only for models with a lexicon.
    spellings: Mapping[str, Spelling] = field(default_factory=dict)
    alpha: float | None = None  # weight of the scorer
    beta: float | None = None  # added for each word, natural log
    unknown_penalty: float | None = None  # taken off for each word the scorer lacks, natural log
    unknown_unit_penalty: float | None = None  # ... and for each character of such a word
    closed_vocabulary: bool = False  # only the scorer's words and hot words come out
    beam_margin: float | None = None  # drop hypotheses so far below the best, natural log; else 10
    # What may be said: a grammar (auricle.grammar), its file, or a list of phrases.
    grammar: GrammarSource | None = None
    # Taken off a text that the grammar does not give, natural log; infinite: none comes out.
    unknown_phrase_cost: float = math.inf
    token_margin: float | None = None  # skip tokens, blanks too, so far below the best; else 8
    top_tokens: int = 40  # look at so many tokens of a frame at most

    def __post_init__(self) -> None:
        for name in ("beam_width", "alternatives", "top_tokens"):
            count = getattr(self, name)
            if count is not None and not 1 <= count <= 10_000:
                raise OptionError(f"{name} is {count}; it must be from 1 to 10000")
        for name in ("beam_margin", "token_margin"):
            value = getattr(self, name)
            if value is not None and not value > 0.0:
                raise OptionError(f"{name} is {value}; it must be above 0")
        if not self.unknown_phrase_cost >= 0.0:
            raise OptionError(
                f"unknown_phrase_cost is {self.unknown_phrase_cost}; it must be 0 or more"
            )


@dataclass(frozen=True)
class EndpointOptions:
    """When a segment of a stream ends, in seconds; 0 switches a rule off.

    The rules are those of Kaldi's online decoders, on the blank's probability; docs/decoding.md
    tells more. What a segment holds never changes once it has ended.

    Raises:
        OptionError: A value is outside its range.
    """

    silence: float = 0.8  # after a word
    unsure_silence: float = 0.0  # after a word, where the text is less certain than `certainty`
    certainty: float = 0.5  # share of the best text in the beam, from 0 to 1
    no_speech: float = 0.0  # without any word; then a segment without words says so
    maximum: float = 30.0  # of a segment, which then ends at its next short pause, or at twice this

    def __post_init__(self) -> None:
        for name in ("silence", "unsure_silence", "no_speech", "maximum"):
            if not 0.0 <= getattr(self, name) <= 86_400.0:
                raise OptionError(
                    f"{name} is {getattr(self, name)} s; it must be from 0 (never) to 86400"
                )
        if not 0.0 <= self.certainty <= 1.0:
            raise OptionError(f"certainty is {self.certainty}; it must be from 0 to 1")
        if 0.0 < self.unsure_silence < self.silence:
            raise OptionError(
                f"unsure_silence is {self.unsure_silence} s, shorter than silence, "
                f"{self.silence} s; it must be longer, or 0"
            )

    def rules(self, frame_seconds: float) -> EndpointRules:
        """Return the rules in frames, as the core takes them.

        Args:
            frame_seconds: Seconds from one frame to the next.
        """
        rules = EndpointRules()
        for name in ("silence", "unsure_silence", "no_speech", "maximum"):
            seconds = getattr(self, name)
            frames = max(1, round(seconds / frame_seconds)) if seconds > 0.0 else 0
            setattr(rules, f"{name}_frames", frames)
        rules.certainty = self.certainty
        return rules


class SecondPass:
    """A second output of a network: phones, by which the search's texts are weighed too.

    Soon after a text has ended a word, it is weighed by how well the phones of its words fit. When
    a segment ends, the log-probability that a text has by the first output becomes (1 - weight) of
    that and weight of what it has by the second one. Without a scorer there is no second pass.

    Args:
        tokens: In the order of the second output, the blank among them.
        blank: Index of the blank.
        lexicon: A file, or a mapping from each word to its units.
        weight: From 0 to 1.

    Raises:
        OptionError: The weight is outside its range.
        ModelError: The tokens are empty or repeated; the lexicon is missing or broken.
    """

    def __init__(
        self, tokens: Sequence[str], *, blank: int, lexicon: LexiconSource, weight: float
    ) -> None:
        units = _core.Vocabulary(list(tokens), blank, BOUNDARIES["lexicon"])
        self.lexicon = load_lexicon(lexicon, units)
        self.native = _core.SecondPass(units, self.lexicon, weight)

    @property
    def columns(self) -> int:
        """Log-probabilities of a frame."""
        return int(self.native.columns)


class Vocabulary:
    """The tokens that a model spells in, and how they make words.

    Args:
        tokens: In the order of the model's output, the blank among them.
        blank: Index of the blank.
        boundary: "separator" (a token of one space ends a word), "prefix" (a token that begins with
            U+2581 begins a word, as in sentencepiece), "none" (every token is a word) or "lexicon"
            (a lexicon says which tokens make which words; a token of one space may separate them).
        lexicon: For "lexicon": a file, or a mapping from each word to its units.
        spaces: Whether a space stands between two words of a text; never with "none".
        single_separators: Whether the network gives one separator between two words and none
            before the first. Otherwise any number of them is one, or none.
        second_pass: Of the columns behind those of the tokens, where there are such.

    Raises:
        OptionError: The boundary is none of these.
        ModelError: The tokens are empty or repeated, or lack what the boundary needs; the lexicon
            is missing or broken.
    """

    def __init__(
        self,
        tokens: Sequence[str],
        *,
        blank: int,
        boundary: str,
        lexicon: LexiconSource | None = None,
        spaces: bool = True,
        single_separators: bool = False,
        second_pass: SecondPass | None = None,
    ) -> None:
        if boundary not in BOUNDARIES:
            raise OptionError(
                f"boundary is {boundary!r}; it must be one of {', '.join(BOUNDARIES)}"
            )
        self.tokens = tuple(tokens)
        self.blank = blank
        self.boundary = boundary
        self.spaces = spaces and boundary != "none"
        self.native = _core.Vocabulary(
            list(tokens), blank, BOUNDARIES[boundary], self.spaces, single_separators
        )
        if boundary == "lexicon" and lexicon is None:
            raise OptionError('boundary "lexicon" needs a lexicon; give a file or a mapping')
        self.lexicon = None if lexicon is None else load_lexicon(lexicon, self.native)
        self.second_pass = second_pass

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def columns(self) -> int:
        """Log-probabilities of a frame: one of each token, and those of the second pass."""
        return len(self) + (0 if self.second_pass is None else self.second_pass.columns)

    @property
    def fingerprint(self) -> int:
        """The number that a scorer built for this vocabulary carries."""
        return int(self.native.fingerprint)

    @property
    def separator(self) -> str:
        """What stands between two words of a text."""
        return " " if self.spaces else ""


def open_scorer(path: str | os.PathLike[str], vocabulary: Vocabulary) -> Scorer:
    """Open a scorer.lm for a vocabulary; it is mapped, not read, and may serve many decoders.

    Raises:
        ScorerError: The file is missing, corrupt or was built for another vocabulary.
    """
    try:
        return Scorer(os.fspath(path), vocabulary.native, vocabulary.lexicon)
    except ScorerError as error:
        error.args = (f"{path}: {error}; take another file, or build one with `auricle lm build`",)
        raise


class Decoder:
    """The search over one stream of frames.

    Args:
        vocabulary: What the log-probabilities are of.
        scorer: From `open_scorer`, or None.
        options: How to search.
        endpoint: When a segment ends; None: only at `finish`.
        calibration: What was measured of the model, for word times and confidences.
        frame_seconds: Seconds from one frame to the next; needed for `endpoint` and for word times.

    Raises:
        OptionError: An option is outside its range.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        scorer: Scorer | None = None,
        options: DecodingOptions | None = None,
        endpoint: EndpointOptions | None = None,
        *,
        calibration: Calibration | None = None,
        frame_seconds: float = 0.0,
    ) -> None:
        options = options or DecodingOptions()
        native = _core.DecoderOptions()
        for name in SEARCH_OPTIONS:
            setattr(native, name, getattr(options, name))
        for name, usual in SEARCH_WIDTHS.items():
            asked = getattr(options, name)
            setattr(native, name, usual if asked is None else asked)
        if endpoint is not None:
            if not frame_seconds > 0.0:
                raise OptionError(
                    f"frame_seconds is {frame_seconds}; endpoints are in seconds, so say how many "
                    "seconds lie between two frames"
                )
            native.endpoint = endpoint.rules(frame_seconds)
        if calibration is not None:
            native.times = calibration.times(frame_seconds)
            native.confidence = calibration.confidence_maps()
        if scorer is not None:
            native.weights = _weights(scorer, options)
        self._native = _core.Decoder(
            vocabulary.native,
            vocabulary.lexicon,
            _own_lexicon(vocabulary, options),
            scorer if options.use_scorer else None,
            None if options.grammar is None else load_grammar(options.grammar),
            None if vocabulary.second_pass is None else vocabulary.second_pass.native,
            native,
            _phrases(options.hot_words),
        )

    def step(self, log_probs: npt.NDArray[np.float32]) -> list[DecodedSegment]:
        """Take the next frames, and return the segments that they close.

        Args:
            log_probs: float32 (T, V), natural logarithms, V the vocabulary's columns.

        Raises:
            OptionError: The array has another shape, or holds NaN or positive numbers.
            StreamError: The decoder is finished.
        """
        self._native.step(np.ascontiguousarray(log_probs, dtype=np.float32))
        return self._native.take_segments()

    def partial(self) -> Hypothesis:
        """Return the best reading of the open segment if its last word, perhaps cut, ended here."""
        return self._native.partial()

    def set_hot_words(self, hot_words: Mapping[str, float]) -> None:
        """Take other hot words, from the open segment on; what has been closed stays as it is.

        Args:
            hot_words: Phrase -> boost, natural log; none for none.

        Raises:
            OptionError: A phrase is empty or a boost not finite, or a lexicon lacks a word; the
                hot words then stay what they were.
        """
        self._native.set_hot_words(_phrases(hot_words))

    def finish(self) -> list[DecodedSegment]:
        """End the stream, and return the segments that this closes.

        Raises:
            StreamError: The decoder is finished already.
        """
        self._native.finish()
        return self._native.take_segments()

    def reset(self) -> None:
        """Forget everything; the next frame is frame 0 of a new stream."""
        self._native.reset()

    @property
    def frames(self) -> int:
        """Frames taken so far."""
        return int(self._native.frames)


def decode_batch(
    log_probs: Sequence[npt.NDArray[np.float32]],
    vocabulary: Vocabulary,
    scorer: Scorer | None = None,
    options: DecodingOptions | None = None,
    *,
    threads: int | None = None,
) -> list[list[DecodedSegment]]:
    """Decode whole utterances, several at a time; the search runs without Python's lock.

    Args:
        log_probs: Each float32 (T, V), natural logarithms, of any length.
        vocabulary: What the log-probabilities are of.
        scorer: From `open_scorer`, or None.
        options: How to search.
        threads: How many utterances are decoded at once; None: as many as there are cores.

    Returns:
        The segments of each utterance, in the order of the utterances.

    Raises:
        OptionError: An option is outside its range, or an array is not as `Decoder.step` takes it.
    """
    # Imported here, because most programs decode one stream.
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

    if threads is not None and threads < 1:
        raise OptionError(f"threads is {threads}; it must be at least 1, or None for all cores")
    count = min(threads or os.cpu_count() or 1, max(len(log_probs), 1))
    idle: SimpleQueue[Decoder] = SimpleQueue()
    for _ in range(count):
        idle.put(Decoder(vocabulary, scorer, options))

    def decode(rows: npt.NDArray[np.float32]) -> list[DecodedSegment]:
        decoder = idle.get()
        try:
            return [*decoder.step(rows), *decoder.finish()]
        finally:
            decoder.reset()
            idle.put(decoder)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(decode, log_probs))


def _phrases(hot_words: Mapping[str, float]) -> list[tuple[str, float]]:
    for phrase in hot_words:
        check_unicode(phrase, "hot word")
    return [(phrase, float(boost)) for phrase, boost in hot_words.items()]


def _own_lexicon(vocabulary: Vocabulary, options: DecodingOptions) -> Lexicon | None:
    if not options.spellings:
        return None
    if vocabulary.lexicon is None:
        raise OptionError(
            "spellings are for models with a lexicon; this one's tokens spell words by themselves"
        )
    return load_lexicon(options.spellings, vocabulary.native)


def _weights(scorer: Scorer, options: DecodingOptions) -> Any:
    weights = scorer.default_weights
    for name in ("alpha", "beta", "unknown_penalty", "unknown_unit_penalty"):
        value = getattr(options, name)
        if value is not None:
            setattr(weights, name, value)
    return weights
