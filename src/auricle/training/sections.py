"""Options objects from the sections of a file: every value is of its field's type and range."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from auricle.errors import OptionError

Options = TypeVar("Options")
_NAMES: dict[Any, str] = {int: "whole number", float: "number", str: "text", bool: "true or false"}


def section(kind: type[Options], values: Mapping[str, Any], name: str) -> Options:
    """Make an options object from a section, with lists as tuples.

    Raises:
        OptionError: A key is unknown, a needed one is missing or a value has another type.
    """
    check_table(values, name)
    known = {item.name for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise OptionError(f"[{name}] has no {unknown[0]!r}; it may have {', '.join(sorted(known))}")
    shapes = typing.get_type_hints(kind)
    for key, value in values.items():
        if not _fits(value, shapes[key]):
            shape = _described(shapes[key])
            raise OptionError(f"[{name}] {key} = {value!r}: it must be {shape}")
    try:
        return kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})
    except TypeError as error:
        raise OptionError(f"[{name}]: {error}") from error


def check_table(values: Any, name: str) -> None:
    """Refuse what is no section.

    Raises:
        OptionError: It is a value by itself.
    """
    if not isinstance(values, Mapping):
        raise OptionError(f"{name} = {values!r}: [{name}] must be a section with keys")


def check_least(options: Any, name: str, **least: float) -> None:
    """Refuse an options object that has less in a field than it may.

    Raises:
        OptionError: A field's value is below its limit, or no number.
    """
    for key, limit in least.items():
        if not getattr(options, key) >= limit:
            raise OptionError(
                f"[{name}] {key} = {getattr(options, key)}: it must be at least {limit}"
            )


def check_above_zero(options: Any, name: str, *keys: str) -> None:
    """Refuse an options object that has 0 or less in a field.

    Raises:
        OptionError: A field's value is so, or no number.
    """
    for key in keys:
        if not getattr(options, key) > 0:
            raise OptionError(f"[{name}] {key} = {getattr(options, key)}: it must be above 0")


def _fits(value: Any, shape: Any) -> bool:
    """Tell whether a value as of a file is of the type of a field."""
    if typing.get_origin(shape) in (types.UnionType, typing.Union):
        return any(_fits(value, each) for each in typing.get_args(shape))
    if typing.get_origin(shape) is tuple:
        return isinstance(value, list | tuple) and _each_fits(value, typing.get_args(shape))
    if shape in (int, float):
        number = isinstance(value, int) or (shape is float and isinstance(value, float))
        return number and not isinstance(value, bool)
    return not isinstance(shape, type) or isinstance(value, shape)


def _each_fits(values: list[Any] | tuple[Any, ...], shapes: tuple[Any, ...]) -> bool:
    if shapes[-1] is Ellipsis:
        return all(_fits(value, shapes[0]) for value in values)
    return len(values) == len(shapes) and all(map(_fits, values, shapes))


def _described(shape: Any) -> str:
    """Return what a field of a type may hold."""
    if typing.get_origin(shape) in (types.UnionType, typing.Union):
        return _described(typing.get_args(shape)[0])
    if typing.get_origin(shape) is tuple:
        first, *others = typing.get_args(shape)
        count = "" if Ellipsis in others else f"{1 + len(others)} "
        return f"a list of {count}{_NAMES.get(first, 'value')}s"
    return _NAMES[shape] if shape is bool else f"a {_NAMES.get(shape, 'value')}"
