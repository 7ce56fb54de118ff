"""What a set of recordings is like: lengths, speakers, characters; as text and as a drawing."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from auricle.manifest import Utterance, measure

_BAR = 40


@dataclass(frozen=True)
class Table:
    """Names and amounts.

    Args:
        title: What the amounts are.
        rows: Name and amount.
        unit: Of the amounts, or empty for counts.
    """

    title: str
    rows: tuple[tuple[str, float], ...]
    unit: str = ""


def tables(utterances: Sequence[Utterance], listed: int = 20) -> list[Table]:
    """Return the tables of a set.

    Args:
        utterances: Measured where they were not.
        listed: Rows of the longest tables.
    """
    measured = [measure(utterance) for utterance in utterances]
    seconds = [utterance.duration or 0.0 for utterance in measured]
    hours: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    rates: Counter[str] = Counter()
    for utterance, duration in zip(measured, seconds, strict=True):
        hours[utterance.speaker or "unknown"] += duration / 60  # type: ignore[assignment]
        sources[utterance.source or "unknown"] += duration / 60  # type: ignore[assignment]
        rates[f"{utterance.sample_rate} Hz"] += 1
    characters = Counter(character for utterance in measured for character in utterance.text)
    shown = [(repr(name)[1:-1], float(count)) for name, count in characters.most_common()]
    return [
        _totals(measured, seconds, len(hours)),
        Table("utterances by length", _lengths(seconds)),
        Table("minutes by speaker", tuple(hours.most_common(listed)), "min"),
        Table("minutes by source", tuple(sources.most_common(listed)), "min"),
        Table("recordings by sample rate", tuple(rates.most_common())),
        Table(f"characters ({len(characters)} different)", tuple(shown)),
    ]


def as_text(tables: Sequence[Table]) -> str:
    """Return the tables with a bar for each amount."""
    return "\n\n".join(_table_text(table) for table in tables)


def as_page(tables: Sequence[Table], title: str) -> str:
    """Return an HTML page that draws the tables; it needs nothing beside itself."""
    drawn = "".join(_drawing(table) for table in tables)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        "<style>body { font: 16px system-ui, sans-serif; margin: 2rem } svg { max-width: 100% }"
        "</style></head>"
        f"<body><h1>{html.escape(title)}</h1>{drawn}</body></html>\n"
    )


def _totals(utterances: Sequence[Utterance], seconds: Sequence[float], speakers: int) -> Table:
    words = sum(len(utterance.text.split()) for utterance in utterances)
    rows = (
        ("utterances", float(len(utterances))),
        ("hours", sum(seconds) / 3600),
        ("speakers", float(speakers)),
        ("words", float(words)),
        ("shortest, s", min(seconds, default=0.0)),
        ("longest, s", max(seconds, default=0.0)),
    )
    return Table("in all", rows)


def _lengths(seconds: Sequence[float]) -> tuple[tuple[str, float], ...]:
    limits = (0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
    counts = Counter(
        next((place for place, limit in enumerate(limits) if duration < limit), len(limits))
        for duration in seconds
    )
    names = [f"under {limit:g} s" for limit in limits] + [f"{limits[-1]} s and over"]
    return tuple((name, float(counts[place])) for place, name in enumerate(names))


def _table_text(table: Table) -> str:
    width = max((len(name) for name, _ in table.rows), default=0)
    largest = max((amount for _, amount in table.rows), default=0.0)
    lines = [table.title]
    for name, amount in table.rows:
        bar = "#" * round(_BAR * amount / largest) if largest and table.title != "in all" else ""
        lines.append(f"  {name.ljust(width)}  {_amount(amount):>8}  {bar}".rstrip())
    return "\n".join(lines)


def _drawing(table: Table) -> str:
    largest = max((amount for _, amount in table.rows), default=0.0) or 1.0
    height = 22 * len(table.rows)
    parts = [f"<h2>{html.escape(table.title)}</h2>"]
    parts.append(f'<svg width="760" height="{height}" font-size="14" fill="currentColor">')
    for place, (name, amount) in enumerate(table.rows):
        y = 22 * place
        if table.title != "in all":
            width = 400 * amount / largest
            parts.append(
                f'<rect x="220" y="{y + 3}" width="{width:.1f}" height="15" fill="#4a7" />'
            )
        value = f"{_amount(amount)} {table.unit}".strip()
        parts.append(f'<text x="210" y="{y + 15}" text-anchor="end">{html.escape(name)}</text>')
        parts.append(f'<text x="{230 + 400 * amount / largest:.1f}" y="{y + 15}">{value}</text>')
    return "".join([*parts, "</svg>"])


def _amount(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
