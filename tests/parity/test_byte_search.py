"""UTF-8 bytes as units, against the enumeration of all paths whose bytes are UTF-8."""

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest

from auricle import lm
from auricle.decoder import Decoder, DecodingOptions, Vocabulary, open_scorer
from tests.parity.every_reading import every_reading
from tests.parity.reference_search import NEVER, log_add

# "a", "é" and "è"; a lone continuation byte, or a lead byte without one, is no text.
SEPARATED = ["<blank>", "<0x20>", "<0x61>", "<0xC3>", "<0xA9>"]
UNSEPARATED = ["<blank>", "<0xC3>", "<0xA9>", "<0xA8>"]
ARPA = """\\data\\
ngram 1=5
ngram 2=1

\\1-grams:
-2.0\t<unk>\t0
0\t<s>\t-0.4
-0.9\t</s>\t0
-0.5\té\t-0.3
-0.9\tè\t-0.2

\\2-grams:
-0.3\té è

\\end\\
"""


def random_log_probs(seed, width, frames=5):
    logits = np.random.default_rng(seed).standard_normal((frames, width)) * 2.0
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def enumerate_texts(log_probs, tokens, words_of):
    texts = defaultdict(lambda: NEVER)
    for path in itertools.product(range(len(tokens)), repeat=len(log_probs)):
        units = [token for token, _ in itertools.groupby(path) if token != 0]
        try:
            text = bytes(int(tokens[token][3:5], 16) for token in units).decode()
        except UnicodeDecodeError:
            continue
        probability = math.fsum(row[token] for row, token in zip(log_probs, path, strict=True))
        texts[words_of(text)] = log_add(texts[words_of(text)], probability)
    return texts


@pytest.mark.parametrize("seed", range(8))
def test_every_text_has_the_probability_of_all_its_paths(seed):
    log_probs = random_log_probs(seed, len(SEPARATED))
    expected = enumerate_texts(log_probs, SEPARATED, lambda text: " ".join(text.split()))
    vocabulary = Vocabulary(SEPARATED, blank=0, boundary="separator")
    found = {r.text: r.log_probability for r in every_reading(vocabulary, None, log_probs)}
    if not max(expected, key=expected.__getitem__):
        assert found == {}  # silence is no segment
        return
    assert found == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_without_boundaries_every_character_is_a_word(seed, tmp_path):
    (tmp_path / "small.arpa").write_text(ARPA, encoding="utf-8")
    lm.from_arpa(tmp_path / "small.arpa", tmp_path / "small.lm", lm.ScorerOptions(bits=32))
    model = lm.Scorer.open(tmp_path / "small.lm")
    log_probs = random_log_probs(seed, len(UNSEPARATED))
    expected = {}
    for text, probability in enumerate_texts(log_probs, UNSEPARATED, str).items():
        score = 0.8 * math.log(10.0) * model.score(" ".join(text)).log10_probability
        expected[text] = probability + score + 0.5 * len(text)
    vocabulary = Vocabulary(UNSEPARATED, blank=0, boundary="none")
    scorer = open_scorer(tmp_path / "small.lm", vocabulary)
    readings = every_reading(vocabulary, scorer, log_probs, alpha=0.8, beta=0.5)
    if not max(expected, key=expected.__getitem__):
        assert readings == []
        return
    assert {r.text: r.score for r in readings} == pytest.approx(expected, abs=1e-3)


def spell(tokens, names, certainty=0.97):
    rows = np.full((len(names), len(tokens)), (1 - certainty) / (len(tokens) - 1))
    for frame, name in enumerate(names):
        rows[frame, tokens.index(name)] = certainty
    return np.log(rows).astype(np.float32)


def test_a_partial_text_hides_a_character_that_is_not_complete():
    decoder = Decoder(Vocabulary(SEPARATED, blank=0, boundary="separator"))
    texts = []
    for row in spell(SEPARATED, ["<0x61>", "<0xC3>", "<0xA9>", "<0x20>", "<0xC3>", "<0xA9>"]):
        decoder.step(row[None])
        texts.append(decoder.partial().text)
    assert texts == ["a", "a", "aé", "aé", "aé", "aé é"]


def test_a_character_cut_off_by_the_end_is_left_out():
    tokens = ["<blank>", " ", "a", "<0xE4>", "<0xBD>", "<0xA0>"]
    decoder = Decoder(Vocabulary(tokens, blank=0, boundary="separator"))
    decoder.step(spell(tokens, ["a", "<0xE4>", "<0xBD>"], 1.0 - 1e-9))
    text = decoder.finish()[0].alternatives[0].text
    assert text == "a"


def test_hot_words_are_followed_byte_by_byte():
    vocabulary = Vocabulary(SEPARATED, blank=0, boundary="separator")
    rows = np.log(
        0.55 * np.exp(spell(SEPARATED, ["<0x61>", "<blank>", "<0x61>"]))
        + 0.45 * np.exp(spell(SEPARATED, ["<0x61>", "<0xC3>", "<0xA9>"]))
    ).astype(np.float32)
    decoder = Decoder(vocabulary, options=DecodingOptions(hot_words={"aé": 3.0}))
    decoder.step(rows)
    assert decoder.finish()[0].alternatives[0].text == "aé"


def test_broken_characters_never_come_out():
    tokens = ["<blank>", " ", *(f"<0x{byte:02X}>" for byte in range(0x80, 0x100))]
    decoder = Decoder(
        Vocabulary(tokens, blank=0, boundary="separator"), options=DecodingOptions(alternatives=50)
    )
    logits = np.random.default_rng(3).standard_normal((60, len(tokens))) * 4.0
    logits -= np.logaddexp.reduce(logits, axis=1, keepdims=True)
    for row in logits.astype(np.float32):
        decoder.step(row[None])
        decoder.partial()  # text that is not UTF-8 could not become a str
    for reading in decoder.finish()[0].alternatives:
        assert reading.text.encode().decode() == reading.text
