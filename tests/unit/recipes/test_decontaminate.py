import numpy as np
import pytest
from decontaminate import NGRAM, eval_ngrams, ngram_keys, shares_ngram, touched_lines
from hypothesis import given
from hypothesis import strategies as st

REFERENCE = "one two three four five six seven eight nine ten"


def runs(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[i : i + NGRAM]) for i in range(len(words) - NGRAM + 1)}


def test_equal_runs_have_equal_keys_wherever_they_stand() -> None:
    once, again = ngram_keys(["a", "b", "c", "d"], 3), ngram_keys(["x", "a", "b", "c", "d"], 3)
    assert once.dtype == np.uint64
    assert once.tolist() == again.tolist()[1:]
    assert len({*once.tolist(), *ngram_keys(["c", "b", "a"], 3).tolist()}) == 3


def test_a_text_shorter_than_a_run_has_no_keys() -> None:
    assert ngram_keys(["a"] * (NGRAM - 1)).shape == (0,)


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        (REFERENCE, True),
        ("and one two three four five six seven eight then", True),
        ("one two three four five six seven", False),
        ("one two three four five six seven hundred eight nine ten", False),
        ("", False),
    ],
)
def test_sharing_takes_eight_words_in_a_row(text: str, shared: bool) -> None:
    assert shares_ngram(text, eval_ngrams([REFERENCE])) is shared


def test_a_short_reference_is_shared_by_equal_lines_only() -> None:
    ngrams = eval_ngrams(["where are you"])
    assert shares_ngram("where are you", ngrams)
    assert not shares_ngram("where are you going", ngrams)


def test_nothing_is_shared_with_no_references() -> None:
    assert not shares_ngram(REFERENCE, eval_ngrams([]))


def test_runs_across_line_ends_touch_every_line_they_lie_in() -> None:
    lines = ["zero", "so one two three", "four", "five six seven eight more", "after that"]
    touched = touched_lines(lines, eval_ngrams([REFERENCE]))
    assert touched.tolist() == [False, True, True, True, False]


few_words = st.lists(st.sampled_from("abc"), max_size=30).map(" ".join)


@given(few_words, st.lists(few_words, max_size=4))
def test_keys_find_what_comparing_the_words_finds(text: str, references: list[str]) -> None:
    wanted = any(runs(text) & runs(reference) for reference in references)
    if len(text.split()) < NGRAM:
        wanted = text in references
    assert shares_ngram(text, eval_ngrams(references)) == wanted
