"""English numerals as they are spoken: cardinals, ordinals, years, times, money, fractions."""

from __future__ import annotations

import re

_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_ROUND_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_ONES, _TENS = _BELOW_TWENTY.split(), _ROUND_TENS.split()
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_IRREGULAR_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
}
_FRACTIONS = {"1/2": "half", "1/3": "third", "2/3": "thirds", "1/4": "quarter", "3/4": "quarters"}
# Above this, people read the digits; it also bounds the work for hostile input.
_LONGEST_CARDINAL = 15

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_MONEY = re.compile(
    rf"([$\u00a3\u20ac])\s?({_NUMBER})(?:\.([0-9]+))?"
    r"(?:\s+(hundred|thousand|million|billion|trillion)\b)?",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b([01]?[0-9]|2[0-4]):([0-5][0-9])\b(?!:)")
_ORDINAL = re.compile(rf"\b({_NUMBER})(?:st|nd|rd|th|d)\b", re.IGNORECASE)
_DECADE = re.compile(r"\b([0-9]{2}|[0-9]{4})['\u2019]?s\b")
_FRACTION = re.compile(r"(?:\b([0-9]+)[ -]?)?(?<![0-9])([123])[/\u2044]([234])(?![0-9/])")
_DECIMAL = re.compile(rf"(?:(?<![0-9])({_NUMBER}))?\.([0-9]+)")
_INTEGER = re.compile(_NUMBER)


# Not after a word in capitals: there LIV and VI may be names.
_ROMAN = re.compile(
    r"\b([A-Z][a-z]+)\.? "
    r"((?=[IVXL]{2})X{0,3}(?:XL|L)?X{0,3}(?:IX|IV|V?I{0,3}))(?![A-Za-z])\.?"
)
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_RULERS = (
    "Alexander Alfonso Boniface Catherine Charles Clement Edward Elizabeth Ferdinand Francis "
    "Frederick George Gregory Gustavus Henry Innocent James John Joseph Leo Leopold Louis Mary "
    "Napoleon Nicholas Otto Paul Peter Philip Pius Ptolemy Rameses Richard Urban Victor William"
)
_RULER_NAMES = frozenset(_RULERS.split())


def cardinal(number: int) -> str:
    """Spell a whole number, as in "one hundred and five".

    Args:
        number: 0 to 10**18 - 1.
    """
    if number < 1000:
        return _below_thousand(number)
    words: list[str] = []
    scale = 0
    rest = number
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            words.insert(0, f"{_below_thousand(group)} {_SCALES[scale]}".strip())
        scale += 1
    if 0 < number % 1000 < 100:
        words.insert(-1, "and")
    return " ".join(words)


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    words = f"{_ONES[hundreds]} hundred"
    return f"{words} and {_below_hundred(rest)}" if rest else words


def _below_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]} {_ONES[ones]}" if ones else _TENS[tens]


def ordinal(number: int) -> str:
    """Spell a rank, as in "twenty first".

    Args:
        number: 0 to 10**18 - 1.
    """
    *head, last = cardinal(number).split()
    if last in _IRREGULAR_ORDINALS:
        last = _IRREGULAR_ORDINALS[last]
    else:
        last = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return " ".join([*head, last])


def year(number: int) -> str:
    """Spell a year, as in "eighteen sixty three", "nineteen oh five", "two thousand one".

    Args:
        number: 1000 to 9999.
    """
    century, rest = divmod(number, 100)
    if century % 10 == 0:
        thousands = f"{_ONES[century // 10]} thousand"
        if rest == 0:
            return thousands
        if rest < 10:
            return f"{thousands} {_ONES[rest]}"
    if rest == 0:
        return f"{_below_hundred(century)} hundred"
    oh = "oh " if rest < 10 else ""
    return f"{_below_hundred(century)} {oh}{_below_hundred(rest)}"


def digits(numeral: str) -> str:
    """Spell a numeral digit by digit, as in "zero zero seven"."""
    return " ".join(_ONES[int(digit)] for digit in numeral)


def speak_numerals(text: str) -> str:
    """Replace every ASCII numeral in English text by the words a reader says.

    Whole numbers of four digits from 1100 to 2099 without a comma are read as years.
    """
    for pattern, speak in _READINGS:
        text = pattern.sub(speak, text)
    return text


def speak_roman(text: str) -> str:
    """Replace Roman numerals of two and more letters that follow a name, up to 89.

    Rulers are counted by rank, as in "louis the fourteenth", all else as in "chapter fourteen".
    """
    return _ROMAN.sub(_speak_roman, text)


def _speak_roman(match: re.Match[str]) -> str:
    values = [_ROMAN_VALUES[letter] for letter in match[2]]
    pairs = zip(values, [*values[1:], 0], strict=True)
    number = sum(value if value >= following else -value for value, following in pairs)
    words = f"the {ordinal(number)}" if match[1] in _RULER_NAMES else cardinal(number)
    return f"{match[1]} {words}"


def _speak_integer(match: re.Match[str]) -> str:
    return f" {_integer(match[0])} "


def _integer(numeral: str) -> str:
    if len(numeral) == 4 and "1100" <= numeral < "2100":
        return year(int(numeral))
    return _amount(numeral)


def _amount(numeral: str) -> str:
    plain = numeral.replace(",", "")
    if len(plain) > _LONGEST_CARDINAL or (len(plain) > 1 and plain[0] == "0"):
        return digits(plain)
    return cardinal(int(plain))


def _speak_decimal(match: re.Match[str]) -> str:
    whole = f"{_amount(match[1])} " if match[1] else ""
    return f" {whole}point {digits(match[2])} "


def _speak_money(match: re.Match[str]) -> str:
    sign, whole, part, scale = match.groups()
    one, many, one_part, many_parts = _CURRENCIES[sign]
    if scale:
        point = f" point {digits(part)}" if part else ""
        return f" {_amount(whole)}{point} {scale} {many} "
    words = f"{_amount(whole)} {one if whole == '1' else many}"
    if part and len(part) == 2 and part != "00":
        words += f" and {cardinal(int(part))} {one_part if part == '01' else many_parts}"
    elif part and part != "00":
        words = f"{_amount(whole)} point {digits(part)} {many}"
    return f" {words} "


def _speak_time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if minute == 0:
        return f" {cardinal(hour)} o'clock "
    oh = "oh " if minute < 10 else ""
    return f" {cardinal(hour)} {oh}{cardinal(minute)} "


def _speak_ordinal(match: re.Match[str]) -> str:
    numeral = match[1].replace(",", "")
    return f" {ordinal(int(numeral))} " if len(numeral) <= _LONGEST_CARDINAL else match[0]


def _speak_decade(match: re.Match[str]) -> str:
    words = _integer(match[1])
    return f" {words[:-1]}ies " if words.endswith("y") else f" {words}s "


def _speak_fraction(match: re.Match[str]) -> str:
    whole, above, below = match.groups()
    name = _FRACTIONS.get(f"{above}/{below}")
    if name is None:
        return match[0]
    if whole is None:
        return f" {cardinal(int(above))} {name} "
    amount = "a" if above == "1" else cardinal(int(above))
    return f" {_amount(whole)} and {amount} {name} "


# In this order: each reading takes numerals that a later one would read otherwise.
_READINGS = (
    (_MONEY, _speak_money),
    (_TIME, _speak_time),
    (_ORDINAL, _speak_ordinal),
    (_DECADE, _speak_decade),
    (_FRACTION, _speak_fraction),
    (_DECIMAL, _speak_decimal),
    (_INTEGER, _speak_integer),
)
