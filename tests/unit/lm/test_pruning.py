"""Smaller scorers: what changes least is left out, and what stays is still a distribution."""

import itertools
import math
import random

import pytest

from auricle import lm
from auricle.errors import OptionError, ScorerError

WORDS = ["a", "b", "c", "d", "e"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with scorer.lm, of three hundred sentences in which words like to follow others."""
    folder = tmp_path_factory.mktemp("pruning")
    draw = random.Random(7)
    sentences = []
    for _ in range(300):
        words = [draw.choice(WORDS)]
        while len(words) < 8 and draw.random() < 0.85:
            after = WORDS[WORDS.index(words[-1]) :] * 3 + WORDS
            words.append(draw.choice(after))
        sentences.append(" ".join(words))
    (folder / "text.txt").write_text("\n".join(sentences))
    options = lm.ScorerOptions(bits=32, alpha=0.5, beta=1.5, language="xx")
    lm.build(
        [folder / "text.txt"],
        folder / "scorer.lm",
        lm.BuildOptions(order=3, discount_fallback=True, scorer=options),
    )
    return folder


def pruned(folder, threshold):
    lm.prune(folder / "scorer.lm", folder / "pruned.lm", threshold)
    return lm.Scorer.open(folder / "pruned.lm")


def ngrams(path, folder):
    """Return log10 probability and back-off of each n-gram."""
    lm.to_arpa(path, folder / "model.arpa")
    rows = [line.split("\t") for line in (folder / "model.arpa").read_text().splitlines()]
    return {
        tuple(row[1].split()): (float(row[0]), float(row[2]) if len(row) > 2 else 0.0)
        for row in rows
        if len(row) > 1
    }


def probability(model, words):
    """Return p(last word | words before) as back-off models have it."""
    if words in model:
        return 10 ** model[words][0]
    context = words[:-1]
    return 10 ** model.get(context, (0.0, 0.0))[1] * probability(model, words[1:])


def change_without(model, ngram):
    """Return P(h) times the divergence of p(. | h) from what it is without an n-gram."""
    *context, _ = ngram
    context = tuple(context)
    followers = [each[-1] for each in model if each[:-1] == context]
    rest = [word for word in followers if word != ngram[-1]]
    left = 1 - sum(probability(model, (*context, word)) for word in rest)
    left_below = 1 - sum(probability(model, (*context[1:], word)) for word in rest)
    without = dict(model)
    del without[ngram]
    without[context] = (model[context][0], math.log10(left / left_below))
    divergence = 0.0
    for word in [*WORDS, "</s>", "<unk>"]:
        before, after = (probability(each, (*context, word)) for each in (model, without))
        divergence += before * math.log(before / after)
    chances = [
        probability(model, ("</s>",)) if context[: k + 1] == ("<s>",)
        else probability(model, context[: k + 1])
        for k in range(len(context))
    ]  # fmt: skip
    return math.prod(chances) * divergence


@pytest.mark.parametrize("threshold", [3e-5, 1e-4, 3e-4])
def test_the_longest_ngrams_go_whose_absence_changes_little(folder, threshold):
    before = ngrams(folder / "scorer.lm", folder)
    pruned(folder, threshold)
    after = ngrams(folder / "pruned.lm", folder)
    longest = [ngram for ngram in before if len(ngram) == 3]
    stay = {n for n in longest if math.expm1(change_without(before, n)) >= threshold}
    assert {ngram for ngram in after if len(ngram) == 3} == stay
    assert 0 < len(stay) < len(longest)


@pytest.mark.parametrize("threshold", [3e-5, 3e-4, 3e-3])
def test_what_stays_has_its_probability_and_all_sum_to_one(folder, threshold):
    before = ngrams(folder / "scorer.lm", folder)
    scorer = pruned(folder, threshold)
    after = ngrams(folder / "pruned.lm", folder)
    assert set(after) < set(before)
    for ngram, (value, _) in after.items():
        assert value == pytest.approx(before[ngram][0], abs=1e-5)
        if len(ngram) > 1:
            assert ngram[:-1] in after
            assert ngram[1:] in after
    for context in itertools.product(WORDS, repeat=2):
        start = " ".join(context)
        ends = [scorer.score(f"{start} {word}", end=False) for word in [*WORDS, "unheard"]]
        total = sum(10 ** end.words[-1].log10_probability for end in [*ends, scorer.score(start)])
        assert total == pytest.approx(1.0, abs=1e-4)


def test_a_higher_threshold_leaves_less_and_predicts_worse(folder):
    sizes, perplexities = [], []
    for threshold in (1e-12, 1e-5, 1e-4, 1e-3, 1e-2, 10.0):
        scorer = pruned(folder, threshold)
        sizes.append(sum(scorer.info.counts))
        perplexities.append(scorer.perplexity(folder / "text.txt").perplexity)
    assert sizes == sorted(sizes, reverse=True)
    assert perplexities == sorted(perplexities)
    assert scorer.info.order == 1
    assert scorer.info.counts == (len(WORDS) + 3,)


def test_weights_words_and_language_stay(folder):
    info, before = pruned(folder, 1e-4).info, lm.Scorer.open(folder / "scorer.lm").info
    assert info.options() == before.options()
    assert info.counts[0] == before.counts[0]


@pytest.mark.parametrize("threshold", [0.0, -1e-9, math.nan])
def test_a_threshold_is_above_zero(folder, threshold):
    with pytest.raises(OptionError, match="must be above 0"):
        lm.prune(folder / "scorer.lm", folder / "none.lm", threshold)


def test_of_what_is_no_scorer_nothing_is_written(folder):
    with pytest.raises(ScorerError, match="not an Auricle scorer"):
        lm.prune(folder / "text.txt", folder / "none.lm", 1e-8)
    assert not (folder / "none.lm").exists()
