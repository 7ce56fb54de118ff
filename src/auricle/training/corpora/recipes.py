"""The corpora that lhotse has recipes for, with their options, from lhotse's own registry.

Every function `prepare_NAME` of `lhotse.recipes` is a recipe. What it must be told becomes an
argument (folders, files) or a required option; what it may be told, an option. Nothing is
downloaded: what a recipe would fetch otherwise has to be told.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import pkgutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auricle.errors import DependencyError, OptionError
from auricle.manifest import Utterance
from auricle.training.corpora.recording_facts import UNREADABLE, engine_decoders

_PREFIX = "prepare_"
# Where lhotse would write manifests of its own.
_OUTPUT = ("output_dir", "manifest_dir")
# What we always say: manifests hold the whole paths of recordings.
_SETTLED = {"absolute_paths": True}
# What a recipe would download without being told.
_DOWNLOADED = {
    ("switchboard", "transcripts_dir"),
    ("callhome-english", "rttm_dir"),
}
_PLACES = ("_dir", "_dirs", "_root", "_path", "_dir_path", "_root_path", "_csv")


@dataclass(frozen=True)
class Parameter:
    """One thing that a recipe can be told.

    Args:
        name: Of the function's parameter.
        default: What it takes itself; None where it must be told or takes nothing.
        required: Whether it must be told.
        place: Whether it is a folder or file.
        several: Whether it is a list.
    """

    name: str
    default: Any
    required: bool
    place: bool
    several: bool


@dataclass(frozen=True)
class Recipe:
    """A corpus that lhotse reads."""

    name: str
    parameters: tuple[Parameter, ...]
    temporary: str | None  # the parameter that needs a folder for lhotse's own manifests
    settled: tuple[str, ...] = ()  # parameters that users are not asked for

    def read(self, values: Mapping[str, Any]) -> Iterator[tuple[str, Utterance]]:
        """Run the recipe and yield each utterance with its part.

        Args:
            values: By parameter name.

        Raises:
            OptionError: The recipe cannot use what it was given.
        """
        with tempfile.TemporaryDirectory() as folder:
            extra: dict[str, Any] = {self.temporary: folder} if self.temporary else {}
            extra |= {name: _SETTLED[name] for name in self.settled}
            try:
                with engine_decoders():
                    manifests = _functions()[self.name](**values, **extra)
            except (AssertionError, LookupError, ValueError, OSError) as error:
                raise OptionError(
                    f"lhotse's recipe {self.name} cannot read this ("
                    f"{type(error).__name__}: {error}); check the folder "
                    "against lhotse's documentation"
                ) from error
            for part, recordings, supervisions in _flatten(manifests, ()):
                for utterance in _utterances(recordings, supervisions, self.name):
                    yield part, utterance


def recipe_names() -> list[str]:
    """Return the names of all recipes, sorted.

    Raises:
        DependencyError: lhotse is not installed.
    """
    return sorted(_functions())


def find_recipe(name: str) -> Recipe | None:
    """Return the recipe of a name, or None.

    Raises:
        DependencyError: lhotse is not installed.
    """
    function = _functions().get(name)
    if function is None:
        return None
    given = inspect.signature(function).parameters.values()
    temporary = next(
        (p.name for p in given if p.name in _OUTPUT and p.default is inspect.Parameter.empty), None
    )
    settled = tuple(p.name for p in given if p.name in _SETTLED)
    asked = [p for p in given if p.name not in (*_OUTPUT, *settled)]
    parameters = tuple(_parameter(p, (name, p.name) in _DOWNLOADED) for p in asked)
    return Recipe(name, parameters, temporary, settled)


@functools.cache
def _functions() -> dict[str, Any]:
    try:
        module = importlib.import_module("lhotse.recipes")
    except ModuleNotFoundError as error:
        raise DependencyError(
            f"importing corpora needs {error.name}: pip install 'auricle[train]'"
        ) from error
    functions = dict(vars(module))
    # Some modules are not exported by the package.
    for _, name, _ in pkgutil.iter_modules(module.__path__):
        if f"{_PREFIX}{name}" not in functions:
            with contextlib.suppress(ImportError):  # one that needs a library of its own
                functions |= vars(importlib.import_module(f"{module.__name__}.{name}"))
    return {
        name.removeprefix(_PREFIX).replace("_", "-"): function
        for name, function in functions.items()
        if name.startswith(_PREFIX) and _is_recipe(function)
    }


def _is_recipe(function: Any) -> bool:
    """Tell recipes, which return manifests or say nothing of it, from their smaller parts."""
    if not inspect.isfunction(function):
        return False
    returned = inspect.signature(function).return_annotation
    return returned is inspect.Signature.empty or "RecordingSet" in str(returned)


def _parameter(given: inspect.Parameter, needed: bool) -> Parameter:
    required = needed or given.default is inspect.Parameter.empty
    kind = str(given.annotation)
    return Parameter(
        given.name,
        None if required else given.default,
        required,
        place=given.name.endswith(_PLACES),
        several=kind.startswith("typing.List") or isinstance(given.default, list | tuple),
    )


def _flatten(manifests: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Any, Any]]:
    """Yield part, recordings and supervisions of what a recipe returned."""
    if isinstance(manifests, tuple):
        yield "-".join(names), manifests[0], manifests[1]
    elif "recordings" in manifests:
        if "supervisions" in manifests:  # noise and rooms have none
            yield "-".join(names), manifests["recordings"], manifests["supervisions"]
    else:
        for name, part in manifests.items():
            yield from _flatten(part, (*names, str(name)))


def _utterances(recordings: Any, supervisions: Any, corpus: str) -> Iterator[Utterance]:
    by_id = {recording.id: recording for recording in recordings}
    for spoken in supervisions:
        recording = by_id[spoken.recording_id]
        channel = spoken.channel[0] if isinstance(spoken.channel, list) else spoken.channel
        source = next(each for each in recording.sources if channel in each.channels)
        if source.type != "file":
            raise OptionError(
                f"{recording.id}: its audio comes from a {source.type} ({source.source}); "
                "convert the corpus to files that can be read, as FLAC"
            )
        if recording.sampling_rate == UNREADABLE:  # why, is found where it is measured
            yield Utterance(spoken.id, str(source.source), (spoken.text or "").strip())
            continue
        whole = spoken.start == 0.0 and abs(spoken.duration - recording.duration) < 0.01
        yield Utterance(
            spoken.id,
            str(source.source),
            (spoken.text or "").strip(),
            spoken.start,
            recording.duration if whole else spoken.duration,
            channel if len(source.channels) > 1 else None,
            spoken.speaker or "",
            corpus,
            spoken.language or "",
            recording.sampling_rate,
            recording.num_samples,
        )
