"""The search with a grammar, against the enumeration of all paths and a grammar in plain Python."""

import itertools
import math
import re
from collections import defaultdict

import numpy as np
import pytest

from auricle.decoder import Vocabulary
from auricle.grammar import Grammar
from tests.parity.every_reading import every_reading
from tests.parity.lexicon_texts import enumerate_lexicon_texts
from tests.parity.reference_search import enumerate_texts

LETTERS = ["<blank>", " ", "a", "b"]
PHONES = ["<blank>", "A", "B"]
SPELLINGS = {"a": ["A", "A B"], "b": ["B"], "ab": ["A B"], "x": ["A"]}
# Each grammar, and the same as a regular expression over texts with a space after each word.
GRAMMARS = [
    ("public <g> = a b | b+;", r"(a b |(b )+)"),
    ("public <g> = [a] <r>*; <r> = ab | b a;", r"(a )?(ab |b a )*"),
    ("public <g> = (a | ab)+ b [a];", r"(a |ab )+b (a )?"),
]


def random_log_probs(seed, width, frames=6):
    logits = np.random.default_rng(seed).standard_normal((frames, width)) * 2.0
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def texts_with_letters(log_probs):
    return enumerate_texts(log_probs, LETTERS, 0)


def texts_with_phones(log_probs):
    return enumerate_lexicon_texts(log_probs, PHONES, 0, SPELLINGS)


CASES = [
    (Vocabulary(LETTERS, blank=0, boundary="separator"), texts_with_letters),
    (
        Vocabulary(PHONES, blank=0, boundary="lexicon", lexicon=SPELLINGS),
        texts_with_phones,
    ),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("rules", "expression"), GRAMMARS)
@pytest.mark.parametrize(("vocabulary", "enumerate_all"), CASES)
@pytest.mark.parametrize("cost", [math.inf, 1.5])
def test_texts_outside_the_grammar_pay(seed, rules, expression, vocabulary, enumerate_all, cost):
    log_probs = random_log_probs(seed, len(vocabulary))
    expected, belongs = defaultdict(float), {}
    for words, probability in enumerate_all(log_probs).items():
        text = " ".join(words)
        belongs[text] = re.fullmatch(expression, "".join(f"{word} " for word in words)) is not None
        if belongs[text] or not words or cost < math.inf:
            expected[text] = probability - (0.0 if belongs[text] or not words else cost)
    readings = every_reading(
        vocabulary,
        None,
        log_probs,
        grammar=Grammar.read(f"#JSGF V1.0;\n{rules}"),
        unknown_phrase_cost=cost,
    )
    if not max(expected, key=expected.__getitem__):
        assert readings == []  # silence is no segment
        return
    assert {r.text: r.score for r in readings} == pytest.approx(expected, abs=1e-3)
    for reading in readings:
        assert reading.in_grammar == (belongs[reading.text] and reading.text != "")


@pytest.mark.parametrize(("rules", "expression"), GRAMMARS)
def test_the_automaton_gives_the_texts_of_the_expression(rules, expression):
    grammar = Grammar.read(f"#JSGF V1.0;\n{rules.replace(';', ' {T};', 1)}")
    for length in range(1, 5):
        for words in itertools.product(("a", "b", "ab"), repeat=length):
            belongs = re.fullmatch(expression, "".join(f"{word} " for word in words)) is not None
            assert bool(grammar.tags(list(words))) <= belongs
