"""Options objects from the sections of a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from auricle.errors import OptionError

Options = TypeVar("Options")


def section(kind: type[Options], values: Mapping[str, Any], name: str) -> Options:
    """Make an options object from a section, with lists as tuples.

    Raises:
        OptionError: A key is unknown, a needed one is missing or a value has another type.
    """
    known = {item.name for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise OptionError(f"[{name}] has no {unknown[0]!r}; it may have {', '.join(sorted(known))}")
    try:
        return kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})
    except TypeError as error:
        raise OptionError(f"[{name}]: {error}") from error
