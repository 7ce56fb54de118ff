"""Written words and what is spoken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.mandarin import mandarin
from auricle.spoken_words import read_text
from auricle.text import english, whitespace


def spoken(text):
    return [
        (word.text, " ".join(word.spoken)) for line in read_text(text, english) for word in line
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, world!", [("Hello,", "hello"), ("world!", "world")]),
        ("in 1863", [("in", "in"), ("1863", "eighteen sixty three")]),
        ("Dr. Smith paid", [("Dr.", "doctor"), ("Smith", "smith"), ("paid", "paid")]),
        ("paid $5 million.", [("paid", "paid"), ("$5 million.", "five million dollars")]),
        ("Louis XIV ruled", [("Louis XIV", "louis the fourteenth"), ("ruled", "ruled")]),
        ("well -- yes", [("well --", "well"), ("yes", "yes")]),
        ("* one", [("* one", "one")]),
        ("A & B", [("A", "a"), ("&", "and"), ("B", "b")]),
    ],
)
def test_words_keep_their_writing(text, words):
    assert spoken(text) == words


def test_characters_are_words_where_nothing_separates_words():
    (line,) = read_text("他说：“35岁，好！”", mandarin, separator="")
    assert [(word.text, "".join(word.spoken)) for word in line] == [
        ("他", "他"),
        ("说：“", "说"),
        ("35", "三十五"),
        ("岁，", "岁"),
        ("好！”", "好"),
    ]


def test_lines_stay_apart_and_empty_ones_go():
    lines = read_text("one two\n\n--\nthree", whitespace)
    assert [[word.text for word in line] for line in lines] == [["one", "two"], ["--"], ["three"]]
    assert [len(line) for line in read_text("one two\n\n--\nthree", english)] == [2, 1]


@given(st.text(st.sampled_from("ab1 .,$'5-XIV\n"), max_size=60))
def test_every_word_is_kept_in_its_order(text):
    lines = read_text(text, english)
    kept = [part for line in lines for word in line for part in word.text.split()]
    spelled = [line for line in text.splitlines() if english(line)]
    assert kept == " ".join(spelled).split()
    assert all(word.spoken for line in lines for word in line)
