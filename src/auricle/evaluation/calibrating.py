"""What a model's word times and confidences are off by, measured on recordings with their texts.

Confidence maps are logistic regressions (`auricle.evaluation.confidence`). For word times the texts
are aligned with their recordings: how long after the sound begins the first unit of a text peaks,
how long before the sound ends the last one did in words of several units, and how long last words
of one unit are, as medians of those words that were heard well. Sound begins and ends where its
level comes within 30 dB of the loudest; recordings whose quietest tenth is not 40 dB below it are
left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from auricle.alignment import AlignedWord, Aligner
from auricle.audio import Waveform
from auricle.calibration import Calibration
from auricle.errors import AlignmentError
from auricle.evaluation.confidence import Heard, Judged, fit_map, hear, judge
from auricle.manifest import Utterance, read_utterance
from auricle.model import Model
from auricle.spoken_words import read_text
from auricle.text import normaliser

LEVEL_STEP = 160  # samples: 10 ms
LEVEL_RANGE = 30.0  # dB below the loudest
QUIET_RANGE = 40.0
LEAST_SCORE = 0.3
FEWEST_OF_A_KIND = 20  # right ones, and wrong ones, that a map is fitted on


def sounding(samples: Waveform) -> tuple[int, int] | None:
    """Return where sound begins and ends, in samples; None where noise hides it."""
    blocks = samples[: len(samples) - len(samples) % LEVEL_STEP].reshape(-1, LEVEL_STEP)
    level = 10.0 * np.log10(np.mean(blocks.astype(np.float64) ** 2, axis=1) + 1e-12)
    level = np.convolve(np.pad(level, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    if np.percentile(level, 10) > level.max() - QUIET_RANGE:
        return None
    loud = np.flatnonzero(level > level.max() - LEVEL_RANGE)
    return int(loud[0]) * LEVEL_STEP, int(loud[-1] + 1) * LEVEL_STEP


@dataclasses.dataclass(frozen=True)
class Reliability:
    """How far confidences were off on the speakers that the maps were not fitted on.

    Args:
        count: Words or segments of theirs.
        before: Expected calibration error without the map.
        after: With it.
    """

    count: int
    before: float
    after: float


@dataclasses.dataclass(frozen=True)
class Measured:
    """A calibration, and what speaks for it.

    Args:
        calibration: Fitted on all speakers.
        words: Of every second speaker, with maps fitted on the others; None of a single speaker.
        segments: Likewise.
        times: Utterances whose first and last words say something of word times.
    """

    calibration: Calibration
    words: Reliability | None
    segments: Reliability | None
    times: int


def calibrate(
    model: Model, utterances: Sequence[Utterance], progress: Callable[[], None] = lambda: None
) -> Measured:
    """Measure a model's word times and confidences.

    Args:
        model: With its scorer; what it knows of its calibration is not used.
        utterances: With texts, none of them trained on.
        progress: Called after each utterance.

    Raises:
        AudioError: A recording cannot be read.
    """
    heard = hear(model, utterances, progress)
    words, segments = _reliability(model, heard)
    (lead, tail, shortest), count = measure_times(model, utterances, heard)
    calibration = dataclasses.replace(fit(model, heard), lead=lead, tail=tail, shortest=shortest)
    return Measured(calibration, words, segments, count)


def measure_times(
    model: Model, utterances: Sequence[Utterance], heard: Sequence[Heard]
) -> tuple[tuple[float, float, float], int]:
    """Return `lead`, `tail` and `shortest` of a calibration, seconds, and of how many ends."""
    leads: list[float] = []
    tails: list[float] = []
    lengths: list[float] = []
    for utterance, item in zip(utterances, heard, strict=True):
        sound = sounding(read_utterance(utterance, model.sample_rate))
        words = align(model, utterance.text, item.rows)
        if sound is None or not words:
            continue
        begin, end = (samples / model.sample_rate for samples in sound)
        first, last = words[0], words[-1]
        if first.score >= LEAST_SCORE:
            leads.append(first.start - begin)
        if last.score >= LEAST_SCORE:
            several = len(last.units) > 1
            (tails if several else lengths).append(end - (last.end if several else last.start))
    lead, tail, length = (
        max(0.0, float(np.median(values))) if values else 0.0 for values in (leads, tails, lengths)
    )
    times = (round(lead, 3), round(tail, 3), round(lead + length, 3))
    return times, len(leads) + len(tails) + len(lengths)


def align(model: Model, text: str, rows: np.ndarray) -> list[AlignedWord]:
    """Find the words that were said, which last from their first peak to their last."""
    lines = read_text(text, normaliser(model.info.normaliser), model.vocabulary.separator)
    frame_seconds = model.info.acoustic.frame_seconds
    try:
        aligner = Aligner(model.vocabulary, lines, frame_seconds=frame_seconds)
        aligner.step(rows)
        return [word for word in aligner.finish().words if word.said]
    except AlignmentError:  # a word that the lexicon lacks, or more units than frames
        return []


def fit_enough(judged: Judged) -> dict[str, float] | None:
    """Fit a map, unless too few are right or wrong to say anything."""
    right = judged.right.sum()
    return (
        fit_map(judged)
        if FEWEST_OF_A_KIND <= right <= len(judged.right) - FEWEST_OF_A_KIND
        else None
    )


def fit(model: Model, heard: Sequence[Heard]) -> Calibration:
    """Fit the map of words, and then that of segments, whose evidence it changes."""
    words, _ = judge(model, heard)
    word = fit_enough(words)
    _, segments = judge(model, heard, Calibration(word=word))
    return Calibration(word=word, segment=fit_enough(segments))


def _reliability(
    model: Model, heard: Sequence[Heard]
) -> tuple[Reliability | None, Reliability | None]:
    """Fit on every second speaker and count the errors of words and segments on the others."""
    speakers = sorted({item.speaker for item in heard})
    fitted = set(speakers[::2])
    rest = [item for item in heard if item.speaker not in fitted]
    if not rest:
        return None, None
    calibration = fit(model, [item for item in heard if item.speaker in fitted])
    before, after = judge(model, rest), judge(model, rest, calibration)
    words, segments = (
        Reliability(len(raw.right), raw.error, mapped.error)
        for raw, mapped in zip(before, after, strict=True)
    )
    return words, segments
