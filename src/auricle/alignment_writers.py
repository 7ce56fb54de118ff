"""Alignments as files: json, tsv, Praat's TextGrid; and subtitles, as of a transcript."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from auricle.alignment import Alignment
from auricle.errors import OptionError
from auricle.writers import open_writer

_Interval = tuple[float, float, str]  # from, to (seconds), label


def write_json(alignment: Alignment) -> str:
    """Return everything that the alignment holds."""
    return alignment.to_json() + "\n"


def write_tsv(alignment: Alignment) -> str:
    """Return a table of the words: start and end in seconds, score, whether said, text."""
    rows = [
        f"{word.start:.3f}\t{word.end:.3f}\t{word.score:.3f}\t{'yes' if word.said else 'no'}\t"
        f"{word.text}\n"
        for word in alignment.words
    ]
    return "start\tend\tscore\tsaid\ttext\n" + "".join(rows)


def write_text_grid(alignment: Alignment) -> str:
    """Return a TextGrid with tiers for words, units, words not said, and speech not in the text.

    The format is described in Praat's manual, "TextGrid file formats".
    """
    said = [word for word in alignment.words if word.said]
    units = [unit for word in said for unit in word.units]
    tiers = [
        _interval_tier("words", [(w.start, w.end, w.text) for w in said], alignment.duration),
        _interval_tier("units", [(u.start, u.end, u.text) for u in units], alignment.duration),
        _point_tier("not said", alignment),
        _interval_tier(
            "not in the text",
            [(s.start, s.end, "speech") for s in alignment.extra],
            alignment.duration,
        ),
    ]
    head = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
        f"xmin = 0\nxmax = {alignment.duration:.4f}\n"
        f"tiers? <exists>\nsize = {len(tiers)}\nitem []:\n"
    )
    return head + "".join(
        f"    item [{number}]:\n{tier}" for number, tier in enumerate(tiers, start=1)
    )


def _subtitles(name: str) -> Callable[[Alignment], str]:
    return lambda alignment: open_writer(name).write(alignment.to_transcript())


ALIGNMENT_WRITERS: Mapping[str, Callable[[Alignment], str]] = MappingProxyType(
    {
        "tsv": write_tsv,
        "json": write_json,
        "srt": _subtitles("srt"),
        "vtt": _subtitles("vtt"),
        "textgrid": write_text_grid,
    }
)


def write_alignment(alignment: Alignment, name: str) -> str:
    """Return an alignment as a file of a format.

    Args:
        alignment: What to write.
        name: A key of `ALIGNMENT_WRITERS`, which is also the ending of its files.

    Raises:
        OptionError: There is no such format.
    """
    if name not in ALIGNMENT_WRITERS:
        names = ", ".join(ALIGNMENT_WRITERS)
        raise OptionError(f"there is no format {name!r}; choose one of {names}")
    return ALIGNMENT_WRITERS[name](alignment)


def _interval_tier(name: str, intervals: Iterable[_Interval], duration: float) -> str:
    """Return a tier whose intervals follow each other without a gap, as Praat wants them."""
    filled: list[_Interval] = []
    reached = 0.0
    for start, end, label in intervals:
        start, end = round(max(start, reached), 4), round(end, 4)
        if end <= start:
            continue
        if start > reached:
            filled.append((reached, start, ""))
        filled.append((start, end, label))
        reached = end
    if reached < duration:
        filled.append((reached, duration, ""))
    body = "".join(
        f"        intervals [{number}]:\n"
        f"            xmin = {start:.4f}\n            xmax = {end:.4f}\n"
        f"            text = {_quoted(label)}\n"
        for number, (start, end, label) in enumerate(filled, start=1)
    )
    return _tier_head("IntervalTier", name, duration, f"intervals: size = {len(filled)}") + body


def _point_tier(name: str, alignment: Alignment) -> str:
    """Return a tier of the words that were not said, those of one place as one point."""
    places = [
        (time, " ".join(word.text for word in words))
        for time, words in itertools.groupby(alignment.unsaid, key=lambda word: word.start)
    ]
    body = "".join(
        f"        points [{number}]:\n"
        f"            number = {time:.4f}\n            mark = {_quoted(label)}\n"
        for number, (time, label) in enumerate(places, start=1)
    )
    return _tier_head("TextTier", name, alignment.duration, f"points: size = {len(places)}") + body


def _tier_head(kind: str, name: str, duration: float, size: str) -> str:
    return (
        f'        class = "{kind}"\n        name = {_quoted(name)}\n'
        f"        xmin = 0\n        xmax = {duration:.4f}\n        {size}\n"
    )


def _quoted(label: str) -> str:
    return '"' + label.replace('"', '""') + '"'
