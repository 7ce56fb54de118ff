# ruff: noqa: RUF001
"""The spelling of languages that are written in letters."""

import pytest

from auricle.errors import OptionError
from auricle.text import normaliser


@pytest.mark.parametrize(
    ("name", "text", "spelled"),
    [
        ("letters", "Ｆｕｌｌ width — and “quoted”…", "full width and quoted"),
        ("letters", "L’été, c'est l'été!", "l'été c'est l'été"),
        ("letters", "'ysgol' a'r tŷ-bach", "ysgol a'r tŷ bach"),
        ("letters", "И\u0306од, ЁЖ.", "йод ёж"),
        ("letters", "नमस्ते, दुनिया।", "नमस्ते दुनिया"),
        ("letters", "می\u200cخواهم؟", "می\u200cخواهم"),
        ("letters-de", "Es waren 33 Äpfel", "es waren dreiunddreißig äpfel"),
        ("letters-fr", "80 francs", "quatre vingts francs"),
        ("letters-tr", "IŞIK İLE 2", "ışık ile iki"),
        ("letters-de", "2.000 Äpfel, 3.", "zweitausend äpfel drei"),
        ("letters-fr", "3\u202f000 et 2\u00a0000\u00a0000", "trois mille et deux millions"),
        ("letters-de", "1'000; 1,000: 10:30", "eintausend eintausend zehn dreißig"),
        ("letters-de", "am 2.3.12", "am zwei drei zwölf"),
        ("letters", " ... ", ""),
    ],
)  # fmt: skip
def test_texts_become_letters(name, text, spelled):
    spell = normaliser(name)
    assert spell(text) == spelled
    assert spell(spelled) == spelled


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("letters", r"'7' is a number, .* as in letters-de"),
        ("letters-xx", r"'7' cannot be spoken in the language 'xx'"),
    ],
)
def test_numbers_that_cannot_be_spoken_are_refused(name, message):
    with pytest.raises(OptionError, match=message):
        normaliser(name)("7 boats")


@pytest.mark.parametrize("number", ["21,5", "0.125", "1.000,50", "1,000.5", "0,5"])
def test_fractions_are_refused(number):
    with pytest.raises(OptionError, match=f"{number!r} is no whole number.*write it out"):
        normaliser("letters-de")(f"etwa {number} Prozent")


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(OptionError, match=r"english, .*, letters, and letters-LANGUAGE"):
        normaliser("letter")
