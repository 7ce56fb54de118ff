import pytest
from gutenberg import parse, prose, title_key

MODERN = """The Project Gutenberg EBook of Emma, by Jane Austen

Title: Emma

Release Date: June 1997 [EBook #158]

Language: English

*** START OF THIS PROJECT GUTENBERG EBOOK
EMMA ***
Produced by An Anonymous Volunteer

Emma Woodhouse, handsome,
clever, and rich.

End of the Project Gutenberg EBook of Emma
*** END OF THIS PROJECT GUTENBERG EBOOK EMMA ***
licence
"""


def test_header_and_footer_are_stripped_and_read() -> None:
    book = parse(MODERN.replace("\n", "\r\n").encode("utf-8-sig"))
    assert (book.title, book.number, book.language, book.free) == ("Emma", 158, "English", True)
    assert book.body is not None
    assert " ".join(prose(book.body).split()) == "Emma Woodhouse, handsome, clever, and rich."


def test_an_old_header_ends_with_the_small_print() -> None:
    book = parse(
        b"Etext\n*END THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n\nHamlet\n"
    )
    assert book.body is not None
    assert book.body.strip() == "Hamlet"


def test_a_file_without_the_end_of_a_header_has_no_body() -> None:
    assert parse(b"Just a text.").body is None


def test_copyrighted_files_are_not_free() -> None:
    header = b"** This is a COPYRIGHTED Project Gutenberg eBook **\n"
    assert not parse(header + MODERN.encode()).free


def test_latin_1_is_read_where_the_file_is_not_utf_8() -> None:
    assert "caf\u00e9" in (parse(MODERN.replace("rich", "caf\u00e9").encode("latin-1")).body or "")


def test_illustrations_notes_and_emphasis_are_removed() -> None:
    assert prose("_I_ saw[1] it.\n\n[Illustration: a\nship]").split() == ["I", "saw", "it."]


@pytest.mark.parametrize(
    "title",
    [
        "The House of the Seven Gables",
        "House of the Seven Gables (version 2)",
        "The House of the Seven Gables, Volume II",
        "The House of the Seven Gables: A Romance",
        "The House of the Seven Gables, Book 3",
    ],
)
def test_editions_and_volumes_share_a_title_key(title: str) -> None:
    assert title_key(title) == "house of the seven gables"
