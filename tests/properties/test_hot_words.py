"""What holds for all hot words: neither order, nor a boost of 0, nor the time of setting counts."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.decoder import Decoder, DecodingOptions, Vocabulary

UNITS = {
    "letters": Vocabulary(["<blank>", " ", "a", "b", "c"], blank=0, boundary="separator"),
    "phones": Vocabulary(
        ["<blank>", "A", "B", "C"],
        blank=0,
        boundary="lexicon",
        lexicon={"a": ["A", "A B"], "b": "B", "c": "C", "ab": "A B", "bc": ["B C", "C"]},
    ),
}
WORDS = st.sampled_from(["a", "b", "c", "ab", "bc"])
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
HOT_WORDS = st.dictionaries(PHRASES, st.floats(-3.0, 6.0), max_size=4)
NAMES = st.sampled_from(["letters", "phones"])


def log_probs(seed, units, frames=4):
    logits = np.random.default_rng(seed).standard_normal((frames, len(UNITS[units]))) * 2.0
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def decoder(units, hot_words, **options):
    everything = {"beam_width": 10_000, "beam_margin": math.inf, "token_margin": math.inf}
    return Decoder(
        UNITS[units],
        options=DecodingOptions(
            **{**everything, "alternatives": 10_000, **options}, hot_words=hot_words
        ),
    )


def scores(search, rows):
    search.step(rows)
    return {
        reading.text: round(reading.score, 3)
        for segment in search.finish()
        for reading in segment.alternatives
    }


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000), units=NAMES, phrases=st.lists(PHRASES, max_size=4))
def test_a_boost_of_zero_is_no_boost(seed, units, phrases):
    rows = log_probs(seed, units)
    zeros = dict.fromkeys(phrases, 0.0)
    assert scores(decoder(units, zeros), rows) == scores(decoder(units, {}), rows)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000), units=NAMES, hot_words=HOT_WORDS, data=st.data())
def test_the_order_of_hot_words_does_not_count(seed, units, hot_words, data):
    rows = log_probs(seed, units)
    shuffled = dict(data.draw(st.permutations(list(hot_words.items()))))
    for beam_width in (3, 2000):
        options = {"beam_width": beam_width, "beam_margin": 14.0}
        assert scores(decoder(units, hot_words, **options), rows) == scores(
            decoder(units, shuffled, **options), rows
        )


@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 1000),
    units=NAMES,
    before=HOT_WORDS,
    hot_words=HOT_WORDS,
    frame=st.integers(0, 4),
)
def test_hot_words_set_later_are_as_good_as_set_before(seed, units, before, hot_words, frame):
    rows = log_probs(seed, units)
    late = decoder(units, before)
    late.step(rows[:frame])
    late.set_hot_words(hot_words)
    found, expected = scores(late, rows[frame:]), scores(decoder(units, hot_words), rows)
    assert found.keys() == expected.keys()
    assert all(math.isclose(found[text], expected[text], abs_tol=2e-3) for text in found)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000), units=NAMES, hot_words=HOT_WORDS)
def test_a_boost_moves_a_text_by_its_occurrences(seed, units, hot_words):
    rows = log_probs(seed, units)
    plain = scores(decoder(units, {}), rows)
    boosted = scores(decoder(units, hot_words), rows)
    for text in plain.keys() & boosted.keys():
        gain = sum(boost * count(phrase, text) for phrase, boost in hot_words.items())
        assert math.isclose(boosted[text], plain[text] + gain, abs_tol=5e-3)


@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 1000),
    units=NAMES,
    hot_words=HOT_WORDS,
    alternatives=st.integers(1, 20),
)
def test_alternatives_are_distinct_texts_best_first(seed, units, hot_words, alternatives):
    search = decoder(units, hot_words, beam_width=10, alternatives=alternatives)
    search.step(log_probs(seed, units, 20))
    for segment in search.finish():
        texts = [reading.text for reading in segment.alternatives]
        order = [reading.score for reading in segment.alternatives]
        assert len(set(texts)) == len(texts) <= alternatives
        assert order == sorted(order, reverse=True)


def count(phrase, text):
    """Count where a phrase's words stand in a text, overlaps included."""
    words, wanted = text.split(), phrase.split()
    return sum(words[i : i + len(wanted)] == wanted for i in range(len(words)))
