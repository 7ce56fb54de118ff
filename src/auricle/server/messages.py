"""What a client of `WS /v1/stream` may say. `schema.json` says it for other languages.

{"type": "start", "model": "en", "format": "pcm_s16le", "sample_rate": 16000, ...}   first
(binary)                       blocks of audio
{"type": "flush"}              end the open segment now
{"type": "change", ...}        other hot words or weights from the next segment on
{"type": "finish"}             say the last words and end
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auricle.audio import MAX_SAMPLE_RATE, MIN_SAMPLE_RATE
from auricle.server.choices import NAMES, search_choices
from auricle.server.problems import Problem
from auricle.server.sources import FORMATS

_START = {"type", "key", "model", "format", "sample_rate", "partials", *NAMES}
_FIELDS = {
    "start": _START,
    "change": {"type", *NAMES},
    "flush": {"type"},
    "finish": {"type"},
}


@dataclass(frozen=True)
class Start:
    """The first message, checked."""

    model: str | None = None  # None: the server's default
    format: str = "pcm_s16le"
    sample_rate: int = 16_000  # of PCM, Hz
    partials: bool = True  # whether partial events are sent
    key: str | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)  # fields of DecodingOptions


def parse_message(text: str) -> dict[str, Any]:
    """Return a text message as a dictionary with a known `type`.

    Raises:
        Problem: It is something else.
    """
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Problem("invalid_request", f"the message {text[:80]!r} is not JSON") from None
    kind = message.get("type") if isinstance(message, dict) else None
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise Problem(
            "invalid_request",
            f"the message {text[:80]!r} is unknown; its type must be one of {', '.join(_FIELDS)}",
        )
    unknown = sorted(set(message) - _FIELDS[kind])
    if unknown:
        raise Problem(
            "invalid_request",
            f"{kind} has the unknown field {unknown[0][:80]!r}; "
            f"it takes {', '.join(sorted(_FIELDS[kind] - {'type'})) or 'none'}",
            unknown[0],
        )
    return dict(message)


def parse_start(message: Mapping[str, Any]) -> Start:
    """Return the first message, checked.

    Raises:
        Problem: It is not a start, or a value is not allowed.
    """
    if message["type"] != "start":
        raise Problem("invalid_request", f"the first message is {message['type']}; send start")
    rate = message.get("sample_rate", 16_000)
    if type(rate) is not int or not MIN_SAMPLE_RATE <= rate <= MAX_SAMPLE_RATE:
        raise Problem(
            "invalid_request",
            f"sample_rate is {str(rate)[:80]}; "
            f"it must be {MIN_SAMPLE_RATE} to {MAX_SAMPLE_RATE} Hz",
            "sample_rate",
        )
    name = message.get("format", "pcm_s16le")
    if name not in FORMATS:
        raise Problem(
            "invalid_request",
            f"format is {str(name)[:80]!r}; it must be one of {', '.join(FORMATS)}",
            "format",
        )
    partials, key = message.get("partials", True), message.get("key")
    if not isinstance(partials, bool):
        raise Problem("invalid_request", "partials must be true or false", "partials")
    if not isinstance(key, str | None):
        raise Problem("invalid_request", "key must be a text", "key")
    return Start(message.get("model"), name, rate, partials, key, search_choices(message))
