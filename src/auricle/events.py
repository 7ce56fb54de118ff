"""What happens in a stream, in the order in which listeners hear of it.

    PartialEvent   the words of the open segment, which may still change
    FinalEvent     a segment has ended; it never changes again
    EndEvent       the stream has ended

After a final the next partial speaks of the next segment. Times are seconds from the start of the
stream. `event_to_dict` is the JSON that the server and `auricle listen --json` write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from auricle.transcript import Segment, Transcript, Word, segment_to_dict, word_to_dict


@dataclass(frozen=True)
class PartialEvent:
    """The words of the open segment have changed.

    Args:
        text: As the words stand now; empty where they turned out to be none.
        words: Of the open segment; the last one may be unfinished.
    """

    text: str
    words: tuple[Word, ...]
    kind: Literal["partial"] = "partial"


@dataclass(frozen=True)
class FinalEvent:
    """A segment has ended, at a pause, at a flush or with the stream.

    Args:
        segment: Its words and times.
        number: Counts the segments of the stream from 0.
    """

    segment: Segment
    number: int
    kind: Literal["final"] = "final"


@dataclass(frozen=True)
class EndEvent:
    """The stream has ended.

    Args:
        transcript: Everything that was heard.
    """

    transcript: Transcript
    kind: Literal["end"] = "end"


Event: TypeAlias = PartialEvent | FinalEvent | EndEvent


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return an event as plain values, with times rounded to the millisecond."""
    if isinstance(event, PartialEvent):
        words = [word_to_dict(word) for word in event.words]
        return {"type": "partial", "text": event.text, "words": words}
    if isinstance(event, FinalEvent):
        return {"type": "final", "number": event.number, **segment_to_dict(event.segment)}
    return {"type": "end", **event.transcript.to_dict()}
