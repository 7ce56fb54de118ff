"""How well a model hears: error rates with intervals, what it confuses, and which model is better.

manifest -> hearing     each utterance transcribed, with or without scorer and noise
-> scoring     words aligned and counted, in all and in groups
-> statistics  bootstrap intervals, paired comparison
-> report, page   text, JSON, HTML
"""

from auricle.evaluation.hearing import Condition, conditions, evaluate
from auricle.evaluation.page import write_page
from auricle.evaluation.report import (
    describe,
    describe_difference,
    difference_to_dict,
    overview,
    to_dict,
)
from auricle.evaluation.scoring import Evaluation, Scored
from auricle.evaluation.statistics import Difference, Rate, compare_rates, error_rate

__all__ = [
    "Condition",
    "Difference",
    "Evaluation",
    "Rate",
    "Scored",
    "compare",
    "compare_rates",
    "conditions",
    "describe",
    "describe_difference",
    "difference_to_dict",
    "error_rate",
    "evaluate",
    "overview",
    "to_dict",
    "write_page",
]


def compare(first: Evaluation, second: Evaluation) -> Difference:
    """Compare two evaluations on the utterances that both have.

    Returns:
        How many word errors fewer the second makes.
    """
    others = {item.utterance.id: place for place, item in enumerate(second.scored)}
    pairs = [
        (place, others[item.utterance.id])
        for place, item in enumerate(first.scored)
        if item.utterance.id in others
    ]
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    return compare_rates(
        (first.errors[ours], second.errors[theirs]), (first.words[ours], second.words[theirs])
    )
