"""What the second pass gives a text is the sum of all alignments of all ways to say it."""

import itertools
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auricle.decoder import Decoder, DecodingOptions, SecondPass, Vocabulary, open_scorer
from auricle.errors import ModelError, OptionError
from auricle.lm import from_arpa

TOKENS = ("-", " ", "a", "b")
PHONES = ("-", "X", "Y", "Z")
LEXICON = {"a": ["X", "Y X"], "b": ["Y Y"], "ab": ["X Z", "Z"], "ba": ["Z X Y"]}
ARPA = """\\data\\
ngram 1=7

\\1-grams:
-2.0\t<unk>
0\t<s>
-1.0\t</s>
-0.5\ta
-0.9\tb
-1.1\tab
-1.3\tba

\\end\\
"""
EVERYTHING = {"beam_margin": np.inf, "token_margin": np.inf, "beam_width": 10_000}


@pytest.fixture(scope="module")
def scorer_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scorer")
    (folder / "words.arpa").write_text(ARPA)
    from_arpa(folder / "words.arpa", folder / "scorer.lm")
    return folder / "scorer.lm"


def log_softmax(scores):
    return (scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))).astype(np.float32)


def said(rows):
    """The log-probability of every string of phones: the sum of all its paths (enumeration)."""
    sums = defaultdict(float)
    for path in itertools.product(range(len(PHONES)), repeat=len(rows)):
        kept = [token for token, _ in itertools.groupby(path) if token]
        sums[tuple(kept)] += float(np.exp(sum(rows[t, k] for t, k in enumerate(path))))
    return sums


def expected(text, sums):
    ways = itertools.product(*(LEXICON[word] for word in text.split()))
    strings = [" ".join(way).split() for way in ways]
    total = sum(sums[tuple(map(PHONES.index, string))] for string in strings)
    return np.log(total) if total else -np.inf


def readings(
    scorer_file, rows, second_rows=None, weight=0.0, hot_words=None, new_hot_words=False, **widths
):
    second = None
    if second_rows is not None:
        second = SecondPass(PHONES, blank=0, lexicon=LEXICON, weight=weight)
        rows = np.concatenate([rows, second_rows], axis=1)
    vocabulary = Vocabulary(TOKENS, blank=0, boundary="separator", second_pass=second)
    begun_with = {} if new_hot_words else (hot_words or {})
    options = DecodingOptions(
        alternatives=1000, closed_vocabulary=True, hot_words=begun_with, **widths
    )
    decoder = Decoder(vocabulary, open_scorer(scorer_file, vocabulary), options)
    half = len(rows) // 2
    decoder.step(rows[:half])
    if new_hot_words:
        decoder.set_hot_words(hot_words)
    decoder.step(rows[half:])
    (segment,) = decoder.finish() or [None]
    return [] if segment is None else segment.alternatives


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.25, 0.5, 1.0]))
@settings(max_examples=15, deadline=None)
def test_texts_are_weighed_by_all_alignments_of_all_ways_to_say_them(scorer_file, seed, weight):
    random = np.random.default_rng(seed)
    rows, second_rows = (log_softmax(random.normal(0, 2, (6, 4))) for _ in range(2))
    alone = {r.text: r for r in readings(scorer_file, rows, **EVERYTHING)}
    both = readings(scorer_file, rows, second_rows, weight, **EVERYTHING)
    assume(alone and both)  # a segment whose best text is empty is none
    sums = said(second_rows)
    assert {r.text for r in both} == set(alone)
    for reading in both:
        first = alone[reading.text]
        second = expected(reading.text, sums)
        wanted = (1 - weight) * first.log_probability + weight * second
        assert reading.log_probability == pytest.approx(wanted, abs=2e-3)
        change = wanted - first.log_probability
        assert reading.score == pytest.approx(first.score + change, abs=2e-3)
    scores = [reading.score for reading in both]
    assert scores == sorted(scores, reverse=True)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.25, 0.5, 1.0]), st.booleans())
@settings(max_examples=15, deadline=None)
def test_what_was_heard_early_is_not_counted_twice(scorer_file, seed, weight, new_hot_words):
    random = np.random.default_rng(seed)
    rows, second_rows = (log_softmax(random.normal(0, 3, (30, 4))) for _ in range(2))
    hot_words = {"ab": 1.0}
    alone, both = (
        {r.text: r.score - r.log_probability for r in found if r.log_probability > -np.inf}
        for found in (
            readings(scorer_file, rows, hot_words=hot_words, beam_width=200),
            readings(
                scorer_file,
                rows,
                second_rows,
                weight,
                hot_words=hot_words,
                beam_width=200,
                new_hot_words=new_hot_words,
            ),
        )
    )
    texts = set(alone) & set(both)
    assume(texts)
    for text in texts:
        assert both[text] == pytest.approx(alone[text], abs=2e-3)


def test_a_narrow_beam_keeps_the_words_that_the_second_pass_hears(scorer_file):
    """The letters take the first word for "b", and leave open which others follow."""
    first, other = [0.05, 0.05, 0.15, 0.75], [0.05, 0.05, 0.3, 0.6]
    blank, separator = [0.97, 0.01, 0.01, 0.01], [0.01, 0.97, 0.01, 0.01]
    rows = [first, blank, separator, blank] + 6 * [other, blank, separator, blank]
    x = [0.01, 0.97, 0.01, 0.01]
    second_rows = [x, blank, blank, blank] + 6 * [[0.05, 0.475, 0.475, 0.0001], blank, blank, blank]
    rows, second_rows = (np.log(np.array(each, np.float32)) for each in (rows, second_rows))
    for widths in ({"beam_width": 8}, EVERYTHING):
        best, *_ = readings(scorer_file, rows, second_rows, 0.5, **widths)
        assert best.text.startswith("a ")
    best, *_ = readings(scorer_file, rows, beam_width=8)
    assert best.text.startswith("b ")


def test_a_word_that_the_lexicon_lacks_is_heard_as_whatever_is_there(scorer_file):
    lexicon = {"a": ["X"]}
    rows = np.log(np.full((4, 4), 0.25, np.float32))
    second_rows = log_softmax(np.random.default_rng(1).normal(0, 2, (4, 4)))
    second = SecondPass(PHONES, blank=0, lexicon=lexicon, weight=1.0)
    vocabulary = Vocabulary(TOKENS, blank=0, boundary="separator", second_pass=second)
    decoder = Decoder(
        vocabulary, open_scorer(scorer_file, vocabulary), DecodingOptions(alternatives=50)
    )
    decoder.step(np.concatenate([rows, second_rows], axis=1))
    (segment,) = decoder.finish()
    found = {reading.text: reading.log_probability for reading in segment.alternatives}
    assert found["b"] > second_rows.max(axis=1).sum() - 1e-3
    assert found["b"] > found["a"]


def test_without_a_scorer_there_is_no_second_pass():
    rows, second_rows = (
        log_softmax(np.random.default_rng(seed).normal(0, 2, (6, 4))) for seed in (1, 2)
    )
    texts = []
    for weight in (0.0, 1.0):
        second = SecondPass(PHONES, blank=0, lexicon=LEXICON, weight=weight)
        vocabulary = Vocabulary(TOKENS, blank=0, boundary="separator", second_pass=second)
        decoder = Decoder(vocabulary, None, DecodingOptions(alternatives=20))
        decoder.step(np.concatenate([rows, second_rows], axis=1))
        (segment,) = decoder.finish()
        texts.append([(r.text, r.score) for r in segment.alternatives])
    assert texts[0] == texts[1]


def test_a_long_silence_before_the_first_word_changes_nothing(scorer_file):
    quiet = np.log(np.array([[1.0, 1e-6, 1e-6, 1e-6]], np.float32))
    random = np.random.default_rng(3)
    rows, second_rows = (log_softmax(random.normal(0, 2, (12, 4))) for _ in range(2))
    texts = []
    for silent_frames in (20, 3000):
        silence = np.repeat(quiet, silent_frames, axis=0)
        heard = readings(
            scorer_file,
            np.concatenate([silence, rows]),
            np.concatenate([silence, second_rows]),
            0.5,
        )
        texts.append([reading.text for reading in heard[:5]])
    assert texts[0] == texts[1]


def test_wrong_values_are_refused():
    with pytest.raises(OptionError, match="from 0 to 1"):
        SecondPass(PHONES, blank=0, lexicon=LEXICON, weight=1.5)
    with pytest.raises(ModelError):
        SecondPass(PHONES, blank=7, lexicon=LEXICON, weight=0.5)
    second = SecondPass(PHONES, blank=0, lexicon=LEXICON, weight=0.5)
    vocabulary = Vocabulary(TOKENS, blank=0, boundary="separator", second_pass=second)
    assert vocabulary.columns == 8
    with pytest.raises(OptionError, match="4 columns"):
        Decoder(vocabulary).step(np.zeros((1, 4), np.float32))
    rows = np.log(np.full((2, 8), 0.25, np.float32))
    rows[1, 6] = np.nan
    with pytest.raises(OptionError, match="frame 1, token 2"):
        Decoder(vocabulary).step(rows)
