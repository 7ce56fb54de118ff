"""Evaluations as text for a terminal and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from auricle.evaluation.alignment import DELETE, INSERT, SUBSTITUTE, Step
from auricle.evaluation.scoring import GROUPINGS, Evaluation, Group, Scored
from auricle.evaluation.statistics import Difference, Rate

LISTED = 10


def describe(evaluation: Evaluation) -> str:
    """Return everything worth reading of one evaluation."""
    parts = [_heading(evaluation)]
    for name, key in GROUPINGS.items():
        parts += _group_table(name, evaluation.groups(key))
    parts += _confusion_table("substituted", evaluation.confusions(SUBSTITUTE, LISTED))
    parts += _confusion_table("deleted", evaluation.confusions(DELETE, LISTED))
    parts += _confusion_table("inserted", evaluation.confusions(INSERT, LISTED))
    words = [(w, f"{missed} of {said}") for w, missed, said in evaluation.confused_words(LISTED)]
    parts += _titled("words missed most often", _columns(words))
    for name, items in evaluation.examples(3).items():
        parts += _titled(name, "\n".join(_example(item) for item in items))
    return "\n\n".join(parts)


def describe_rate(rate: Rate) -> str:
    """Return a rate as in "12.3 % (95 % interval 11.0 to 13.9)"."""
    return f"{100 * rate.value:.1f} % (95 % interval {100 * rate.low:.1f} to {100 * rate.high:.1f})"


def overview(evaluations: Iterable[Evaluation]) -> str:
    """Return one line for each evaluation."""
    rows = [("", "words wrong", "characters wrong", "real-time factor")]
    for item in evaluations:
        rates = (describe_rate(item.wer), describe_rate(item.cer))
        rows.append((item.title, *rates, f"{item.real_time_factor:.4f}"))
    return _columns(rows)


def describe_difference(first: Evaluation, second: Evaluation, difference: Difference) -> str:
    """Return what a comparison says, in two lines."""
    low, high = 100 * difference.low, 100 * difference.high
    verdict = "not significant at 5 %"
    if difference.significant:
        verdict = "significant at 5 %"
    return (
        f"{first.title} minus {second.title}: {100 * difference.value:+.2f} points of words wrong "
        f"(95 % interval {low:+.2f} to {high:+.2f}),\n{verdict}; the second is better in "
        f"{100 * difference.improvement:.1f} % of the draws (paired bootstrap over utterances)"
    )


def aligned(steps: Sequence[Step]) -> tuple[str, str]:
    """Return reference and result with their words above each other; errors in capitals."""
    spoken, heard = [], []
    for step in steps:
        width = max(len(step.reference), len(step.result))
        wrong = step.reference != step.result
        pair = (step.reference, step.result)
        above, below = (word.upper() if wrong else word for word in pair)
        spoken.append((above or "*" * width).ljust(width))
        heard.append((below or "*" * width).ljust(width))
    return " ".join(spoken).rstrip(), " ".join(heard).rstrip()


def to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Return everything about an evaluation as plain values."""
    return {
        "model": evaluation.model,
        "condition": evaluation.condition,
        "utterances": len(evaluation.scored),
        "words": int(evaluation.words.sum()),
        "seconds": round(evaluation.seconds, 2),
        "wer": _rate(evaluation.wer),
        "cer": _rate(evaluation.cer),
        "steps": evaluation.kinds,
        "real_time_factor": round(evaluation.real_time_factor, 5),
        "groups": {
            name: [_group(group) for group in evaluation.groups(key)]
            for name, key in GROUPINGS.items()
        },
        "substitutions": evaluation.confusions(SUBSTITUTE),
        "deletions": evaluation.confusions(DELETE),
        "insertions": evaluation.confusions(INSERT),
        "confused_words": evaluation.confused_words(),
        "unread": dict(evaluation.unread),
        "results": [_result(item) for item in evaluation.scored],
    }


def difference_to_dict(
    first: Evaluation, second: Evaluation, difference: Difference
) -> dict[str, Any]:
    """Return a comparison as plain values."""
    return {
        "first": first.title,
        "second": second.title,
        "points": round(difference.value, 5),
        "low": round(difference.low, 5),
        "high": round(difference.high, 5),
        "improvement": round(difference.improvement, 4),
        "significant": difference.significant,
    }


def _rate(rate: Rate) -> dict[str, float]:
    return {"value": round(rate.value, 5), "low": round(rate.low, 5), "high": round(rate.high, 5)}


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "utterances": group.utterances,
        "words": group.words,
        "seconds": round(group.seconds, 2),
        "wer": _rate(group.wer),
    }


def _result(item: Scored) -> dict[str, Any]:
    return {
        "id": item.utterance.id,
        "audio": item.utterance.audio,
        "speaker": item.utterance.speaker,
        "reference": item.reference,
        "result": item.result,
        "errors": item.errors,
        "words": item.words,
    }


def _heading(evaluation: Evaluation) -> str:
    kinds = evaluation.kinds
    lines = [
        evaluation.title,
        f"  {len(evaluation.scored)} utterances, {evaluation.words.sum()} words, "
        f"{evaluation.seconds / 3600:.2f} h",
        f"  words wrong       {describe_rate(evaluation.wer)}",
        f"  characters wrong  {describe_rate(evaluation.cer)}",
        f"  {kinds[SUBSTITUTE]} substituted, {kinds[DELETE]} deleted, {kinds[INSERT]} inserted",
        f"  {evaluation.real_time_factor:.4f} processor seconds for a second of audio",
    ]
    lines += [f"  left out: {name}: {why}" for name, why in evaluation.unread]
    return "\n".join(lines)


def _group_table(name: str, groups: Sequence[Group]) -> list[str]:
    """Return a line for each group: the worst ones first, durations from short to long."""
    if name != "duration":
        groups = sorted(groups, key=lambda group: -group.wer.value)
    rows = [
        (group.name, f"{group.utterances} utterances", describe_rate(group.wer))
        for group in groups[: 2 * LISTED]
    ]
    return _titled(f"by {name}", _columns(rows))


def _confusion_table(name: str, rows: Sequence[tuple[str, str, int]]) -> list[str]:
    lines = [
        (str(times), " -> ".join(filter(None, (spoken, heard)))) for spoken, heard, times in rows
    ]
    return _titled(name, _columns(lines))


def _titled(title: str, body: str) -> list[str]:
    return [f"{title}\n{body}"] if body else []


def _example(item: Scored) -> str:
    spoken, heard = aligned(item.steps)
    return f"  {item.utterance.id}: {100 * item.rate:.0f} %\n    {spoken}\n    {heard}"


def _columns(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
