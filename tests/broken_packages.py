"""Every way in which a package can be broken, once for all languages that open packages.

Python (tests/hostile), C (tests/c_library) and JavaScript (js/test/packages.test.mjs, through
broken_files.py) all open each of `BREAKAGES`; each has to refuse it, in its own words.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auricle.decoder import Vocabulary
from auricle.package import checksum, find_package, pack, read_info
from broken_lexicons import PACKED, TEXTS, WORDS

Description = dict[str, Any]


@dataclass(frozen=True)
class Breakage:
    """A way to break a package.

    Args:
        name: What is wrong, as the name of a test says it.
        break_it: Breaks a copy of the English package and returns the path to open.
        message: A regular expression that Python's message matches.
        status: The name of the status in C and JavaScript, or several that may be.
        words: What the messages of C and JavaScript hold.
    """

    name: str
    break_it: Callable[[Path], Path]
    message: str
    status: str | tuple[str, ...]
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


def copy_package(folder: Path) -> Path:
    """Copy the English package, without what no recogniser reads."""
    ignore = shutil.ignore_patterns("*.safetensors", "pieces.model", "*.md")
    shutil.copytree(find_package("en"), folder, ignore=ignore)
    return folder


def describe(folder: Path, change: Callable[[Description], object]) -> Path:
    """Change the description of a package."""
    path = folder / "auricle.json"
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))
    return folder


def write(folder: Path, name: str, content: bytes) -> Path:
    """Write a file of the package with a checksum that fits."""
    (folder / name).write_bytes(content)
    return describe(folder, lambda v: v["checksums"].update({name: checksum(folder / name)}))


def _with_description(content: bytes) -> Callable[[Path], Path]:
    def break_it(folder: Path) -> Path:
        (folder / "auricle.json").write_bytes(content)
        return folder

    return break_it


def _described(change: Callable[[Description], object]) -> Callable[[Path], Path]:
    return lambda folder: describe(folder, change)


def _with_file(name: str, damage: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    return lambda folder: write(folder, name, damage((folder / name).read_bytes()))


def _without_file(name: str) -> Callable[[Path], Path]:
    def break_it(folder: Path) -> Path:
        (folder / name).unlink()
        return folder

    return break_it


def _with_a_changed_bit(name: str) -> Callable[[Path], Path]:
    def break_it(folder: Path) -> Path:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)
        return folder

    return break_it


def _packed(damage: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def break_it(folder: Path) -> Path:
        path = folder.with_suffix(".auricle")
        pack(folder, path)
        path.write_bytes(damage(path.read_bytes()))
        return path

    return break_it


def _packed_with_folders(folder: Path) -> Path:
    path = folder.with_suffix(".auricle")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../evil", "")
    return path


def _packed_and_compressed(folder: Path) -> Path:
    path = folder.with_suffix(".auricle")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "auricle.json", "auricle.json")
    return path


def _other_vocabulary(values: Description) -> None:
    values["units"]["tokens"].append("▁surplus")
    values.update(scorer=None)


def _with_lexicon(damage: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    """Break a package whose letters make words by a lexicon; `damage` gets it packed."""

    def break_it(folder: Path) -> Path:
        units = read_info(folder).units
        vocabulary = Vocabulary(units.tokens, blank=units.blank, boundary="lexicon", lexicon=WORDS)
        describe(folder, lambda values: values["units"].update(boundary="lexicon"))
        describe(folder, lambda values: values.update(lexicon="words.lexicon"))
        return write(folder, "words.lexicon", damage(vocabulary.lexicon.pack()))

    return break_it


def _acoustic(name: str, value: object) -> Callable[[Path], Path]:
    return _described(lambda values: values["acoustic"].update({name: value}))


def _keep_part(part: float) -> Callable[[bytes], bytes]:
    return lambda content: content[: int(part * len(content))]


_FILES = sorted(read_info(find_package("en")).checksums)

BREAKAGES = [
    Breakage(
        "no_description",
        _without_file("auricle.json"),
        r"no auricle\.json",
        "PackageNotFound",
    ),
    *(
        Breakage(
            f"description_is_{what}",
            _with_description(content),
            r"auricle\.json.*install",
            ("PackageDescription", "PackageFormat"),
            ("install",),
        )
        for what, content in {
            "empty": b"",
            "cut_off": b"{",
            "a_list": b"[]",
            "no_utf_8": b"\xff\xfe",
            "a_number": b"7",
            "too_deep": b"[" * 100_000,
        }.items()
    ),
    Breakage(
        "format_of_the_future",
        _described(lambda values: values.update(format=99)),
        r"format 99.*reads format 1",
        "PackageFormat",
        ("format 99", "reads format 1"),
    ),
    *(
        Breakage(
            f"{name}_is_missing",
            _described(lambda values, name=name: values.pop(name)),  # type: ignore[misc]
            name,
            "PackageDescription",
            (f"{name} is missing",),
        )
        for name in ("units", "acoustic", "language", "name")
    ),
    *(
        Breakage(
            f"{name}_is_{value}".replace(" ", ""),
            _acoustic(name, value),
            "file of the package" if name == "file" else name,
            "PackageDescription",
            (name,),
        )
        for name, value in [
            ("chunk_frames", 0),
            ("chunk_frames", 2**40),
            ("file_chunk_frames", 2**40),
            ("frame_samples", -640),
            ("sample_rate", 1e300),
            ("delay_frames", 0.5),
            ("file", "../../acoustic.onnx"),
        ]
    ),
    *(
        Breakage(
            f"{name}_is_0",
            _described(lambda values, name=name: values.update({name: 0})),  # type: ignore[misc]
            name,
            "PackageDescription",
            (name,),
        )
        for name in ("beam_width", "beam_margin", "token_margin")
    ),
    *(
        Breakage(
            f"{name}_of_the_second_pass_is_{value}",
            _described(  # type: ignore[misc]
                lambda values, name=name, value=value: values["second_pass"].update({name: value})
            ),
            str(value) if name == "lexicon" else name,
            "PackageDescription",
            ("second_pass", name),
        )
        for name, value in (("weight", 1.5), ("blank", 0.5), ("lexicon", "../phones.lexicon"))
    ),
    Breakage(
        "single_separators_is_1",
        _described(lambda values: values["units"].update(single_separators=1)),
        "single_separators",
        "PackageDescription",
        ("single_separators",),
    ),
    Breakage(
        "state_without_end",
        _acoustic("states", [{"name": "h", "shape": [2**31, 2**31]}]),
        "shape",
        "PackageDescription",
        ("shape",),
    ),
    Breakage(
        "chunk_that_the_graph_does_not_make",
        _acoustic("frame_samples", 320),
        "does not fit",
        "GraphContract",
    ),
    Breakage(
        "blank_that_is_no_token",
        _described(lambda values: values["units"].update(blank=100_000)),
        "blank",
        "VocabularyBlank",
    ),
    *(
        Breakage(
            f"{name}_is_missing",
            _without_file(name),
            f"{name} is missing",
            "PackageFileMissing",
            (name,),
        )
        for name in _FILES
    ),
    *(
        Breakage(
            f"{name}_has_a_changed_bit",
            _with_a_changed_bit(name),
            "corrupt",
            "PackageChecksum",
            (name,),
        )
        for name in _FILES
    ),
    *(
        Breakage(
            f"graph_is_{what}",
            _with_file("acoustic.onnx", damage),
            "not an ONNX graph",
            ("GraphInvalid", "GraphContract"),
        )
        for what, damage in {
            "empty": lambda _: b"",
            "a_text": lambda _: b"not a graph",
            "nonsense": lambda _: b"\x08\x07" * 100,
            "truncated": _keep_part(0.5),
        }.items()
    ),
    Breakage(
        "states_of_other_names",
        _described(lambda values: values["acoustic"]["states"][0].update(name="other")),
        "does not fit",
        "GraphContract",
    ),
    Breakage(
        "another_vocabulary",
        _described(_other_vocabulary),
        "tokens",
        "GraphContract",
    ),
    *(
        Breakage(f"scorer_is_{what}", _with_file("scorer.lm", damage), "", status)
        for what, damage, status in [
            ("empty", lambda _: b"", "ScorerTruncated"),
            ("a_text", lambda _: b"not a scorer", "ScorerBadMagic"),
            ("truncated", _keep_part(0.5), "ScorerTruncated"),
            (
                "without_header",
                lambda content: content[:100] + bytes(50) + content[150:],
                "ScorerChecksum",
            ),
        ]
    ),
    *(
        Breakage(f"lexicon_is_{name}", _with_lexicon(lambda _, text=text: text), "lexicon", status)
        for name, (text, status) in TEXTS.items()
    ),
    *(
        Breakage(f"packed_lexicon_is_{name}", _with_lexicon(damage), "lexicon", status)
        for name, (damage, status) in PACKED.items()
    ),
    Breakage(
        "no_archive",
        _packed(lambda _: b"no archive"),
        "not a model package",
        "PackageArchive",
    ),
    *(
        Breakage(f"archive_ends_at_{part}", _packed(_keep_part(part)), "", "PackageArchive")
        for part in (0.1, 0.5, 0.99)
    ),
    Breakage(
        "archive_with_folders",
        _packed_with_folders,
        "no folders",
        "PackageArchive",
        ("no folders",),
    ),
    Breakage(
        "archive_that_is_compressed",
        _packed_and_compressed,
        "",
        "PackageArchive",
        ("stored",),
    ),
]
