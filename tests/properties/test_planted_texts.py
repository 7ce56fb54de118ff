"""Planted texts are found; times are in order and inside the recording; blocks change nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auricle.alignment import Aligner
from auricle.calibration import Calibration
from auricle.decoder import Vocabulary
from auricle.spoken_words import read_text
from auricle.text import whitespace

TOKENS = ["<blank>", " ", "a", "b", "c", "d"]
VOCABULARY = Vocabulary(TOKENS, blank=0, boundary="separator")
WORDS = st.lists(st.text("abcd", min_size=1, max_size=5), min_size=1, max_size=8)


def planted(words, seed):
    """Spell words with blanks between and around, and tell where each one lies."""
    random = np.random.default_rng(seed)
    path, places = [0], []
    for word in words:
        path += [0] * random.integers(0, 4)
        first = len(path)
        for a, b in zip(" " + word, word, strict=False):
            path += [0] * int(a == b or random.integers(0, 2))
            if len(places) == len(path):
                first = len(path)
            path += [TOKENS.index(b)] * random.integers(1, 3)
        first = next(t for t in range(first, len(path)) if path[t])
        places.append((first, len(path)))
        path += [1]
    rows = np.full((len(path), len(TOKENS)), 0.01)
    rows[np.arange(len(path)), path] = 0.95
    return np.log(rows / rows.sum(axis=1, keepdims=True)).astype(np.float32), places


def random_rows(seed, frames):
    logits = np.random.default_rng(seed).standard_normal((frames, len(TOKENS))) * 3.0
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def align(words, rows, cuts=(), times=None):
    lines = read_text(" ".join(words), whitespace)
    aligner = Aligner(VOCABULARY, lines, frame_seconds=1.0, calibration=times)
    for block in np.split(rows, sorted(cuts)):
        aligner.step(block)
    return aligner.finish()


@given(words=WORDS, seed=st.integers(0, 1000))
def test_a_planted_text_is_found(words, seed):
    rows, places = planted(words, seed)
    found = align(words, rows).words
    assert [(word.start, word.end) for word in found] == places


@given(words=WORDS, seed=st.integers(0, 1000), reach=st.floats(0.0, 5.0))
def test_times_are_in_order_and_inside_the_recording(words, seed, reach):
    rows = random_rows(seed, 60)
    alignment = align(
        words, rows, times=Calibration(lead=reach, tail=reach / 2, shortest=2 * reach)
    )
    times = [time for word in alignment.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert all(0.0 <= time <= 60.0 for time in times)
    units = [u for word in alignment.words for unit in word.units for u in (unit.start, unit.end)]
    assert units == sorted(units)
    edges = [edge for stretch in alignment.extra for edge in (stretch.start, stretch.end)]
    assert edges == sorted(edges)


@given(words=WORDS, seed=st.integers(0, 1000), cuts=st.lists(st.integers(0, 60), max_size=8))
def test_any_blocks_give_the_same_alignment(words, seed, cuts):
    rows = random_rows(seed, 60)
    assert align(words, rows, cuts) == align(words, rows)
