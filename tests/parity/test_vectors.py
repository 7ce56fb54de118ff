"""Python gives what the test vectors expect; C and JavaScript are held to the same file."""

import pytest

from vectors import TOLERANCES, VECTORS, load, transcribe


def words(item):
    return [word["text"] for word in item["words"]]


def numbers(item, name):
    return [word[name] for word in item["words"]]


def assert_same_words(given, expected):
    assert words(given) == words(expected)
    for name, tolerance in (("start", "seconds"), ("end", "seconds"), ("confidence", "confidence")):
        wanted = pytest.approx(numbers(expected, name), abs=TOLERANCES[tolerance])
        assert numbers(given, name) == wanted


@pytest.mark.parametrize("vector", load()["vectors"], ids=lambda vector: vector["name"])
def test_the_transcript_is_what_the_vector_expects(model, vector):
    given, expected = transcribe(model, vector).to_dict(), vector["expected"]
    for name in ("text", "language", "model", "separator", "duration"):
        assert given[name] == expected[name]
    for name in ("segments", "alternatives"):
        assert len(given[name]) == len(expected[name])
        for one, other in zip(given[name], expected[name], strict=True):
            assert_same_words(one, other)


def test_the_file_says_which_model_and_which_tolerances():
    content = load()
    assert content["model"] == "en"
    assert content["tolerances"] == TOLERANCES
    assert VECTORS.name == "en.json"
