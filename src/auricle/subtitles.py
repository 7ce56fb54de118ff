"""Words as subtitles: which words share a cue, how its lines break, how long it stays.

    words -> pieces   no piece wider than a line
          -> cues     the cheapest division of each stretch between pauses, by dynamic programming
          -> lines    the cheapest division of each cue
          -> times    reading time, gaps and no flicker, from the first cue to the last

A division costs 1 for each cue, less where the speaker pauses or a clause ends, more where a word
leans on the next one ("the", "of"), where a cue must be read too fast and where it would pass too
quickly. The limits follow the guides of broadcasters: two lines of 42 characters, 17 characters a
second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auricle.errors import OptionError
from auricle.transcript import Transcript, Word


@dataclass(frozen=True)
class SubtitleLayout:
    """The rules that subtitles keep. Widths count a wide East Asian character as two.

    Args:
        max_line_width: Characters in a line.
        max_lines: Lines in a cue.
        reading_speed: Characters a second, at most, where the next cue leaves the time.
        min_duration: Seconds that a cue is shown at least.
        max_duration: Seconds that a cue is shown at most.
        min_gap: Seconds between two cues at least.
        flicker_gap: Seconds between two cues below which the first one stays on, up to `min_gap`.
    """

    max_line_width: int = 42
    max_lines: int = 2
    reading_speed: float = 17.0
    min_duration: float = 1.0
    max_duration: float = 7.0
    min_gap: float = 0.08
    flicker_gap: float = 0.5

    def __post_init__(self) -> None:
        _check(self.max_line_width >= 8, "max_line_width", self.max_line_width, "at least 8")
        _check(self.max_lines >= 1, "max_lines", self.max_lines, "at least 1")
        _check(self.reading_speed > 0, "reading_speed", self.reading_speed, "above 0")
        _check(self.min_duration >= 0.1, "min_duration", self.min_duration, "at least 0.1 s")
        _check(
            self.max_duration >= self.min_duration,
            "max_duration",
            self.max_duration,
            f"at least min_duration, {self.min_duration} s",
        )
        _check(self.min_gap >= 0, "min_gap", self.min_gap, "at least 0 s")
        _check(
            self.flicker_gap >= self.min_gap,
            "flicker_gap",
            self.flicker_gap,
            f"at least min_gap, {self.min_gap} s",
        )


@dataclass(frozen=True)
class Cue:
    """What is shown from `start` to `end`, in seconds to the millisecond."""

    start: float
    end: float
    lines: tuple[str, ...]


def layout_cues(transcript: Transcript, layout: SubtitleLayout | None = None) -> list[Cue]:
    """Lay a transcript out as subtitles.

    Every word appears once, in order. The limits of the layout hold for every cue; where the speech
    is faster than `min_duration` allows, a cue appears later than its first word instead.

    Args:
        transcript: Its segments always begin a new cue.
        layout: The rules, the defaults if None.
    """
    layout = layout or SubtitleLayout()
    groups: list[list[_Piece]] = []
    stretches = [
        _pieces(segment.words, transcript.separator, layout) for segment in transcript.segments
    ]
    leaning = _LEANING.get(transcript.language.split("-")[0], frozenset())
    next_starts = [pieces[0].start for pieces in stretches[1:]] + [float("inf")]
    for pieces, next_start in zip(stretches, next_starts, strict=False):
        groups.extend(_divide_into_cues(pieces, next_start, leaning, layout))
    times = _cue_times(groups, layout)
    return [
        Cue(start / 1000, end / 1000, _divide_into_lines(group, leaning, layout))
        for group, (start, end) in zip(groups, times, strict=True)
    ]


def text_width(text: str) -> int:
    """Return the columns that a text takes: two for wide characters, none for combining marks."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


# Words that lean on the next one: a line that ends in one reads badly.
_LEANING_ENGLISH = """
    a an the this that these those my your his her its our their of to in on at by for from
    with into about as than and or but nor so if when while because i you he she it we they
    who which is are was were be been am has have had will would can could shall should may
    might must do does did not no mr mrs ms dr very more most
"""
_LEANING = {"en": frozenset(_LEANING_ENGLISH.split())}
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")  # as Chinese writes them too
_CLAUSE_ENDS = (",", ";", ":", "、", "，", "；", "：")  # as Chinese writes them too


@dataclass(frozen=True)
class _Piece:
    """A word, or a part of one too wide for a line.

    Args:
        text: At most as wide as a line.
        glue: What stands before it unless it begins a line; empty within a word.
        start: Seconds.
        end: Seconds.
    """

    text: str
    glue: str
    start: float
    end: float


def _pieces(words: Sequence[Word], separator: str, layout: SubtitleLayout) -> list[_Piece]:
    pieces: list[_Piece] = []
    for word in words:
        parts = [
            (chunk, " " if first and k else separator if first else "")
            for k, part in enumerate(word.text.split())
            for chunk, first in _chunks(part, layout.max_line_width)
        ]
        step = (word.end - word.start) / len(parts)
        for k, (text, glue) in enumerate(parts):
            start = word.start + k * step
            pieces.append(_Piece(text, glue, start, start + step))
    return pieces


def _chunks(text: str, max_width: int) -> Iterator[tuple[str, bool]]:
    chunk, first = "", True
    for character in text:
        if text_width(chunk + character) > max_width:
            yield chunk, first
            chunk, first = "", False
        chunk += character
    yield chunk, first


def _divide_into_cues(
    pieces: list[_Piece], next_start: float, leaning: frozenset[str], layout: SubtitleLayout
) -> list[list[_Piece]]:
    count = len(pieces)
    cost = [0.0] + [float("inf")] * count  # of the first j pieces
    begin = [0] * (count + 1)  # of the last cue of the first j pieces
    for i in range(count):
        for j in _cue_ends(pieces, i, layout):
            following = pieces[j].start if j < count else next_start
            total = cost[i] + _cue_cost(pieces[i:j], following, layout)
            if j < count:
                total += _break_cost(pieces[j - 1], pieces[j], leaning)
            if total < cost[j]:
                cost[j], begin[j] = total, i
    groups: list[list[_Piece]] = []
    end = count
    while end:
        groups.append(pieces[begin[end] : end])
        end = begin[end]
    return groups[::-1]


def _cue_ends(pieces: list[_Piece], i: int, layout: SubtitleLayout) -> Iterator[int]:
    """Yield every j for which the pieces i to j - 1 fit into one cue; at least i + 1."""
    lines, width, last = 1, text_width(pieces[i].text), pieces[i].end
    yield i + 1
    for j in range(i + 1, len(pieces)):
        piece = pieces[j]
        wider = width + text_width(piece.glue + piece.text)
        if wider > layout.max_line_width:
            lines, wider = lines + 1, text_width(piece.text)
        width, last = wider, max(last, piece.end)
        if lines > layout.max_lines or last - pieces[i].start > layout.max_duration:
            return
        yield j + 1


def _cue_cost(cue: list[_Piece], following: float, layout: SubtitleLayout) -> float:
    available = following - layout.min_gap - cue[0].start
    reading = _width(cue) / layout.reading_speed
    rushed = max(0.0, min(reading, layout.max_duration) - available)
    fleeting = max(0.0, layout.min_duration - available)
    return 1.0 + 0.5 * rushed + 4.0 * fleeting


def _break_cost(before: _Piece, after: _Piece, leaning: frozenset[str]) -> float:
    if after.glue == "" and before.text.isascii() and after.text.isascii():
        return 5.0  # within a word
    if before.text.endswith(_SENTENCE_ENDS):
        return -0.8
    pause = 1.2 * min(0.6, max(0.0, after.start - before.end))
    clause = 0.5 if before.text.endswith(_CLAUSE_ENDS) else 0.0
    lean = 0.5 if before.text.lower() in leaning else 0.0
    return lean - max(pause, clause)


def _divide_into_lines(
    cue: list[_Piece], leaning: frozenset[str], layout: SubtitleLayout
) -> tuple[str, ...]:
    # best[k][j]: cost of the first j pieces in k lines, and where the last of them begins.
    count = len(cue)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    while count not in best[-1]:
        row: dict[int, tuple[float, int]] = {}
        for i, (cost, _) in best[-1].items():
            for j in range(i + 1, count + 1):
                width = _width(cue[i:j])
                if width > layout.max_line_width:
                    break
                total = cost + 3.0 * (width / layout.max_line_width) ** 2
                if j < count:
                    total += _break_cost(cue[j - 1], cue[j], leaning)
                if j not in row or total < row[j][0]:
                    row[j] = (total, i)
        best.append(row)
    lines: list[str] = []
    for row in reversed(best[1:]):
        begin = row[count][1]
        lines.append(_text(cue[begin:count]))
        count = begin
    return tuple(reversed(lines))


def _cue_times(groups: list[list[_Piece]], layout: SubtitleLayout) -> list[tuple[int, int]]:
    """Return start and end of every cue in milliseconds."""
    shortest, longest = _ms(layout.min_duration), _ms(layout.max_duration)
    gap, flicker = _ms(layout.min_gap), _ms(layout.flicker_gap)
    natural = [_ms(group[0].start) for group in groups]
    times: list[tuple[int, int]] = []
    for k, group in enumerate(groups):
        start = max(natural[k], times[-1][1] + gap) if times else natural[k]
        reading = _ms(_width(group) / layout.reading_speed)
        end = max(_ms(max(piece.end for piece in group)), start + reading, start + shortest)
        if k + 1 < len(groups):
            latest = natural[k + 1] - gap
            if end > natural[k + 1] - flicker:
                end = latest
        times.append((start, min(max(end, start + shortest), start + longest)))
    return times


def _text(pieces: Sequence[_Piece]) -> str:
    return pieces[0].text + "".join(piece.glue + piece.text for piece in pieces[1:])


def _width(pieces: Sequence[_Piece]) -> int:
    return text_width(_text(pieces))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _check(held: bool, name: str, value: float, allowed: str) -> None:
    if not held:
        raise OptionError(f"{name} is {value}: it must be {allowed}")
