"""Which options of the search clients may set, and the check of what they send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auricle.server.problems import Problem

_MAX_HOT_WORDS = 1_000
_MAX_BEAM = 512
_NUMBERS = ("alpha", "beta", "unknown_penalty")
NAMES = ("hot_words", "use_scorer", "closed_vocabulary", "beam_width", *_NUMBERS)


def search_choices(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `DecodingOptions` among values that came as JSON.

    Raises:
        Problem: A value has another type, or asks for more work than a client may.
    """
    choices = {name: values[name] for name in NAMES if values.get(name) is not None}
    for name in ("use_scorer", "closed_vocabulary"):
        _check(isinstance(choices.get(name, False), bool), name, choices, "true or false")
    for name in _NUMBERS:
        _check(_is_number(choices.get(name, 0.0)), name, choices, "a number")
    beam = choices.get("beam_width", 1)
    _check(
        type(beam) is int and 1 <= beam <= _MAX_BEAM,
        "beam_width",
        choices,
        f"from 1 to {_MAX_BEAM}",
    )
    words = choices.get("hot_words", {})
    _check(
        isinstance(words, dict)
        and len(words) <= _MAX_HOT_WORDS
        and all(word.strip() and _is_number(boost) for word, boost in words.items()),
        "hot_words",
        choices,
        f'an object as {{"auricle": 6.0}} of at most {_MAX_HOT_WORDS}',
    )
    return choices


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and -1e6 < value < 1e6  # type: ignore[operator]


def _check(right: bool, name: str, choices: Mapping[str, Any], allowed: str) -> None:
    if not right:
        shown = repr(choices[name])[:80]
        raise Problem("invalid_request", f"{name} is {shown}; it must be {allowed}", name)
