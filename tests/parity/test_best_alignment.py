"""The aligner against a plain Python search over every state."""

import itertools

import numpy as np
import pytest

from auricle import _core
from auricle.decoder import Vocabulary
from tests.parity.reference_alignment import align

COSTS = (3.0, 0.25, 3.4, 2.0, 0.4, 1.5)
CHARACTERS = (["<blank>", " ", "a", "b", "c"], "separator")
PIECES = (["<blank>", "\u2581", "\u2581a", "a", "b", "ab", "c"], "prefix")
SYLLABLES = (["<blank>", "a", "b", "ab", "c"], "none")


def random_log_probs(seed, frames, width):
    logits = np.random.default_rng(seed).standard_normal((frames, width)) * 2.0
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def spellings(word, tokens, boundary):
    """Every way to write a word in tokens, as token numbers."""
    text = f"\u2581{word}" if boundary == "prefix" else word
    units = {t: n for n, t in enumerate(tokens) if t not in ("<blank>", " ")}
    found = []
    for count in range(1, len(text) + 1):
        for cut in itertools.combinations(range(1, len(text)), count - 1):
            parts = [text[a:b] for a, b in itertools.pairwise((0, *cut, len(text)))]
            if all(part in units for part in parts):
                found.append([units[part] for part in parts])
    return found


def fast(log_probs, tokens, boundary, words):
    options = _core.AlignerOptions()
    names = ("skip_cost", "skip_word_cost", "skip_limit", "filler_cost", "filler_frame_cost")
    names += ("between_weight",)
    for name, cost in zip(names, COSTS, strict=True):
        setattr(options, name, cost)
    options.margin = options.token_margin = float("inf")
    vocabulary = Vocabulary(tokens, blank=0, boundary=boundary)
    aligner = _core.Aligner(vocabulary.native, None, words, options)
    aligner.step(log_probs)
    return aligner.finish()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("units", [CHARACTERS, PIECES, SYLLABLES])
def test_the_best_path_is_that_of_the_reference(seed, units):
    tokens, boundary = units
    random = np.random.default_rng(seed)
    words = list(random.permutation(["a", "b", "ab", "ba", "aab", "cc", "c", "abc"])[:4])
    log_probs = random_log_probs(seed, 18, len(tokens))
    spelled = [spellings(word, tokens, boundary) for word in words]
    separators = [0, 1] if boundary == "separator" else [0]
    score, path = align(log_probs.astype(float).tolist(), spelled, 0, separators, COSTS)
    found = fast(log_probs, tokens, boundary, words)
    assert found.score == pytest.approx(score, abs=1e-4)
    taken = [
        (w, unit.token, unit.first_frame, unit.end_frame)
        for w, word in enumerate(found.words)
        for unit in word.units
    ]
    assert taken == [tuple(item[1:]) for item in path if item[0] == "unit"]
    fillers = [(filler.first_frame, filler.end_frame) for filler in found.fillers]
    assert fillers == [tuple(item[1:]) for item in path if item[0] == "filler"]
