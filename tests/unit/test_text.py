import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.errors import OptionError
from auricle.text import NORMALISERS, english, identity, normaliser, whitespace


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Don't you see?", "don't you see"),
        ("It\u2019s five o\u2019clock.", "it's five o'clock"),
        ("'Tis the girls' house, \u2018quoth\u2019 he.", "tis the girls house quoth he"),
        ("rock 'n' roll", "rock n roll"),
        ("It 's I who 'll go, don't do n't say 'dog'", "it's i who'll go don't don't say dog"),
        ("a well-known caf\u00e9\u2014na\u00efve", "a well known cafe naive"),
        ("\u00c6neas, \u0152dipus and Stra\u00dfe", "aeneas oedipus and strasse"),
        ("  tabs\tand\nlines  ", "tabs and lines"),
        ("Fran\u00e7ois & Co. said: 50%!", "francois and company said fifty percent"),
        ("\uff26\uff55\uff4c\uff4c width", "full width"),
        ("...", ""),
    ],
)
def test_english_keeps_words_and_inner_apostrophes_only(written: str, spoken: str) -> None:
    assert english(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Mr. and Mrs. Smith", "mister and missus smith"),
        ("Mr Smith met DR. JONES", "mister smith met doctor jones"),
        ("St. Paul lived in Baker St.", "saint paul lived in baker street"),
        ("No. 5, please. No. Never.", "number five please no never"),
        ("cats, dogs, etc.", "cats dogs et cetera"),
        ("Capt. Hook", "captain hook"),
        ("at 5 p.m. or 6AM", "at five p m or six a m"),
        ("first august", "first august"),
    ],
)
def test_english_says_abbreviations_as_readers_do(written: str, spoken: str) -> None:
    assert english(written) == spoken


@pytest.mark.parametrize(
    ("text", "named"),
    [("\u041f\u0440", "\u043f"), ("hello \u4e16\u754c", "\u4e16"), ("\u0663", "\u0663")],
)
def test_english_refuses_other_scripts_and_names_the_first_letter(text: str, named: str) -> None:
    with pytest.raises(OptionError, match=f"'{named}' .* has no English spelling"):
        english(text)


@given(st.text())
def test_english_text_is_a_fixed_point_of_english(text: str) -> None:
    try:
        once = english(text)
    except OptionError:
        return
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz' ")
    assert once == whitespace(once)


def test_english_leaves_a_librispeech_reference_as_it_is_but_for_case() -> None:
    reference = "MISTER QUILTER'S MANNER O'ER THE MIDDLE CLASSES"
    assert english(reference) == reference.lower()


def test_whitespace_and_identity_change_no_word() -> None:
    assert whitespace(" A\t b\n") == "A b"
    assert identity(" A\t b\n") == " A\t b\n"


def test_normalisers_are_found_by_name() -> None:
    assert {name: normaliser(name) for name in NORMALISERS} == NORMALISERS


def test_an_unknown_normaliser_is_named_with_those_there_are() -> None:
    with pytest.raises(
        OptionError, match="'klingon'; there are english, mandarin, whitespace, identity"
    ):
        normaliser("klingon")
