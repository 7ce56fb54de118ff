"""How augmented recordings sound: `KIND:key=value,...` as on the command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from auricle.errors import OptionError
from auricle.training.augmentation import Gain, Interlude, Noise, Room, Speed, Waveform

if TYPE_CHECKING:
    from auricle.training.batches import Augmentation

_KINDS: dict[str, type] = {
    "speed": Speed,
    "room": Room,
    "noise": Noise,
    "interlude": Interlude,
    "gain": Gain,
}


def parse_augmentation(text: str, clips: Sequence[Waveform]) -> Augmentation:
    """Return the augmentation that a text such as "speed:low=0.8,high=0.9" names.

    It is applied for certain unless the text gives another probability.

    Args:
        text: Kind, and values of its fields.
        clips: Of noise.

    Raises:
        OptionError: There is no such kind or field, or a value is no number.
    """
    name, _, rest = text.partition(":")
    kind = _KINDS.get(name)
    if kind is None:
        raise OptionError(f"no augmentation {name!r}; there are {', '.join(_KINDS)}")
    fields = {item.name for item in dataclasses.fields(kind)} - {"clips", "sample_rate"}
    values: dict[str, Any] = {"probability": 1.0} if "probability" in fields else {}
    for part in filter(None, rest.split(",")):
        key, _, value = part.partition("=")
        if key not in fields:
            raise OptionError(f"{name} has no {key!r}; it may have {', '.join(sorted(fields))}")
        try:
            values[key] = float(value)
        except ValueError:
            raise OptionError(f"{name}: {key}={value!r} is not a number") from None
    if kind in (Noise, Interlude):
        values["clips"] = tuple(clips)
    augmentation: Augmentation = kind(**values)
    return augmentation


def apply(samples: Waveform, augmentations: Sequence[Augmentation], seed: int) -> Waveform:
    """Return samples (S,) after augmentations in their order, within [-1, 1]."""
    random = np.random.default_rng(seed)
    for augmentation in augmentations:
        samples = augmentation(samples, random)
    return np.clip(samples, -1.0, 1.0)
