"""The search with a lexicon, against the enumeration of all paths, spellings and words."""

import math

import numpy as np
import pytest

from auricle import lm
from auricle.decoder import Vocabulary, open_scorer
from tests.parity.every_reading import every_reading
from tests.parity.lexicon_texts import enumerate_lexicon_texts
from tests.parity.reference_search import Language

# "one" and "won" are homophones, "one" has two spellings, "a" begins "ax", and "ax" may be "a x".
SPELLINGS = {
    "a": ["A"],
    "ax": ["A B"],
    "x": ["B"],
    "one": ["C", "C A"],
    "won": ["C"],
    "bb": ["B B"],
}
UNITS = ["<blank>", "A", "B", "C"]
SEPARATED = [*UNITS, " "]
ARPA = """\\data\\
ngram 1=7
ngram 2=3

\\1-grams:
-2.0\t<unk>\t0
0\t<s>\t-0.4
-0.9\t</s>\t0
-0.5\ta\t-0.3
-0.9\tone\t-0.2
-1.1\twon\t-0.25
-1.3\tx\t0

\\2-grams:
-0.3\t<s> a
-0.2\ta one
-0.1\tx </s>

\\end\\
"""
LN10 = math.log(10.0)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scorer")
    (folder / "small.arpa").write_text(ARPA)
    lm.from_arpa(folder / "small.arpa", folder / "small.lm", lm.ScorerOptions(bits=32))
    return folder / "small.lm"


@pytest.fixture(scope="module")
def language(path):
    model = lm.Scorer.open(path)

    def log_probability(words, word):
        def total(sentence, end=False):
            return model.score(" ".join(sentence), end=end).log10_probability

        if word is None:
            return LN10 * (total(words, end=True) - total(words))
        return LN10 * (total((*words, word)) - total(words))

    return Language(log_probability, {"a", "one", "won", "x"}.__contains__, 0.8, 0.5, 3.0)


def random_log_probs(seed, width, frames=5):
    logits = np.random.default_rng(seed).standard_normal((frames, width)) * 2.0
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def vocabulary(units, spellings=SPELLINGS):
    return Vocabulary(units, blank=0, boundary="lexicon", lexicon=spellings)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("units", [UNITS, SEPARATED])
def test_every_text_has_the_probability_of_all_its_spellings_and_paths(seed, units):
    log_probs = random_log_probs(seed, len(units))
    expected = enumerate_lexicon_texts(log_probs, units, 0, SPELLINGS)
    found = {r.text: r.log_probability for r in every_reading(vocabulary(units), None, log_probs)}
    if not max(expected, key=expected.__getitem__):
        assert found == {}  # silence is no segment
        return
    assert found == pytest.approx({" ".join(w): p for w, p in expected.items()}, abs=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_every_text_has_the_score_of_the_formula(path, language, seed):
    log_probs = random_log_probs(seed, len(UNITS))
    expected = {
        " ".join(words): probability + language.text_score(words, end=True)
        for words, probability in enumerate_lexicon_texts(log_probs, UNITS, 0, SPELLINGS).items()
    }
    words = vocabulary(UNITS)
    readings = every_reading(
        words, open_scorer(path, words), log_probs, alpha=0.8, beta=0.5, unknown_penalty=3.0
    )
    if not max(expected, key=expected.__getitem__):
        assert readings == []
        return
    assert {r.text: r.score for r in readings} == pytest.approx(expected, abs=1e-3)
    assert readings[0].text == max(expected, key=expected.__getitem__)


@pytest.mark.parametrize("seed", range(4))
def test_spellings_of_ones_own_are_as_good_as_the_lexicons(path, seed):
    log_probs = random_log_probs(seed, len(UNITS))
    shared = {word: SPELLINGS[word] for word in ("a", "ax", "won", "bb")}
    own = {word: SPELLINGS[word] for word in ("x", "one")}
    weights = {"alpha": 0.8, "beta": 0.5, "unknown_penalty": 3.0}
    readings = []
    for words, spellings in ((vocabulary(UNITS), {}), (vocabulary(UNITS, shared), own)):
        scorer = open_scorer(path, words)
        found = every_reading(words, scorer, log_probs, spellings=spellings, **weights)
        readings.append({r.text: r.score for r in found})
    assert readings[0] == pytest.approx(readings[1], abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_a_closed_vocabulary_leaves_out_words_that_the_scorer_lacks(path, seed):
    words = vocabulary(UNITS)
    log_probs = random_log_probs(seed, len(UNITS))
    for reading in every_reading(
        words, open_scorer(path, words), log_probs, closed_vocabulary=True
    ):
        assert set(reading.text.split()) <= {"a", "one", "won", "x"}
