"""Model packages: a folder, or the same files in one uncompressed zip named NAME.auricle.

    auricle.json     what the package is and how its parts fit together
    acoustic.onnx    the acoustic graph: samples and states in, log-probabilities and states out
    scorer.lm        the scorer (may be missing)
    NAME.lexicon     which units make which words, where they do not spell them (as phones do not);
                     or which units of the graph's second output do

Every file but auricle.json is checked against the SHA-256 sum that auricle.json holds.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from auricle.calibration import Calibration
from auricle.decoder import SEARCH_WIDTHS
from auricle.errors import ModelError

FORMAT = 1
DESCRIPTION = "auricle.json"
BUNDLED = Path(__file__).parent / "models"
# In a clone of the project the packages lie beside `src`.
CLONE = Path(__file__).parents[2] / "models"


# What the core allows too (core/src/package_description.cpp): far more than any model needs.
_MAX_RATE = 1_000_000
_MAX_FRAMES = 10_000
_MAX_BEAM = 10_000
_MAX_VALUES = 100_000_000  # of a state, and samples of a chunk


@dataclass(frozen=True)
class State:
    """One state of the acoustic graph; the batch comes first and is not part of the shape.

    Raises:
        ValueError: The shape is not made of whole numbers from 1 up, or too large.
    """

    name: str
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        for side in self.shape:
            _check_whole(f"a side of the shape of {self.name}", side, 1, _MAX_VALUES)
        _check_whole(f"the shape of {self.name} in all", math.prod(self.shape), 1, _MAX_VALUES)


@dataclass(frozen=True)
class Acoustic:
    """The contract of the acoustic graph.

    Raises:
        ValueError: A number is not whole or outside its range, or the file is in another folder.
    """

    file: str
    sample_rate: int  # Hz
    frame_samples: int  # samples for each frame of log-probabilities
    chunk_frames: int  # frames that a stream runs at once
    delay_frames: int  # the graph's output speaks of the frame so many before its input
    states: tuple[State, ...]
    streaming: bool = True  # or the graph, without states, reads whole utterances
    file_chunk_frames: int | None = None  # run at once of a file; None for chunk_frames

    def __post_init__(self) -> None:
        _check_file_name(self.file)
        _check_whole("acoustic.sample_rate", self.sample_rate, 1, _MAX_RATE)
        _check_whole("acoustic.frame_samples", self.frame_samples, 1, _MAX_RATE)
        _check_whole("acoustic.chunk_frames", self.chunk_frames, 1, _MAX_FRAMES)
        _check_whole("acoustic.delay_frames", self.delay_frames, 0, _MAX_FRAMES)
        _check_whole("samples of a chunk", self.chunk_samples, 1, _MAX_VALUES)
        if self.file_chunk_frames is not None:
            _check_whole("acoustic.file_chunk_frames", self.file_chunk_frames, 1, _MAX_FRAMES)
            size = self.file_chunk_frames * self.frame_samples
            _check_whole("samples of a file's chunk", size, 1, _MAX_VALUES)

    @property
    def chunk_samples(self) -> int:
        """Samples that a stream runs at once."""
        return self.chunk_frames * self.frame_samples

    @property
    def frame_seconds(self) -> float:
        """Seconds from one frame of log-probabilities to the next."""
        return self.frame_samples / self.sample_rate


@dataclass(frozen=True)
class Units:
    """What the network spells in."""

    kind: str  # "characters", "pieces", "bytes", "phones"
    boundary: str  # "separator", "prefix", "none" or "lexicon": see auricle.decoder.Vocabulary
    blank: int
    tokens: tuple[str, ...]
    spaces: bool = True  # between the words of a text; never where the boundary is "none"
    single_separators: bool = False  # from the network: one between two words, none before them

    def __post_init__(self) -> None:
        for name in ("spaces", "single_separators"):
            value = getattr(self, name)
            if type(value) is not bool:
                raise ValueError(f"{name} is {value!r}; it must be true or false")


@dataclass(frozen=True)
class SecondUnits:
    """What the graph's second output spells in, whose columns follow those of the first.

    Raises:
        ValueError: A value is of another type or outside its range.
    """

    tokens: tuple[str, ...]
    blank: int
    lexicon: str  # file name
    weight: float  # see auricle.decoder.SecondPass

    def __post_init__(self) -> None:
        _check_whole("second_pass.blank", self.blank, 0, _MAX_RATE)
        _check_file_name(self.lexicon)
        if not (type(self.weight) in (int, float) and 0.0 <= self.weight <= 1.0):
            raise ValueError(
                f"second_pass.weight is {self.weight!r}; it must be a number from 0 to 1"
            )


@dataclass(frozen=True)
class PackageInfo:
    """What auricle.json says."""

    name: str
    version: str
    language: str  # BCP 47
    licence: str
    description: str
    normaliser: str  # the spelling of transcripts: a name in auricle.text
    units: Units
    acoustic: Acoustic
    scorer: str | None = None  # file name
    lexicon: str | None = None  # file name, where the boundary is "lexicon"
    second_pass: SecondUnits | None = None
    endpoint_seconds: float = 0.8  # of silence that close a segment
    maximum_seconds: float = 30.0  # of a segment, which then ends at its next short pause
    beam_width: int | None = None  # of the search where its options name none
    beam_margin: float | None = None  # the same, natural log
    token_margin: float | None = None
    calibration: Calibration = field(default_factory=Calibration)
    checksums: Mapping[str, str] = field(default_factory=dict)  # file -> SHA-256
    training: Mapping[str, Any] = field(default_factory=dict)
    accuracy: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.beam_width is not None:
            _check_whole("beam_width", self.beam_width, 1, _MAX_BEAM)
        for name in ("beam_margin", "token_margin"):
            margin = getattr(self, name)
            if margin is not None and not (type(margin) in (int, float) and 0.0 < margin <= 1e6):
                raise ValueError(f"{name} is {margin!r}; it must be a number above 0")

    @property
    def sample_rate(self) -> int:
        """Samples a second that the model hears, Hz."""
        return self.acoustic.sample_rate

    def to_dict(self) -> dict[str, Any]:
        """Return the content of auricle.json."""
        values: dict[str, Any] = {"format": FORMAT}
        for item in fields(self):
            values[item.name] = getattr(self, item.name)
        values["units"] = {**vars(self.units), "tokens": list(self.units.tokens)}
        values["calibration"] = self.calibration.to_dict()
        states = [{"name": s.name, "shape": list(s.shape)} for s in self.acoustic.states]
        values["acoustic"] = {**vars(self.acoustic), "states": states}
        if self.acoustic.file_chunk_frames is None:
            del values["acoustic"]["file_chunk_frames"]
        if self.second_pass is not None:
            tokens = list(self.second_pass.tokens)
            values["second_pass"] = {**vars(self.second_pass), "tokens": tokens}
        for name in (*SEARCH_WIDTHS, "second_pass"):
            if values[name] is None:
                del values[name]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> PackageInfo:
        """Read the content of auricle.json.

        Raises:
            ModelError: The format is another one, or a value is missing or of another type.
        """
        if values.get("format") != FORMAT:
            raise ModelError(
                f"the package has format {values.get('format')!r}; this version of Auricle reads "
                f"format {FORMAT}: install a matching version of one of them"
            )
        known = {item.name for item in fields(cls)}
        parts = {name: value for name, value in values.items() if name in known}
        try:
            units = dict(parts["units"])
            parts["units"] = Units(**{**units, "tokens": tuple(units["tokens"])})
            acoustic = dict(parts["acoustic"])
            states = tuple(State(s["name"], tuple(s["shape"])) for s in acoustic["states"])
            parts["acoustic"] = Acoustic(**{**acoustic, "states": states})
            if parts.get("second_pass") is not None:
                second = dict(parts["second_pass"])
                parts["second_pass"] = SecondUnits(**{**second, "tokens": tuple(second["tokens"])})
            parts["calibration"] = Calibration.from_dict(parts.get("calibration", {}))
            for name in (*parts.get("checksums", {}), parts.get("scorer"), parts.get("lexicon")):
                if name is not None:
                    _check_file_name(name)
            return cls(**parts)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{DESCRIPTION} is not a package description: {error}") from error


def _check_whole(name: str, value: object, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{name} is {value!r}; it must be a whole number from {least} to {most}")


def _check_file_name(name: object) -> None:
    if not isinstance(name, str) or Path(name).name != name or "\\" in name:
        raise ValueError(f"{name!r} is not the name of a file of the package")


class Package:
    """An open package: its description and the paths of its files.

    The files of a packed package are unpacked into a temporary folder that lives as long as the
    object.
    """

    def __init__(self, path: Path, *, verify: bool = True) -> None:
        self.path = path
        self.folder = path if path.is_dir() else self._unpack(path)
        self.info = read_info(self.folder)
        if verify:
            self.verify()

    def file(self, name: str) -> Path:
        """Return the path of a file of the package.

        Raises:
            ModelError: The file is not there.
        """
        path = self.folder / name
        if not path.is_file():
            raise ModelError(f"{self.path}: {name} is missing; install the package again")
        return path

    def scorer_file(self) -> Path:
        """Return the path of the package's scorer.

        Raises:
            ModelError: It has none.
        """
        if self.info.scorer is None:
            raise ModelError(f"{self.path}: the package has no scorer; name one")
        return self.file(self.info.scorer)

    def verify(self) -> None:
        """Compare every file with its checksum.

        Raises:
            ModelError: A file is missing or differs.
        """
        for name, expected in self.info.checksums.items():
            if checksum(self.file(name)) != expected:
                raise ModelError(
                    f"{self.path}: {name} is corrupt (its SHA-256 differs from {DESCRIPTION}'s); "
                    "install the package again"
                )

    def _unpack(self, path: Path) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="auricle-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        try:
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    if Path(member.filename).name != member.filename:
                        raise ModelError(
                            f"{path}: a package has no folders, but {member.filename!r}"
                        )
                    archive.extract(member, folder)
        except (zipfile.BadZipFile, OSError) as error:
            raise ModelError(f"{path}: not a model package ({error})") from error
        return folder


def read_info(folder: Path) -> PackageInfo:
    """Read the description in a package folder.

    Raises:
        ModelError: There is none, or it is not one.
    """
    path = folder / DESCRIPTION
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"{folder}: no {DESCRIPTION} in it, so it is not a model package; "
            "`auricle models list` shows those installed"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: cannot be read ({error}); install the package again") from error
    if not isinstance(values, dict):
        raise ModelError(f"{path}: is not a package description; install the package again")
    return PackageInfo.from_dict(values)


def find_package(name: str | Path) -> Path:
    """Return the package of a name, or the path itself where it is a folder or file.

    Raises:
        ModelError: There is no such package.
    """
    for place in (BUNDLED, CLONE):
        if (place / name / DESCRIPTION).is_file():
            return place / name
    if Path(name).exists():
        return Path(name)
    names = ", ".join(info.name for info in installed()) or "none"
    raise ModelError(
        f"there is no model {str(name)!r}; installed are: {names}. "
        "Give one of these, a package folder or a .auricle file"
    )


def installed() -> list[PackageInfo]:
    """Describe the packages that `auricle.load` finds by name, sorted by name."""
    found: dict[str, PackageInfo] = {}
    for place in (CLONE, BUNDLED):
        for path in sorted(place.glob(f"*/{DESCRIPTION}")):
            found[path.parent.name] = read_info(path.parent)
    return [found[name] for name in sorted(found)]


def write_package(info: PackageInfo, folder: Path) -> PackageInfo:
    """Write auricle.json for the files that lie in a folder, with their checksums."""
    second = None if info.second_pass is None else info.second_pass.lexicon
    names = [name for name in (info.acoustic.file, info.scorer, info.lexicon, second) if name]
    sums = {name: checksum(folder / name) for name in names}
    values = {item.name: getattr(info, item.name) for item in fields(info)}
    info = PackageInfo(**{**values, "checksums": sums})
    text = json.dumps(info.to_dict(), ensure_ascii=False, indent=1)
    (folder / DESCRIPTION).write_text(text + "\n", encoding="utf-8")
    return info


def pack(folder: Path, path: Path) -> None:
    """Write a package folder as one file, uncompressed: NAME.auricle."""
    info = read_info(folder)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in (DESCRIPTION, *info.checksums):
            archive.write(folder / name, name)


def checksum(path: Path) -> str:
    """Return the SHA-256 sum of a file in hexadecimal."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()
