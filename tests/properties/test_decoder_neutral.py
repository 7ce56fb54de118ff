"""What must not matter to the search: zero boosts, the order of hot words, weightless scorers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle import lm
from auricle.decoder import Decoder, DecodingOptions, Vocabulary, open_scorer

VOCABULARY = Vocabulary(["<blank>", " ", "a", "b", "c"], blank=0, boundary="separator")
ARPA = """\\data\\
ngram 1=6
ngram 2=2

\\1-grams:
-2.0\t<unk>
0\t<s>\t-0.4
-0.9\t</s>
-0.5\ta\t-0.3
-0.9\tab\t-0.2
-1.3\tbc

\\2-grams:
-0.3\t<s> a
-0.6\ta ab

\\end\\
"""

SEEDS = st.integers(0, 10_000)
WIDTHS = st.sampled_from([1, 4, 16])
PHRASES = st.lists(
    st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=3).map(" ".join),
    min_size=1,
    max_size=5,
    unique=True,
)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scorer")
    (folder / "small.arpa").write_text(ARPA)
    lm.from_arpa(folder / "small.arpa", folder / "small.lm")
    return open_scorer(folder / "small.lm", VOCABULARY)


def readings(seed, scorer=None, **options):
    logits = np.random.default_rng(seed).standard_normal((20, 5)) * 3.0
    rows = (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)
    decoder = Decoder(VOCABULARY, scorer, DecodingOptions(alternatives=5, **options))
    segments = [*decoder.step(rows), *decoder.finish()]
    return [(h.text, h.score, h.confidence) for s in segments for h in s.alternatives]


@given(seed=SEEDS, beam_width=WIDTHS, phrases=PHRASES)
def test_a_boost_of_zero_is_no_boost(seed, beam_width, phrases):
    boosted = readings(seed, beam_width=beam_width, hot_words=dict.fromkeys(phrases, 0.0))
    assert boosted == readings(seed, beam_width=beam_width)


@given(seed=SEEDS, beam_width=WIDTHS, phrases=PHRASES, random=st.randoms(use_true_random=False))
def test_the_order_of_hot_words_does_not_matter(seed, beam_width, phrases, random):
    boosts = [(phrase, random.choice([-2.0, 0.5, 3.0])) for phrase in phrases]
    shuffled = random.sample(boosts, len(boosts))
    assert readings(seed, beam_width=beam_width, hot_words=dict(shuffled)) == readings(
        seed, beam_width=beam_width, hot_words=dict(boosts)
    )


@given(seed=SEEDS, beam_width=WIDTHS)
def test_a_scorer_without_weight_is_no_scorer(scorer, seed, beam_width):
    weights = {"alpha": 0.0, "beta": 0.0, "unknown_penalty": 0.0, "unknown_unit_penalty": 0.0}
    assert readings(seed, scorer, beam_width=beam_width, **weights) == readings(
        seed, beam_width=beam_width
    )
