"""The kinds of augmentations by their names, as in [[augment]] of a run and on the command line.

    [[augment]]                     --augment codec:probability=0.1,level=0.5~0.5
    kind = "codec"
    probability = 0.1
    level = "0.5~0.5"

Values may be ranges that move while a training goes on: see training/moving.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from auricle.errors import OptionError
from auricle.evaluation.noise import read_clips
from auricle.manifest import read_manifest, read_utterance
from auricle.training.augmentation import Gain, Interlude, Noise, Room, Speed
from auricle.training.change import RATE, Waveform
from auricle.training.channels import Codec, Overlay, Resample, Reverb, Volume
from auricle.training.moving import Value
from auricle.training.spectral import Add, Dropout, FrequencyMask, Multiply, TimeMask
from auricle.training.stretching import Pitch, Tempo, Warp

if TYPE_CHECKING:
    from auricle.training.change import Augmentation

KINDS: dict[str, type] = {
    "speed": Speed,
    "room": Room,
    "noise": Noise,
    "interlude": Interlude,
    "gain": Gain,
    "overlay": Overlay,
    "codec": Codec,
    "reverb": Reverb,
    "resample": Resample,
    "volume": Volume,
    "pitch": Pitch,
    "tempo": Tempo,
    "warp": Warp,
    "frequency_mask": FrequencyMask,
    "time_mask": TimeMask,
    "dropout": Dropout,
    "add": Add,
    "multiply": Multiply,
}
_SOURCE_CLIPS = 200  # that are kept of a manifest


def make_augmentation(
    kind: str, values: Mapping[str, Any], clips: Sequence[Waveform] = ()
) -> Augmentation:
    """Return an augmentation.

    Args:
        kind: Its name.
        values: Of its fields, as numbers or as texts.
        clips: Of noise, for those that name no source.

    Raises:
        OptionError: There is no such kind or field, or a value is not allowed.
    """
    if kind not in KINDS:
        raise OptionError(f"no augmentation {kind!r}; there are {', '.join(KINDS)}")
    types = {item.name: str(item.type) for item in dataclasses.fields(KINDS[kind])}
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in types or name == "clips":
            known = ", ".join(sorted(set(types) - {"clips"}))
            raise OptionError(f"{kind} has no {name!r}; it may have {known}")
        try:
            given[name] = _read(types[name], value)
        except (OptionError, TypeError):
            raise OptionError(f"{kind}: {name}={value!r} is not {_SHAPES[types[name]]}") from None
    if "clips" in types:
        given["clips"] = _clips_of(given["source"]) if given.get("source") else tuple(clips)
    augmentation: Augmentation = KINDS[kind](**given)
    return augmentation


def parse_augmentation(text: str, clips: Sequence[Waveform]) -> Augmentation:
    """Return the augmentation that a text such as "speed:low=0.8,high=0.9" names.

    It is applied for certain unless the text gives another probability.

    Args:
        text: Kind, and values of its fields.
        clips: Of noise.

    Raises:
        OptionError: There is no such kind or field, or a value is not allowed.
    """
    kind, _, rest = text.partition(":")
    values = dict(part.partition("=")[::2] for part in filter(None, rest.split(",")))
    if kind in KINDS and kind != "gain":  # which every utterance has
        values = {"probability": "1.0", **values}
    return make_augmentation(kind, values, clips)


def apply(
    samples: Waveform, augmentations: Sequence[Augmentation], seed: int, clock: float = 0.0
) -> Waveform:
    """Return samples (S,) after augmentations in their order, within [-1, 1].

    Args:
        samples: float32 (S,).
        augmentations: To be applied.
        seed: Of their chance.
        clock: So much of a training is done, 0 to 1.
    """
    random = np.random.default_rng(seed)
    for augmentation in augmentations:
        samples = augmentation(samples, random, clock)
    return np.clip(samples, -1.0, 1.0)


_SHAPES = {
    "Value": "a value such as 8, 8~2, 20:5 or 20:5~3",
    "str": "a text",
    "tuple[str, ...]": "a list of names; on the command line with + between them",
}


def _read(shape: str, value: Any) -> Any:
    if shape == "Value":
        return Value.parse(value)
    if shape == "str":
        return str(value)
    return tuple(value.split("+") if isinstance(value, str) else value)


def _clips_of(source: str) -> tuple[Waveform, ...]:
    """Read the clips of a folder, or some of a manifest, evenly chosen."""
    path = Path(source)
    if path.is_dir():
        return read_clips(path, RATE)
    utterances = read_manifest(path)
    chosen = utterances[:: max(1, len(utterances) // _SOURCE_CLIPS)][:_SOURCE_CLIPS]
    return tuple(read_utterance(each, RATE) for each in chosen)
