"""What ruins a training, found before it starts.

Every utterance is looked at by itself, then all of them together; each problem names its file.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from auricle.errors import AudioError, OptionError
from auricle.manifest import Utterance, read_utterance
from auricle.text import normaliser
from auricle.training.spreading import Workers

_RATE = 16000


@dataclass(frozen=True)
class CheckOptions:
    """What is accepted.

    Args:
        normaliser: How texts are spelled, a name in `auricle.text`.
        characters: That the normalised texts may hold; empty for any.
        shortest: Seconds.
        longest: Seconds.
        frame_seconds: Of the network; CTC needs a frame for each unit, and one more between equal
            ones (Graves et al., 2006).
        quietest_db: Level of the loudest sample below full scale under which a recording is silent.

    Raises:
        OptionError: A value is outside its range.
    """

    normaliser: str = "whitespace"
    characters: str = ""
    shortest: float = 0.3
    longest: float = 30.0
    frame_seconds: float = 0.04
    quietest_db: float = -60.0

    def __post_init__(self) -> None:
        normaliser(self.normaliser)
        if not 0 <= self.shortest < self.longest:
            raise OptionError(f"lengths from {self.shortest} to {self.longest} s hold no utterance")
        if self.frame_seconds <= 0:
            raise OptionError(f"frame_seconds is {self.frame_seconds}: it must be above 0")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an utterance."""

    kind: str
    utterance: Utterance
    detail: str


@dataclass
class Checked:
    """Outcome of a check.

    Args:
        problems: All that was found.
        sound: The utterances without a problem, a list for each manifest.
    """

    problems: list[Problem] = field(default_factory=list)
    sound: list[list[Utterance]] = field(default_factory=list)

    def by_kind(self) -> dict[str, list[Problem]]:
        """Return the problems by their kind, most frequent first."""
        kinds: dict[str, list[Problem]] = defaultdict(list)
        for problem in self.problems:
            kinds[problem.kind].append(problem)
        return dict(sorted(kinds.items(), key=lambda item: -len(item[1])))


def check(
    manifests: Sequence[Sequence[Utterance]],
    options: CheckOptions | None = None,
    *,
    workers: Workers | None = None,
    progress: Callable[[], None] | None = None,
) -> Checked:
    """Look for what ruins a training.

    Args:
        manifests: The training set first; then those it must share no speaker or sentence with.
        options: What is accepted.
        workers: That read the recordings.
        progress: Called after each utterance.
    """
    options, workers = options or CheckOptions(), workers or Workers()
    checked = Checked()
    seen: dict[str, Utterance] = {}
    held_out = _held_out(manifests[1:], options)
    for place, utterances in enumerate(manifests):
        sound = []
        examined = workers.map(partial(_examine, options=options), utterances, chunk=16)
        for utterance, (digest, problems) in zip(utterances, examined, strict=True):
            if digest and digest in seen:
                detail = f"the same sound as {seen[digest].id}"
                problems.append(Problem("duplicate recording", utterance, detail))
            elif digest:
                seen[digest] = utterance
            if place == 0:
                problems += _shared(utterance, held_out, options)
            checked.problems += problems
            if not problems:
                sound.append(utterance)
            if progress is not None:
                progress()
        checked.sound.append(sound)
    return checked


def _examine(utterance: Utterance, options: CheckOptions) -> tuple[str, list[Problem]]:
    """Return a digest of an utterance's sound, empty if unreadable, and what is wrong with it."""
    problems = []
    digest = ""
    seconds = utterance.duration or 0.0
    try:
        samples = read_utterance(utterance, _RATE)
    except AudioError as error:
        problems.append(Problem("unreadable recording", utterance, str(error)))
    else:
        seconds = len(samples) / _RATE
        peak = float(np.abs(samples).max()) if len(samples) else 0.0
        if peak < 10 ** (options.quietest_db / 20):
            detail = f"its loudest sample is {peak:.1e} of full scale"
            problems.append(Problem("silent recording", utterance, detail))
        else:
            digest = hashlib.sha256(samples.tobytes()).hexdigest()
        problems += _length_problems(utterance, seconds, options)
    problems += _text_problems(utterance, seconds if digest else None, options)
    return digest, problems


def _length_problems(
    utterance: Utterance, seconds: float, options: CheckOptions
) -> Iterator[Problem]:
    if seconds < options.shortest:
        yield Problem("too short", utterance, f"{seconds:.2f} s, at least {options.shortest:g}")
    if seconds > options.longest:
        yield Problem("too long", utterance, f"{seconds:.2f} s, at most {options.longest:g}")


def _text_problems(
    utterance: Utterance, seconds: float | None, options: CheckOptions
) -> Iterator[Problem]:
    try:
        text = normaliser(options.normaliser)(utterance.text)
    except OptionError as error:
        yield Problem("text outside the language", utterance, str(error))
        return
    if not text:
        yield Problem("no text", utterance, f"{utterance.text!r} has no words")
    unknown = sorted(set(text) - set(options.characters)) if options.characters else []
    if unknown:
        shown = " ".join(map(repr, unknown))
        yield Problem("unknown characters", utterance, f"{shown} in {text!r}")
    needed = len(text) + sum(a == b for a, b in itertools.pairwise(text))
    if seconds is not None and needed * options.frame_seconds > seconds:
        yield Problem(
            "more units than frames",
            utterance,
            f"{needed} for {len(text)} characters, {int(seconds / options.frame_seconds)} frames",
        )


@dataclass(frozen=True)
class _HeldOut:
    speakers: frozenset[str]
    sentences: frozenset[str]


def _held_out(manifests: Iterable[Sequence[Utterance]], options: CheckOptions) -> _HeldOut:
    utterances = [utterance for manifest in manifests for utterance in manifest]
    return _HeldOut(
        frozenset(each.speaker for each in utterances if each.speaker),
        frozenset(filter(None, (_sentence(each, options) for each in utterances))),
    )


def _shared(utterance: Utterance, held_out: _HeldOut, options: CheckOptions) -> Iterator[Problem]:
    if utterance.speaker in held_out.speakers:
        yield Problem("speaker on both sides", utterance, utterance.speaker)
    sentence = _sentence(utterance, options)
    if sentence in held_out.sentences:
        yield Problem("sentence on both sides", utterance, repr(sentence))


def _sentence(utterance: Utterance, options: CheckOptions) -> str:
    try:
        return normaliser(options.normaliser)(utterance.text).casefold()
    except OptionError:
        return ""
