"""Whether confidences mean what they say, and the maps that make them do so.

utterances -> hear        the acoustic graph, once: log-probabilities
           -> judge       the search; each word and segment with its evidence, right or wrong
           -> fit_map     logistic regression: the weights of a package's `calibration`
           -> calibration_error, reliability
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from auricle._core import Evidence
from auricle.calibration import Calibration
from auricle.decoder import Decoder, DecodingOptions
from auricle.evaluation.alignment import EQUAL, align
from auricle.manifest import Utterance, read_utterance
from auricle.model import Model
from auricle.spoken_words import words_of
from auricle.text import normaliser
from auricle.utterance_acoustics import acoustics_of

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.float32]

# In this order: the weights of auricle.calibration, without the bias.
FEATURES = ("odds", "length")
_RIDGE = 1e-3
_STEPS = 50


@dataclass(frozen=True)
class Heard:
    """What the acoustic graph makes of an utterance, and what was said in it."""

    rows: Rows  # float32 (T, V)
    reference: tuple[str, ...]
    speaker: str


@dataclass(frozen=True)
class Judged:
    """Words or segments of a search: what speaks for each, its confidence, and whether it is right.

    Args:
        evidence: float64 (N, 2), the columns of `FEATURES`.
        confidence: float64 (N,).
        right: float64 (N,), 1 or 0.
    """

    evidence: Floats
    confidence: Floats
    right: Floats

    @property
    def error(self) -> float:
        """The expected calibration error."""
        return calibration_error(self.confidence, self.right)


def hear(
    model: Model,
    utterances: Iterable[Utterance],
    progress: Callable[[], None] = lambda: None,
) -> list[Heard]:
    """Run the acoustic graph over utterances, and tell of each."""
    normalise = normaliser(model.info.normaliser)
    heard = []
    for utterance in utterances:
        stream = acoustics_of(model.acoustic, low_latency=False)
        samples = read_utterance(utterance, model.sample_rate)
        rows = np.concatenate([*stream.feed(samples), stream.run_ahead()])
        reference = words_of(normalise(utterance.text), model.vocabulary.separator)
        heard.append(Heard(rows, tuple(reference), utterance.speaker))
        progress()
    return heard


def judge(
    model: Model, heard: Iterable[Heard], calibration: Calibration | None = None
) -> tuple[Judged, Judged]:
    """Search, and compare what comes out with what was said.

    A word is right where the alignment with the fewest errors has it, character by character where
    nothing separates words; a segment, which here is a whole utterance, where all its words are
    right and none is missing.

    Returns:
        The words and the segments.
    """
    words: list[tuple[Evidence, float, bool]] = []
    segments: list[tuple[Evidence, float, bool]] = []
    for utterance in heard:
        options = model.search_options(DecodingOptions())
        decoder = Decoder(model.vocabulary, model.scorer, options, calibration=calibration)
        decoder.step(utterance.rows)
        for segment in decoder.finish():
            best = segment.alternatives[0]
            parts = [words_of(word.text, model.vocabulary.separator) for word in best.words]
            steps = align(utterance.reference, list(itertools.chain.from_iterable(parts)))
            right = iter([step.kind == EQUAL for step in steps if step.result])
            for word, part in zip(best.words, parts, strict=True):
                is_right = all([next(right) for _ in part])
                words.append((word.evidence, word.confidence, is_right))
            whole = all(step.kind == EQUAL for step in steps)
            segments.append((segment.evidence, segment.confidence, whole))
    return _judged(words), _judged(segments)


def fit_map(judged: Judged) -> dict[str, float]:
    """Fit the weights of a confidence map: logistic regression by Newton's method.

    Columns that do not vary get no weight, and a light ridge keeps the others finite.
    """
    matrix = np.column_stack([np.ones(len(judged.right)), judged.evidence])  # (N, 3)
    ridge = np.diag([0.0, *np.where(judged.evidence.std(axis=0) > 1e-9, _RIDGE, 1e12)])
    weights = np.zeros(matrix.shape[1])
    for _ in range(_STEPS):
        expected = 1.0 / (1.0 + np.exp(-(matrix @ weights)))
        gradient = matrix.T @ (judged.right - expected) - ridge @ weights
        spread = np.maximum(expected * (1.0 - expected), 1e-9)
        change = np.linalg.solve(matrix.T @ (matrix * spread[:, None]) + ridge, gradient)
        weights += change
        if np.abs(change).max() < 1e-9:
            break
    return {
        name: round(float(weight), 4)
        for name, weight in zip(("bias", *FEATURES), weights, strict=True)
    }


def reliability(
    confidence: Floats, right: Floats, bins: int = 15
) -> list[tuple[float, float, int]]:
    """Sort results into bins of equal width by their confidence.

    Returns:
        Of each bin that holds any: the mean confidence, the share that is right, the count.
    """
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        (float(confidence[inside].mean()), float(right[inside].mean()), int(inside.sum()))
        for inside in (places == place for place in range(bins))
        if inside.any()
    ]


def calibration_error(confidence: Floats, right: Floats, bins: int = 15) -> float:
    """Return the expected calibration error (Guo et al., 2017): how far bins are off on average."""
    rows = reliability(confidence, right, bins)
    return sum(count * abs(mean - share) for mean, share, count in rows) / max(1, len(right))


def _judged(rows: Sequence[tuple[Evidence, float, bool]]) -> Judged:
    evidence = [(e.log_odds, np.log(max(1, e.count))) for e, _, _ in rows]
    return Judged(
        np.array(evidence, np.float64).reshape(-1, len(FEATURES)),
        np.array([confidence for _, confidence, _ in rows], np.float64),
        np.array([right for _, _, right in rows], np.float64),
    )
