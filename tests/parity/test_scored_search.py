"""The search with a scorer, against a plain Python search with the same language model."""

import math
from dataclasses import replace

import numpy as np
import pytest

from auricle import lm
from auricle.decoder import Vocabulary, open_scorer
from auricle.errors import ScorerError
from tests.parity.every_reading import every_reading
from tests.parity.reference_search import Language, enumerate_texts, search

TOKENS = ["<blank>", " ", "a", "b"]
ARPA = """\\data\\
ngram 1=7
ngram 2=5
ngram 3=2

\\1-grams:
-2.0\t<unk>\t0
0\t<s>\t-0.4
-0.9\t</s>\t0
-0.5\ta\t-0.3
-0.9\tab\t-0.2
-1.1\tb\t-0.25
-1.3\tba\t0

\\2-grams:
-0.3\t<s> a\t-0.1
-0.6\ta ab\t-0.15
-0.4\ta b\t0
-0.5\tab a\t0
-0.2\tb </s>

\\3-grams:
-0.1\t<s> a b
-0.35\ta ab a

\\end\\
"""
LN10 = math.log(10.0)


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(TOKENS, blank=0, boundary="separator")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scorer")
    (folder / "small.arpa").write_text(ARPA)
    lm.from_arpa(folder / "small.arpa", folder / "small.lm", lm.ScorerOptions(bits=32))
    return folder / "small.lm"


@pytest.fixture(scope="module")
def scorer(path, vocabulary):
    return open_scorer(path, vocabulary)


@pytest.fixture(scope="module")
def language(path):
    model = lm.Scorer.open(path)

    def log_probability(words, word):
        # The sentence up to the word, less the sentence before it.
        def total(sentence):
            scored = model.score(" ".join(sentence), end=False)
            return scored.log10_probability

        if word is None:
            return LN10 * (model.score(" ".join(words)).log10_probability - total(words))
        return LN10 * (total((*words, word)) - total(words))

    known = {"a", "ab", "b", "ba"}
    return lambda alpha, beta, penalty: Language(
        log_probability, known.__contains__, alpha, beta, penalty
    )


def random_log_probs(seed, frames=6):
    logits = np.random.default_rng(seed).standard_normal((frames, 4)) * 2.0
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("alpha", "beta", "penalty", "unit_penalty"),
    [(0.8, 0.5, 3.0, 0.0), (1.5, -1.0, 0.0, 0.7), (0.0, 1.0, 2.0, 1.5)],
)
def test_every_text_has_the_score_of_the_formula(
    vocabulary, scorer, language, seed, alpha, beta, penalty, unit_penalty
):
    log_probs = random_log_probs(seed)
    rules = replace(language(alpha, beta, penalty), unknown_unit_penalty=unit_penalty)
    reference = search(log_probs, TOKENS, 0, language=rules)
    expected = {" ".join(words): score for score, words in reference}
    readings = every_reading(
        vocabulary,
        scorer,
        log_probs,
        alpha=alpha,
        beta=beta,
        unknown_penalty=penalty,
        unknown_unit_penalty=unit_penalty,
    )
    best = max(expected, key=expected.__getitem__)
    if not best:
        assert readings == []  # silence is no segment
        return
    assert {r.text: r.score for r in readings} == pytest.approx(expected, abs=1e-3)
    assert readings[0].text == best


PIECES = ["<blank>", "\u2581", "\u2581a", "b", "ab"]
SYLLABLES = ["<blank>", "a", "b"]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("tokens", "boundary", "names"),
    [
        (PIECES, "prefix", ["<blank>", "_", "_a", "b", "ab"]),
        (SYLLABLES, "none", ["<blank>", "_a", "_b"]),
    ],
)
def test_pieces_and_units_without_boundaries_are_scored_alike(
    path, language, seed, tokens, boundary, names
):
    logits = np.random.default_rng(seed).standard_normal((5, len(tokens))) * 2.0
    logits -= np.logaddexp.reduce(logits, axis=1, keepdims=True)
    log_probs = logits.astype(np.float32)
    rules = language(0.8, 0.5, 3.0)
    expected = {}
    for words, probability in enumerate_texts(log_probs, names, 0).items():
        text = ("" if boundary == "none" else " ").join(words)
        expected[text] = probability + rules.text_score(words, end=True)
    vocabulary = Vocabulary(tokens, blank=0, boundary=boundary)
    scorer = open_scorer(path, vocabulary)
    weights = {"alpha": 0.8, "beta": 0.5, "unknown_penalty": 3.0}
    readings = every_reading(vocabulary, scorer, log_probs, **weights)
    if not max(expected, key=expected.__getitem__):
        assert readings == []
        return
    assert {r.text: r.score for r in readings} == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_a_scorer_without_weight_is_no_scorer(vocabulary, scorer, seed):
    log_probs = random_log_probs(seed)
    nothing = {"alpha": 0.0, "beta": 0.0, "unknown_penalty": 0.0}
    weightless = every_reading(vocabulary, scorer, log_probs, **nothing)
    without = every_reading(vocabulary, scorer, log_probs, use_scorer=False)
    none = every_reading(vocabulary, None, log_probs)
    assert [(r.text, r.score) for r in weightless] == [(r.text, r.score) for r in none]
    assert [(r.text, r.score) for r in without] == [(r.text, r.score) for r in none]


def test_a_closed_vocabulary_lets_only_its_words_out(vocabulary, scorer):
    for seed in range(6):
        for reading in every_reading(
            vocabulary, scorer, random_log_probs(seed), closed_vocabulary=True
        ):
            assert set(reading.text.split()) <= {"a", "ab", "b", "ba"}


def test_an_unknown_word_comes_out_where_it_is_heard_clearly(vocabulary, scorer):
    rows = np.full((5, 4), 0.001)
    for frame, token in enumerate("bbabb"):  # "b" held, "a", "b" held: "bab"
        rows[frame, TOKENS.index(token)] = 0.997
    best = every_reading(vocabulary, scorer, np.log(rows).astype(np.float32), unknown_penalty=3.0)[
        0
    ]
    assert best.text == "bab"


def test_an_unknown_word_costs_more_the_longer_it_is(vocabulary, scorer):
    rows = np.full((7, 4), 0.001)
    for frame, token in enumerate("abababa"):  # one long unknown word, or known ones unspaced
        rows[frame, TOKENS.index(token)] = 0.997
    log_probs = np.log(rows).astype(np.float32)
    known = {"a", "ab", "b", "ba"}
    one_price = every_reading(vocabulary, scorer, log_probs, unknown_penalty=3.0)
    assert one_price[0].text == "abababa"
    growing = every_reading(
        vocabulary, scorer, log_probs, unknown_penalty=3.0, unknown_unit_penalty=6.0
    )
    assert set(growing[0].text.split()) <= known


def test_a_hot_word_unknown_to_the_scorer_pays_no_penalty(vocabulary, scorer):
    rows = np.full((5, 4), 0.001)
    for frame, token in enumerate("bbabb"):
        rows[frame, TOKENS.index(token)] = 0.997
    log_probs = np.log(rows).astype(np.float32)
    options = {"unknown_penalty": 50.0}
    assert every_reading(vocabulary, scorer, log_probs, **options)[0].text != "bab"
    assert (
        every_reading(vocabulary, scorer, log_probs, hot_words={"bab": 2.0}, **options)[0].text
        == "bab"
    )


def test_a_scorer_bound_to_a_vocabulary_is_refused_by_others(path, vocabulary, tmp_path):
    bound = tmp_path / "bound.lm"
    bound.write_bytes(path.read_bytes())
    lm.write_fingerprint(bound, vocabulary.fingerprint)
    open_scorer(bound, vocabulary)
    other = Vocabulary([*TOKENS, "c"], blank=0, boundary="separator")
    with pytest.raises(ScorerError, match="another vocabulary"):
        open_scorer(bound, other)
