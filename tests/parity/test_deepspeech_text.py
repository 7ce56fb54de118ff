"""Texts by the converted scorer and our search, and by DeepSpeech's own decoder.

The golden texts are those of ds_ctcdecoder 0.9.3, beam 500, for the same log-probabilities and
scorer.
"""

import json

import pytest

pytest.importorskip("onnx")

from auricle.conversion.scorer import convert_scorer
from auricle.decoder import DecodingOptions, Vocabulary, decode_batch, open_scorer
from tests.making_deepspeech import ALPHABET, DATA, planted, scorer, spellable

GOLDEN = json.loads((DATA / "texts.json").read_text(encoding="utf-8"))
TOKENS = [*(label.decode() for label in ALPHABET), "<blank>"]


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(TOKENS, blank=len(ALPHABET), boundary="separator", single_separators=True)


@pytest.fixture(scope="module")
def converted(vocabulary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scorer")
    words = spellable((DATA / "text.txt").read_text(encoding="utf-8").splitlines())
    kenlm = (DATA / "quantised_array.binary").read_bytes()
    (folder / "kenlm.scorer").write_bytes(scorer(kenlm, words))
    convert_scorer(
        folder / "kenlm.scorer",
        folder / "scorer.lm",
        ALPHABET,
        fingerprint=vocabulary.fingerprint,
    )
    return open_scorer(folder / "scorer.lm", vocabulary)


def texts(vocabulary, scorer, least, beam_width=500):
    """Decode what was heard where letters have at least a probability; see `planted`."""
    rows = [planted(text, seed, float(least)) for seed, text in enumerate(GOLDEN[least])]
    options = DecodingOptions(beam_width=beam_width)
    segments = decode_batch(rows, vocabulary, scorer, options)
    return [" ".join(part.alternatives[0].text for part in found) for found in segments]


def equal(found, others):
    return sum(text == other for text, other in zip(found, others, strict=True))


def test_without_the_scorer_one_text_is_right(vocabulary):
    assert len(GOLDEN["0.3"]) == 60
    assert equal(texts(vocabulary, None, "0.3", beam_width=8), GOLDEN["0.3"]) == 1


@pytest.mark.parametrize("least", ["0.3", "0.1"])
def test_the_converted_scorer_gives_the_texts_of_the_original(vocabulary, converted, least):
    assert texts(vocabulary, converted, least) == list(GOLDEN[least].values())
