"""The spelling of Mandarin: Chinese characters without spaces, numbers as they are spoken.

Latin letters stay, in lower case, with a space between two words of them; full-width and other
compatible forms become the ordinary ones (Unicode's NFKC), and everything else goes. Simplified
and traditional characters stay what they are.
"""

from __future__ import annotations

import re
import unicodedata

_DIGITS = "零一二三四五六七八九"
_PLACES = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
# Above this, and after a leading zero, people read the digits.
_LONGEST_CARDINAL = 16

_YEAR = re.compile(r"\d{4}(?=年)")
_PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_GROUPING = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?")
_OTHER = re.compile(r"[^\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffffa-z]+")
_OUTER_SPACE = re.compile(r"(?<![a-z]) | (?![a-z])")


def mandarin(text: str) -> str:
    """Spell Mandarin text in Chinese characters.

    Returns:
        The characters; empty for text without any.
    """
    text = unicodedata.normalize("NFKC", text).replace("〇", "零").lower()
    text = _GROUPING.sub("", text)
    text = _YEAR.sub(lambda match: read_digits(match[0]), text)
    text = _PERCENTAGE.sub(r"百分之\1", text)
    text = _NUMBER.sub(_spoken, text)
    return _OUTER_SPACE.sub("", _OTHER.sub(" ", text))


def read_digits(digits: str) -> str:
    """Read digits one by one, as of a year or a telephone number."""
    return "".join(_DIGITS[int(digit)] for digit in digits)


def cardinal(number: int, inner: bool = False) -> str:
    """Count to a number below 10^16: 2010 is 两千零一十.

    Args:
        number: Zero or more.
        inner: It follows a larger place, so that ten is 一十 instead of 十.
    """
    for value, place in _PLACES:
        if number < value:
            continue
        count, rest = divmod(number, value)
        spoken = "两" if count == 2 and value >= 1000 else cardinal(count, inner)
        if value == 10 and count == 1 and not inner:
            spoken = ""
        if not rest:
            return spoken + place
        gap = _DIGITS[0] if rest < value // 10 else ""
        return spoken + place + gap + cardinal(rest, inner=True)
    return _DIGITS[number]


def _spoken(match: re.Match[str]) -> str:
    whole, fraction = match[1], match[2]
    by_digits = len(whole) > _LONGEST_CARDINAL or (len(whole) > 1 and whole[0] == "0")
    spoken = read_digits(whole) if by_digits else cardinal(int(whole))
    return spoken + (f"点{read_digits(fraction)}" if fraction else "")
