import pytest
from sentences import is_prose, paragraphs, sentences


@pytest.mark.parametrize(
    ("paragraph", "split"),
    [
        ("He came. She went.", ["He came.", "She went."]),
        ('"Why?" he asked. "Go!"', ['"Why?" he asked.', '"Go!"']),
        ("Mr. Smith and Dr. Jones met St. John.", ["Mr. Smith and Dr. Jones met St. John."]),
        ("J. R. Green wrote. It sold.", ["J. R. Green wrote.", "It sold."]),
        ("It cost 3.50 dollars, i.e. much.", ["It cost 3.50 dollars, i.e. much."]),
        ("(He left.) Then he returned.", ["(He left.", "Then he returned."]),
    ],
)
def test_sentences_end_at_stops_but_not_after_titles_and_initials(
    paragraph: str, split: list[str]
) -> None:
    assert sentences(paragraph) == split


def test_paragraphs_stand_between_blank_lines() -> None:
    assert list(paragraphs("\n one\n two \n \n\nthree\n")) == ["one two", "three"]


@pytest.mark.parametrize(
    ("paragraph", "prose"),
    [
        ("It was a bright cold day in April.", True),
        ("CHAPTER THE FIRST", False),
        ("Abbott, 12, 14, 156; Acton, 3; Adams, 77-79", False),
        ("* * * * *", False),
    ],
)
def test_headings_tables_and_ornaments_are_no_prose(paragraph: str, prose: bool) -> None:
    assert is_prose(paragraph) is prose
