"""Slots of words: their posteriors sum to one, and every reading is a way through them."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.decoder import Decoder, DecodingOptions, Vocabulary
from auricle.transcript import Transcript

TOKENS = ["<blank>", " ", *"abcdefghijklmnopqrstuvwxyz"]
VOCABULARY = Vocabulary(TOKENS, blank=0, boundary="separator")


def spell(*texts, shares):
    """Mix the spellings of texts of one length."""
    rows = np.full((len(texts[0]), len(TOKENS)), 1e-5)
    for text, share in zip(texts, shares, strict=True):
        for frame, character in enumerate(text):
            rows[frame, 0 if character == "-" else TOKENS.index(character)] += share
    return np.log(rows / rows.sum(1, keepdims=True)).astype(np.float32)


def segment(log_probs, **options):
    decoder = Decoder(VOCABULARY, options=DecodingOptions(network=True, **options))
    decoder.step(log_probs)
    segments = decoder.finish()
    return segments[0] if segments else None


def test_words_that_differ_share_a_slot():
    network = segment(spell("the cat sat", "the cut sat", shares=(0.6, 0.4))).network
    assert [slot.words[0].text for slot in network] == ["the", "cat", "sat"]
    cat, cut = network[1].words[:2]
    assert (cat.text, cut.text) == ("cat", "cut")
    assert cat.posterior == pytest.approx(0.6, abs=0.05)
    assert cut.posterior == pytest.approx(0.4, abs=0.05)
    assert (cat.first_frame, cat.end_frame) == (4, 7)


def test_without_the_option_there_is_none():
    decoder = Decoder(VOCABULARY)
    decoder.step(spell("go", shares=(1.0,)))
    assert decoder.finish()[0].network == []


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_every_slot_sums_to_one_and_holds_the_readings(seed):
    random = np.random.default_rng(seed)
    logits = random.standard_normal((25, len(TOKENS))) * 2.0
    logits[:, :5] += 3.0
    log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    found = segment(log_probs.astype(np.float32), alternatives=20)
    if found is None:
        return
    for slot in found.network:
        assert slot.nothing + sum(word.posterior for word in slot.words) == pytest.approx(1.0)
        assert len({word.text for word in slot.words}) == len(slot.words)
        posteriors = [word.posterior for word in slot.words]
        assert posteriors == sorted(posteriors, reverse=True)
    for reading in found.alternatives:
        if reading.confidence >= 1e-4:
            assert is_way_through(reading.text.split(), found.network)


def is_way_through(words, network):
    """Tell whether the words stand in slots one after the other."""
    slots = iter(network)
    return all(any(word in [w.text for w in slot.words] for slot in slots) for word in words)


def test_a_transcript_takes_it_along(model, clips):
    transcript = model.transcribe(clips["1272-141231-0011"], sample_rate=16_000, network=True)
    best = [max(slot.words, key=lambda w: w.confidence) for slot in transcript.segments[0].network]
    assert {word.text for word in transcript.segments[0].words} <= {
        word.text for slot in transcript.segments[0].network for word in slot.words
    }
    assert all(0.0 <= word.confidence <= 1.0 for word in best)
    again = Transcript.from_dict(json.loads(transcript.to_json()))
    assert len(again.segments[0].network) == len(transcript.segments[0].network)
    assert again.to_dict() == transcript.to_dict()
