"""The decoder against its definition, and against a plain Python search."""

import numpy as np
import pytest

from auricle.decoder import Decoder, EndpointOptions, Vocabulary
from tests.parity.every_reading import every_reading
from tests.parity.reference_search import enumerate_texts, search

CHARACTERS = ["<blank>", " ", "a", "b"]
PIECES = ["<blank>", "\u2581", "\u2581a", "b", "ab"]
SYLLABLES = ["<blank>", "a", "b"]


def random_log_probs(seed, frames, width, sharpness=2.0):
    logits = np.random.default_rng(seed).standard_normal((frames, width)) * sharpness
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def readings(tokens, boundary, log_probs, **options):
    vocabulary = Vocabulary(tokens, blank=0, boundary=boundary)
    return every_reading(vocabulary, None, log_probs, **options)


def named(tokens):
    return [token.replace("\u2581", "_") for token in tokens]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("tokens", "boundary"), [(CHARACTERS, "separator"), (PIECES, "prefix")])
def test_every_text_has_the_probability_of_all_its_paths(seed, tokens, boundary):
    log_probs = random_log_probs(seed, 5, len(tokens))
    expected = {" ".join(w): p for w, p in enumerate_texts(log_probs, named(tokens), 0).items()}
    found = {r.text: r.log_probability for r in readings(tokens, boundary, log_probs)}
    assert found.keys() == expected.keys()
    for text, probability in found.items():
        assert probability == pytest.approx(expected[text], abs=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_single_separators_leave_out_paths_with_one_in_front_or_two_in_a_row(seed):
    log_probs = random_log_probs(seed, 6, len(CHARACTERS))
    expected = enumerate_texts(log_probs, CHARACTERS, 0, single_separators=True)
    assert expected != enumerate_texts(log_probs, CHARACTERS, 0)
    vocabulary = Vocabulary(CHARACTERS, blank=0, boundary="separator", single_separators=True)
    found = {r.text: r.log_probability for r in every_reading(vocabulary, None, log_probs)}
    assert found == pytest.approx({" ".join(w): p for w, p in expected.items()}, abs=1e-4)


def certain(text):
    """Return log-probabilities (T, V) of characters, one a frame; "-" is the blank."""
    probabilities = np.full((len(text), len(CHARACTERS)), 0.01)
    for row, letter in zip(probabilities, text, strict=True):
        row[("<blank>" if letter == "-" else letter) == np.array(CHARACTERS)] = 0.97
    return np.log(probabilities).astype(np.float32)


@pytest.mark.parametrize("heard", ["ab----- b-a", "ab ----- b-a"])
def test_behind_a_pause_a_single_separator_may_come_before_or_after_it(heard):
    vocabulary = Vocabulary(CHARACTERS, blank=0, boundary="separator", single_separators=True)
    rules = EndpointOptions(silence=0.3)
    decoder = Decoder(vocabulary, None, endpoint=rules, frame_seconds=0.1)
    segments = [*decoder.step(certain(heard)), *decoder.finish()]
    assert [segment.alternatives[0].text for segment in segments] == ["ab", "ba"]


@pytest.mark.parametrize("seed", range(8))
def test_units_without_boundaries_are_words(seed):
    log_probs = random_log_probs(seed, 5, 3)
    expected = enumerate_texts(log_probs, ["<blank>", "_a", "_b"], 0)
    found = {r.text: r.log_probability for r in readings(SYLLABLES, "none", log_probs)}
    assert found == pytest.approx({"".join(w): p for w, p in expected.items()}, abs=1e-4)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("beam_width", [1, 2, 5])
def test_a_narrow_beam_keeps_what_the_reference_keeps(seed, beam_width):
    log_probs = random_log_probs(seed, 12, 4)
    best_score, best_words = search(log_probs, CHARACTERS, 0, beam_width)[0]
    best = readings(CHARACTERS, "separator", log_probs, beam_width=beam_width)[0]
    assert best.text == " ".join(best_words)
    assert best.score == pytest.approx(best_score, abs=1e-4)
