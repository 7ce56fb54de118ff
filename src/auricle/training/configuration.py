"""A run is one file: a TOML that says everything about a training beside the recordings.

    [data]         manifests, noise, normaliser
    [[heads]]      what the network spells in; the first one is the model's, others help training
    [network]      geometry
    [batches] [masks] [speed] [room] [noise] [interlude]    how recordings become batches
    [[augment]]    instead of the last four: any augmentations, in the order they are applied
    [optimiser] [checkpoints] [machine]
    [expected_errors]    of the search, to train on beside the CTC losses
    [begin]        what a finetuning takes over
    [package]      what the model says of itself

Every key is a field of a dataclass here or beside what it configures; an unknown one is refused.
Paths are relative to the file.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auricle.errors import OptionError
from auricle.text import normaliser
from auricle.training.expected_errors import ExpectedErrorOptions
from auricle.training.masks import MaskOptions
from auricle.training.optimiser import OptimiserOptions
from auricle.training.planning import BatchOptions
from auricle.training.sections import check_above_zero, check_least, check_table, section

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KEPT_FILE = "run.json"
_PRECISIONS = ("bf16-mixed", "16-mixed", "32-true")


@dataclass(frozen=True)
class DataOptions:
    """Which recordings a run uses."""

    train: tuple[str, ...]  # manifests
    dev: tuple[str, ...]
    noise: str = ""  # folder of clips; without one, the noise is white
    normaliser: str = "whitespace"  # the spelling of transcripts, a name in auricle.text

    def __post_init__(self) -> None:
        normaliser(self.normaliser)
        if not (self.train and self.dev):
            raise OptionError("[data] needs a manifest for train and one for dev")


@dataclass(frozen=True)
class HeadChoice:
    """What an output of the network spells in, and how much it counts."""

    units: str = "characters"  # or "pieces", "bytes", "phones"
    weight: float = 1.0
    layer: int | None = None  # it listens to so many layers; all and the look-ahead without it
    alphabet: str = ""  # of characters; those of the training texts without it
    size: int = 256  # number of pieces, the blank included
    lexicon: str = ""  # file of phones
    spaces: bool = True  # between the words of phones

    def __post_init__(self) -> None:
        if self.units not in ("characters", "pieces", "bytes", "phones"):
            raise OptionError(
                f"[[heads]] units = {self.units!r}: it must be characters, pieces, bytes or phones"
            )
        if self.units == "phones" and not self.lexicon:
            raise OptionError("[[heads]] with phones need a lexicon: a word and its phones a line")
        check_least(self, "[heads]", weight=0, size=2)


@dataclass(frozen=True)
class CheckpointOptions:
    """When a run is looked at and kept."""

    minutes: float = 10.0  # between checkpoints to go on from
    dev_every_steps: int = 300  # and at the last step
    average_best: int = 3  # checkpoints kept by dev error, and averaged in the package
    patience: int = 0  # looks without a better dev error, after which the run ends; 0: never
    plateau_patience: int = 0  # looks likewise, after which the learning rate falls; 0: never
    plateau_factor: float = 0.3  # that it then falls by
    report_every_steps: int = 50

    def __post_init__(self) -> None:
        check_least(
            self,
            "checkpoints",
            minutes=0,
            dev_every_steps=1,
            average_best=1,
            patience=0,
            plateau_patience=0,
            report_every_steps=1,
        )
        if not 0 < self.plateau_factor < 1:
            raise OptionError(
                f"[checkpoints] plateau_factor = {self.plateau_factor}: it must be between 0 and 1"
            )


@dataclass(frozen=True)
class MachineOptions:
    """What a run is computed with; Slurm and torchrun are found by lightning."""

    accelerator: str = "auto"  # a GPU where there is one; or "cpu", "cuda", "mps"
    precision: str = "bf16-mixed"  # or "32-true", or "16-mixed" for a GPU without bfloat16
    devices: int = 1  # on each node; processes on a CPU
    nodes: int = 1
    threads: int = 0  # of each process, for computing on a CPU; 0: torch's choice
    workers: int = 1  # processes that load data, for each device; as many as keep a GPU busy

    def __post_init__(self) -> None:
        if self.precision not in _PRECISIONS:
            raise OptionError(
                f"[machine] precision = {self.precision!r}; there are {', '.join(_PRECISIONS)}"
            )
        check_least(self, "machine", devices=1, nodes=1, threads=0, workers=0)


@dataclass(frozen=True)
class BeginOptions:
    """What a finetuning takes over, and what of it stays as it is."""

    freeze: tuple[str, ...] = ()  # beginnings of names of weights, as "subsampling", "layers.0"


@dataclass(frozen=True)
class PackageOptions:
    """What the finished model says of itself."""

    name: str = "model"
    version: str = "0.1.0"
    language: str = "und"  # BCP 47
    licence: str = "unstated"
    description: str = ""
    chunk_seconds: float = 0.16  # of audio that the engine runs at once: live latency against work

    def __post_init__(self) -> None:
        check_above_zero(self, "package", "chunk_seconds")


@dataclass(frozen=True)
class RunOptions:
    """A whole run. The fields `network`, `speed`, `room`, `noise` and `interlude` are as in it."""

    data: DataOptions
    heads: tuple[HeadChoice, ...] = (HeadChoice(),)
    network: Mapping[str, Any] = field(default_factory=dict)
    batches: BatchOptions = field(default_factory=BatchOptions)
    masks: MaskOptions = field(default_factory=MaskOptions)
    speed: Mapping[str, Any] = field(default_factory=dict)
    room: Mapping[str, Any] = field(default_factory=dict)
    noise: Mapping[str, Any] = field(default_factory=dict)
    interlude: Mapping[str, Any] = field(default_factory=dict)
    augment: tuple[Mapping[str, Any], ...] = ()
    optimiser: OptimiserOptions = field(default_factory=OptimiserOptions)
    checkpoints: CheckpointOptions = field(default_factory=CheckpointOptions)
    machine: MachineOptions = field(default_factory=MachineOptions)
    expected_errors: ExpectedErrorOptions = field(default_factory=ExpectedErrorOptions)
    begin: BeginOptions = field(default_factory=BeginOptions)
    package: PackageOptions = field(default_factory=PackageOptions)


_SECTIONS: dict[str, type] = {
    "data": DataOptions,
    "batches": BatchOptions,
    "masks": MaskOptions,
    "optimiser": OptimiserOptions,
    "checkpoints": CheckpointOptions,
    "machine": MachineOptions,
    "expected_errors": ExpectedErrorOptions,
    "begin": BeginOptions,
    "package": PackageOptions,
}
AUGMENTATION_SECTIONS = ("speed", "room", "noise", "interlude")  # in the order of applying
_AS_WRITTEN = ("network", *AUGMENTATION_SECTIONS)


def read_run(path: Path) -> RunOptions:
    """Read the file of a run.

    Raises:
        OptionError: It is missing, is no TOML, or a value in it is not allowed.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OptionError(f"{path}: there is no such file; docs/training.md shows one") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionError(f"{path}: not a TOML file ({error})") from error
    try:
        return run_options(values, path.parent)
    except OptionError as error:
        raise OptionError(f"{path}: {error}") from error


def run_options(values: Mapping[str, Any], folder: Path) -> RunOptions:
    """Return the options of a run from the values of its file.

    Args:
        values: As they are read from TOML.
        folder: That paths are relative to.

    Raises:
        OptionError: A value is not allowed.
    """
    known = {*_SECTIONS, *_AS_WRITTEN, "heads", "augment"}
    unknown = sorted(set(values) - known)
    if unknown:
        raise OptionError(f"[{unknown[0]}] is no section; there are {', '.join(sorted(known))}")
    if "data" not in values:
        raise OptionError("[data] is missing: name the manifests, as train = ['train.jsonl.gz']")
    for name in known - {"heads", "augment"}:
        check_table(values.get(name, {}), name)
    data = dict(values["data"])
    for name in ("train", "dev"):
        data[name] = [_absolute(folder, path) for path in _listed(data.get(name, ()))]
    if data.get("noise"):
        data["noise"] = _absolute(folder, data["noise"])
    heads = []
    for head in values.get("heads", [{}]):
        if head.get("lexicon"):
            head = {**head, "lexicon": _absolute(folder, head["lexicon"])}
        heads.append(section(HeadChoice, head, "[heads]"))
    expected = dict(values.get("expected_errors", {}))
    if expected.get("model") and (folder / str(expected["model"])).exists():  # else a name
        expected["model"] = _absolute(folder, str(expected["model"]))
    given = {**values, "data": data, "expected_errors": expected}
    parts: dict[str, Any] = {
        name: section(kind, given.get(name, {}), name) for name, kind in _SECTIONS.items()
    }
    written = {name: values.get(name, {}) for name in _AS_WRITTEN}
    augment = _augmentations(values, folder)
    return RunOptions(heads=tuple(heads), augment=augment, **parts, **written)


def _augmentations(values: Mapping[str, Any], folder: Path) -> tuple[Mapping[str, Any], ...]:
    """Return the entries [[augment]] with absolute paths."""
    listed = [dict(each) for each in values.get("augment", ())]
    replaced = [name for name in AUGMENTATION_SECTIONS if values.get(name)]
    if listed and replaced:
        raise OptionError(
            f"[{replaced[0]}] and [[augment]] cannot both be given; write the first one as an "
            f'[[augment]] with kind = "{replaced[0]}"'
        )
    for each in listed:
        if "kind" not in each:
            raise OptionError('[[augment]] needs a kind, as kind = "codec"')
        if each.get("source"):
            each["source"] = _absolute(folder, each["source"])
    return tuple(listed)


def keep_run(options: RunOptions, folder: Path) -> None:
    """Write the options of a run into its folder, with every value and absolute paths."""
    text = json.dumps(dataclasses.asdict(options), ensure_ascii=False, indent=1)
    (folder / KEPT_FILE).write_text(text + "\n", encoding="utf-8")


def kept_run(folder: Path) -> RunOptions:
    """Return the options that a run's folder keeps.

    Raises:
        OptionError: It is not the folder of a run.
    """
    path = folder / KEPT_FILE
    if not path.exists():
        raise OptionError(f"{folder}: there is no {KEPT_FILE} in it; give the folder of a run")
    return run_options(json.loads(path.read_text(encoding="utf-8")), folder)


def _absolute(folder: Path, path: str) -> str:
    return str((folder / path).absolute())


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
