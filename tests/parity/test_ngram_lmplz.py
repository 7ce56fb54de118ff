"""The builder against KenLM's lmplz: the same n-grams, the same probabilities.

See lmplz_corpus for the commands that made the golden files.
"""

import gzip
from pathlib import Path

import pytest

from auricle import lm
from tests.parity.lmplz_corpus import corpus, kept_words

GOLDEN = Path(__file__).parent / "golden"
RELATIVE = 1e-3


def read_arpa(path):
    """Map n-gram -> (probability, back-off), neither as a logarithm."""
    ngrams = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) >= 2:
                backoff = float(fields[2]) if len(fields) > 2 else 0.0
                ngrams[fields[1]] = (10 ** float(fields[0]), 10**backoff)
    return ngrams


@pytest.mark.parametrize(
    ("golden", "options"),
    [
        ("lmplz_2", lm.BuildOptions(order=2)),
        ("lmplz_3", lm.BuildOptions(order=3)),
        ("lmplz_4", lm.BuildOptions(order=4)),
        ("lmplz_5", lm.BuildOptions(order=5)),
        ("lmplz_2_pruned", lm.BuildOptions(order=2, prune=(0, 1))),
        ("lmplz_3_pruned", lm.BuildOptions(order=3, prune=(0, 1))),
        ("lmplz_4_pruned", lm.BuildOptions(order=4, prune=(0, 0, 1, 2))),
        ("lmplz_5_pruned", lm.BuildOptions(order=5, prune=(0, 0, 1, 1, 2))),
        ("lmplz_3_limited", lm.BuildOptions(order=3, vocabulary=frozenset(kept_words()))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_probabilities_and_backoffs_equal_those_of_lmplz(golden, options, tmp_path):
    text = tmp_path / "corpus.txt"
    text.write_text(corpus(), encoding="utf-8")
    arpa = tmp_path / "built.arpa.gz"
    lm.build([text], tmp_path / "scorer.lm", options, arpa=arpa)
    built = read_arpa(arpa)
    expected = read_arpa(GOLDEN / f"{golden}.arpa.gz")
    assert built.keys() == expected.keys()
    for ngram, values in expected.items():
        assert built[ngram] == pytest.approx(values, rel=RELATIVE), ngram
