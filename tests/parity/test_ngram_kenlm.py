"""Queries against the kenlm module, for the same ARPA files."""

import gzip
import random
from pathlib import Path

import pytest

from auricle import lm
from tests.parity.lmplz_corpus import corpus

kenlm = pytest.importorskip("kenlm", reason="pip install kenlm to compare with it")

GOLDEN = Path(__file__).parent / "golden"
NAMES = ["lmplz_2", "lmplz_3", "lmplz_4", "lmplz_5", "lmplz_4_pruned", "lmplz_3_limited"]
SENTENCES = 2000  # for each golden file: 12,000 in all


def random_sentences(seed):
    """Half real lines, half words in any order with unknown ones among them."""
    generator = random.Random(seed)
    lines = corpus().splitlines()
    words = corpus().split()
    for _ in range(SENTENCES // 2):
        yield generator.choice(lines).split()
        length = generator.randint(0, 12)
        yield [
            generator.choice(words) if generator.random() < 0.9 else "unheard"
            for _ in range(length)
        ]


@pytest.fixture(params=NAMES)
def arpa(request, tmp_path):
    path = tmp_path / "model.arpa"
    path.write_bytes(gzip.decompress((GOLDEN / f"{request.param}.arpa.gz").read_bytes()))
    return path


def differences(arpa, bits):
    """The absolute differences of all words' log10 probabilities."""
    lm.from_arpa(arpa, arpa.with_suffix(".lm"), lm.ScorerOptions(bits=bits))
    ours = lm.Scorer.open(arpa.with_suffix(".lm"))
    theirs = kenlm.Model(str(arpa))
    for sentence in random_sentences(seed=bits):
        text = " ".join(sentence)
        expected = list(theirs.full_scores(text))
        words = ours.score(text).words
        assert len(words) == len(expected)
        for word, (probability, _, unknown) in zip(words, expected, strict=True):
            assert word.known != unknown
            yield abs(word.log10_probability - probability)


def test_scores_in_full_precision_equal_those_of_kenlm(arpa):
    assert max(differences(arpa, bits=32)) < 1e-4


def test_scores_of_eight_bits_are_within_a_fifth_and_a_hundredth_on_average(arpa):
    distances = list(differences(arpa, bits=8))
    assert 0 < max(distances) < 0.2
    assert sum(distances) / len(distances) < 0.01


def test_more_bits_are_closer(arpa):
    means = [
        sum(distances) / len(distances)
        for distances in (list(differences(arpa, bits)) for bits in (3, 6, 9))
    ]
    assert means == sorted(means, reverse=True)
