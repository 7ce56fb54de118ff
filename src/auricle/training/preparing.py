"""What must be there before the first step: utterances that can be learnt from, and units.

Everything that is missing is said here, before hours of training show it.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from auricle.errors import AudioError, OptionError, TrainingError
from auricle.manifest import Utterance, measure, read_manifest
from auricle.text import normaliser
from auricle.training.configuration import DataOptions, HeadChoice
from auricle.training.units import (
    Bytes,
    Characters,
    Phones,
    Pieces,
    Units,
    read_lexicon,
    train_pieces,
)

UNITS_FILE = "units.json"
# Utterances that barely have enough frames are lost when they are played faster.
_FASTEST = 0.85
_TOO_MANY_UNITS = "more units than frames"
_MORE_ROWS = "[network] rows = 2 gives twice as many frames, at little cost"


@dataclass(frozen=True)
class Prepared:
    """The utterances of a run with normalised texts, and what was left out.

    Args:
        train: To learn from.
        dev: To look at.
        left_out: Why, and how many.
        examples: Why, and the first utterance left out for it.
    """

    train: list[Utterance]
    dev: list[Utterance]
    left_out: Counter[str]
    examples: dict[str, str]

    def describe(self) -> str:
        """Return what there is and what was left out, a line each."""
        lines = []
        for name, utterances in (("train", self.train), ("dev", self.dev)):
            hours = sum(each.duration or 0.0 for each in utterances) / 3600
            speakers = len({each.speaker for each in utterances if each.speaker})
            lines.append(
                f"{name}: {len(utterances)} utterances, {hours:.2f} h, {speakers} speakers"
            )
        for why, count in self.left_out.most_common():
            lines.append(f"left out, {why}: {count} (the first one: {self.examples[why]})")
        if self.left_out[_TOO_MANY_UNITS] > 0.05 * len(self.train):
            lines.append(_MORE_ROWS)
        return "\n".join(lines)


class _Sieve:
    """Lets good utterances through and counts the others."""

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def leave_out(self, why: str, example: str) -> None:
        self.left_out[why] += 1
        self.examples.setdefault(why, example)

    def readable(self, utterances: Iterable[Utterance], spelling: str) -> list[Utterance]:
        """Keep what is there and has a text, which is normalised."""
        kept = []
        for utterance in utterances:
            try:
                text = normaliser(spelling)(utterance.text)
                if not Path(utterance.audio).exists():
                    self.leave_out("no such recording", utterance.audio)
                elif not text:
                    self.leave_out("no text", utterance.id)
                else:
                    kept.append(replace(measure(utterance), text=text))
            except OptionError as error:
                self.leave_out("text outside the language", f"{utterance.id}: {error}")
            except AudioError as error:
                self.leave_out("unreadable recording", str(error))
        return kept

    def spellable(
        self, utterances: Iterable[Utterance], units: Sequence[Units], frame_seconds: float
    ) -> list[Utterance]:
        """Keep what all heads can spell in the frames there are."""
        kept = []
        for utterance in utterances:
            try:
                longest = max(_frames_needed(each.encode(utterance.text)) for each in units)
            except ValueError as error:
                self.leave_out("text outside the units", str(error))
                continue
            if longest > _FASTEST * (utterance.duration or 0.0) / frame_seconds:
                self.leave_out(_TOO_MANY_UNITS, utterance.id)
            else:
                kept.append(utterance)
        return kept


def prepare_data(
    options: DataOptions,
    make_units: Callable[[list[str]], Sequence[Units]],
    frame_seconds: float,
) -> tuple[Prepared, Sequence[Units]]:
    """Read the manifests of a run.

    Args:
        options: Which ones, and how their texts are spelled.
        make_units: Called with the normalised texts of the training set.
        frame_seconds: Of an output of the network.

    Raises:
        TrainingError: No utterance of a set is left.
        OptionError: A manifest is missing or wrong.
    """
    sieve = _Sieve()
    sets = {}
    for name, paths in (("train", options.train), ("dev", options.dev)):
        utterances = [utterance for path in paths for utterance in read_manifest(path)]
        sets[name] = sieve.readable(utterances, options.normaliser)
        _check_left(sets[name], name, sieve)
    units = make_units([utterance.text for utterance in sets["train"]])
    for name, utterances in sets.items():
        sets[name] = sieve.spellable(utterances, units, frame_seconds)
        _check_left(sets[name], name, sieve)
    return Prepared(sets["train"], sets["dev"], sieve.left_out, sieve.examples), units


def make_units(heads: Sequence[HeadChoice], texts: list[str], folder: Path) -> list[Units]:
    """Return what each head spells in: what the run's folder holds, or new, and then kept there.

    Args:
        heads: Of the run.
        texts: Normalised texts of the training set.
        folder: Of the run.

    Raises:
        OptionError: The folder holds the units of another run.
    """
    units = [_new_units(head, texts, folder / f"pieces-{k}.model") for k, head in enumerate(heads)]
    path = folder / UNITS_FILE
    described = [
        {"kind": head.units, "tokens": each.tokens} for head, each in zip(heads, units, strict=True)
    ]
    if path.exists() and json.loads(path.read_text(encoding="utf-8")) != described:
        raise OptionError(
            f"{path}: the run in this folder has other units than its file and texts give now; "
            "begin in a new folder, with --from to keep what was learnt"
        )
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_text(json.dumps(described, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(path)
    return units


def _new_units(head: HeadChoice, texts: list[str], pieces: Path) -> Units:
    if head.units == "bytes":
        return Bytes(spaces=any(" " in text for text in texts))
    if head.units == "phones":
        return Phones(read_lexicon(Path(head.lexicon)), spaces=head.spaces)
    if head.units == "pieces":
        if not pieces.exists():
            train_pieces(texts, head.size, pieces)
        return Pieces(pieces)
    return Characters(head.alphabet or {character for text in texts for character in text})


def _frames_needed(tokens: Sequence[int]) -> int:
    """CTC needs a blank between equal neighbours (Graves et al., 2006)."""
    return len(tokens) + sum(a == b for a, b in itertools.pairwise(tokens))


def _check_left(utterances: Sequence[Utterance], name: str, sieve: _Sieve) -> None:
    if utterances:
        return
    reasons = "; ".join(
        f"{why}: {count}, such as {sieve.examples[why]}"
        for why, count in sieve.left_out.most_common()
    )
    remedy = "`auricle data check` tells more"
    if sieve.left_out[_TOO_MANY_UNITS]:
        remedy = _MORE_ROWS
    raise TrainingError(
        f"no utterance of the {name} set can be used ({reasons or 'its manifests are empty'}); "
        f"{remedy}"
    )
