"""Converted scorers against KenLM, which reads the language model that they begin with.

The language models are of tests/data/deepspeech/text.txt, in every kind of KenLM's tries.
"""

import os
import random
from pathlib import Path

import pytest

pytest.importorskip("onnx")
kenlm = pytest.importorskip("kenlm")

from auricle import lm  # noqa: E402
from auricle.conversion.scorer import UNKNOWN_PENALTY, convert_scorer  # noqa: E402
from tests.making_deepspeech import ALPHABET, DATA, scorer, spellable  # noqa: E402

TEXTS = (DATA / "text.txt").read_text(encoding="utf-8").splitlines()
WORDS = spellable(TEXTS)


def sentences(count=300, words=WORDS):
    generator = random.Random(5)
    for _ in range(count):
        length = generator.randint(1, 9)
        yield " ".join(generator.choice([*words, "zzz"]) for _ in range(length))
    yield from (text for text in TEXTS if set(text.split()) <= set(WORDS))


def converted(kind, folder, words=WORDS, **options):
    path = folder / "kenlm.scorer"
    path.write_bytes(scorer((DATA / f"{kind}.binary").read_bytes(), words, **options))
    done = convert_scorer(path, folder / "scorer.lm", ALPHABET, fingerprint=77, language="en-US")
    return done, lm.Scorer.open(folder / "scorer.lm")


@pytest.mark.parametrize("kind", ["trie", "quantised", "array", "quantised_array", "few_bits"])
def test_scores_are_those_of_kenlm(kind, tmp_path):
    _, ours = converted(kind, tmp_path)
    theirs = kenlm.Model(str(DATA / f"{kind}.binary"))
    ours.verify()
    for sentence in sentences():
        assert ours.log10_probability(sentence) == pytest.approx(theirs.score(sentence), abs=1e-4)


def test_scores_of_a_scorer_that_deepspeech_built(tmp_path):
    path = Path(os.environ.get("DEEPSPEECH_SCORER", ""))
    if not path.is_file():
        pytest.skip("DEEPSPEECH_SCORER names none, such as data/smoke_test/pruned_lm.scorer")
    convert_scorer(path, tmp_path / "scorer.lm", ALPHABET, fingerprint=77)
    ours, theirs = lm.Scorer.open(tmp_path / "scorer.lm"), kenlm.Model(str(path))
    lm.to_arpa(tmp_path / "scorer.lm", tmp_path / "lm.arpa")
    lines = (tmp_path / "lm.arpa").read_text(encoding="utf-8").splitlines()
    ngrams = [line.split("\t")[1] for line in lines if "\t" in line and "<" not in line]
    for sentence in sentences(5000, ngrams):
        assert ours.log10_probability(sentence) == pytest.approx(theirs.score(sentence), abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "bits"), [("trie", 32), ("array", 32), ("quantised", 8), ("few_bits", 5)]
)
def test_values_keep_their_bits(kind, bits, tmp_path):
    done, ours = converted(kind, tmp_path)
    assert (done.bits, ours.info.bits) == (bits, bits)


def test_weights_vocabulary_and_language_are_recorded(tmp_path):
    _, ours = converted("quantised", tmp_path, alpha=0.5, beta=2.25)
    info = ours.info
    assert (info.alpha, info.beta, info.unknown_penalty) == (0.5, 2.25, UNKNOWN_PENALTY)
    assert (info.vocabulary_fingerprint, info.language, info.order) == (77, "en", 4)


def test_ngrams_of_words_that_the_model_cannot_spell_are_left_out(tmp_path):
    done, ours = converted("trie", tmp_path)
    assert done.words == len(WORDS) + 3
    assert done.left_out > 0
    assert done.ngrams == sum(ours.info.counts[1:])
    assert "café" not in ours
    assert "the" in ours


def test_a_word_that_only_the_dictionary_has_is_unknown(tmp_path):
    done, ours = converted("trie", tmp_path, [*WORDS, "unheard"])
    assert "unheard" not in ours
    assert done.words == len(WORDS) + 3


def test_a_language_model_with_its_words_needs_no_dictionary(tmp_path):
    path = DATA / "with_words.binary"
    convert_scorer(path, tmp_path / "scorer.lm", ALPHABET, fingerprint=1)
    ours, theirs = lm.Scorer.open(tmp_path / "scorer.lm"), kenlm.Model(str(path))
    for sentence in sentences():
        assert ours.log10_probability(sentence) == pytest.approx(theirs.score(sentence), abs=1e-4)


def test_large_blocks_and_small_memory_change_nothing(tmp_path, monkeypatch):
    whole = converted("quantised_array", tmp_path)[1].info.checksum
    monkeypatch.setattr("auricle.conversion.kenlm_file._BLOCK", 7)
    assert converted("quantised_array", tmp_path)[1].info.checksum == whole
