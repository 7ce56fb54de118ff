"""What holds for the scorer of any text."""

import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle import lm

WORDS = st.sampled_from(["a", "b", "ab", "ba", "c", "é", "日本"])
SENTENCES = st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=1, max_size=12)
ORDERS = st.integers(1, 6)


def scorer_of(sentences, folder, **options):
    text = Path(folder) / "text.txt"
    text.write_text("\n".join(map(" ".join, sentences)), encoding="utf-8")
    full = lm.ScorerOptions(bits=32)
    lm.build(
        [text],
        Path(folder) / "scorer.lm",
        lm.BuildOptions(discount_fallback=True, scorer=full, **options),
    )
    return lm.Scorer.open(Path(folder) / "scorer.lm")


@settings(max_examples=40)
@given(SENTENCES, ORDERS, st.lists(WORDS, max_size=5))
def test_the_probabilities_of_all_continuations_sum_to_one(sentences, order, context):
    with tempfile.TemporaryDirectory() as folder:
        scorer = scorer_of(sentences, folder, order=order)
        known = sorted({word for sentence in sentences for word in sentence})
        start = " ".join(context)
        ends = [scorer.score(f"{start} {word}", end=False) for word in [*known, "unheard"]]
        ends.append(scorer.score(start))
        total = sum(10 ** end.words[-1].log10_probability for end in ends)
    assert total == pytest.approx(1.0, abs=1e-4)


@settings(max_examples=40)
@given(SENTENCES, ORDERS, st.randoms(use_true_random=False))
def test_the_order_of_the_sentences_does_not_matter(sentences, order, generator):
    shuffled = list(sentences)
    generator.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as folder:
        first = scorer_of(sentences, folder, order=order).info.checksum
        second = scorer_of(shuffled, folder, order=order).info.checksum
    assert first == second


@settings(max_examples=40)
@given(SENTENCES, ORDERS)
def test_perplexity_agrees_with_the_scores_of_the_sentences(sentences, order):
    with tempfile.TemporaryDirectory() as folder:
        scorer = scorer_of(sentences, folder, order=order)
        result = scorer.perplexity(Path(folder) / "text.txt")
        total = sum(scorer.score(" ".join(words)).log10_probability for words in sentences)
    assert result.log10_probability == pytest.approx(total, abs=1e-4)
    assert math.isfinite(result.perplexity)


@settings(max_examples=40)
@given(SENTENCES, st.integers(2, 6))
def test_exporting_and_importing_keeps_every_value(sentences, order):
    with tempfile.TemporaryDirectory() as folder:
        scorer = scorer_of(sentences, folder, order=order)
        lm.to_arpa(Path(folder) / "scorer.lm", Path(folder) / "model.arpa")
        lm.from_arpa(
            Path(folder) / "model.arpa", Path(folder) / "again.lm", lm.ScorerOptions(bits=32)
        )
        again = lm.Scorer.open(Path(folder) / "again.lm").info
    assert again.checksum == scorer.info.checksum
