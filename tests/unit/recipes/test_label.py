import pytest

pytest.importorskip("tomllib", reason="the recipes need Python 3.11")
pytest.importorskip("rapidfuzz")

from label import Prompts, normalised

PROMPTS = Prompts(["the cat sat on the mat", "a dog barked at the moon", "no one came"])


def test_a_label_with_slips_becomes_the_sentence_that_was_read():
    assert PROMPTS.nearest("the cat sad on a mat") == "the cat sat on the mat"


def test_a_label_unlike_every_sentence_stays():
    assert PROMPTS.nearest("the cat ate all of the fish") is None


def test_a_label_without_known_words_stays():
    assert PROMPTS.nearest("zebras gallop") is None


def test_labels_in_other_alphabets_are_emptied():
    assert list(normalised(["Hello, world!", "привет"])) == ["hello world", ""]
