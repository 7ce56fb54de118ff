import pytest

from auricle.numerals import cardinal, digits, ordinal, speak_numerals, speak_roman, year


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety nine"),
        (100, "one hundred"),
        (105, "one hundred and five"),
        (1000, "one thousand"),
        (1001, "one thousand and one"),
        (15000, "fifteen thousand"),
        (
            1234567,
            "one million two hundred and thirty four thousand five hundred and sixty seven",
        ),
        (2_000_000_019, "two billion and nineteen"),
    ],
)
def test_cardinals(number: int, words: str) -> None:
    assert cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "first"),
        (2, "second"),
        (5, "fifth"),
        (12, "twelfth"),
        (20, "twentieth"),
        (21, "twenty first"),
        (43, "forty third"),
        (100, "one hundredth"),
        (109, "one hundred and ninth"),
    ],
)
def test_ordinals(number: int, words: str) -> None:
    assert ordinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1863, "eighteen sixty three"),
        (1900, "nineteen hundred"),
        (1905, "nineteen oh five"),
        (2000, "two thousand"),
        (2001, "two thousand one"),
        (2023, "twenty twenty three"),
        (1066, "ten sixty six"),
        (1000, "one thousand"),
    ],
)
def test_years(number: int, words: str) -> None:
    assert year(number) == words


def test_digits() -> None:
    assert digits("007") == "zero zero seven"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("in 1984", "in nineteen eighty four"),
        ("1,984 men", "one thousand nine hundred and eighty four men"),
        ("the 21st of May", "the twenty first of May"),
        ("the 1860s and '90s", "the eighteen sixties and ' nineties"),
        ("$5.25 or £1", "five dollars and twenty five cents or one pound"),
        ("$3.5 million", "three point five million dollars"),
        ("at 10:05, 10:30 and 7:00", "at ten oh five , ten thirty and seven o'clock"),
        ("3.14", "three point one four"),
        ("2 1/2 or 3/4", "two and a half or three quarters"),
        ("agent 007", "agent zero zero seven"),
        ("12345678901234567890", digits("12345678901234567890")),
    ],
)
def test_numerals_are_read_in_their_context(written: str, spoken: str) -> None:
    assert " ".join(speak_numerals(written).split()) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Louis XIV reigned", "Louis the fourteenth reigned"),
        ("in World War II", "in World War two"),
        ("see Chapter XLVIII.", "see Chapter forty eight"),
        ("Henry V and I", "Henry V and I"),
        ("The CIVIL war, a VIXEN", "The CIVIL war, a VIXEN"),
        ("Page IIII", "Page IIII"),
    ],
)
def test_roman_numerals_are_read_after_a_name(written: str, spoken: str) -> None:
    assert speak_roman(written) == spoken
