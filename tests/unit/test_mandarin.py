"""The spelling of Mandarin: characters alone, numbers as they are spoken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.mandarin import cardinal, mandarin
from auricle.text import normaliser


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("为了惩罚西扎城,盟军在抵达后将外城烧毁。", "为了惩罚西扎城盟军在抵达后将外城烧毁"),
        ("你好 世界", "你好世界"),
        ("ＡＢＣ公司", "abc公司"),
        ("用 Open Office 写", "用open office写"),
        ("1998年出生", "一九九八年出生"),
        ("二〇〇一年", "二零零一年"),
        ("增长了12.5%", "增长了百分之十二点五"),
        ("共1,250人", "共一千二百五十人"),
        ("007号", "零零七号"),
        ("……", ""),
        ("", ""),
    ],
)
def test_mandarin_is_spelled_in_characters(text, spelled):
    assert mandarin(text) == spelled


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        (0, "零"),
        (10, "十"),
        (15, "十五"),
        (110, "一百一十"),
        (205, "二百零五"),
        (2010, "两千零一十"),
        (10_000, "一万"),
        (20_300, "两万零三百"),
        (100_010, "十万零一十"),
        (100_000_001, "一亿零一"),
        (250_000_000, "两亿五千万"),
        (1_0000_0000_0000, "一万亿"),
        (1_0001_0000_0000, "一万零一亿"),
        (10_1000_0000, "十亿一千万"),
    ],
)
def test_numbers_are_counted_in_myriads(number, spoken):
    assert cardinal(number) == spoken


def test_the_package_can_name_it():
    assert normaliser("mandarin") is mandarin


@given(st.text())
def test_spelling_twice_changes_nothing(text):
    once = mandarin(text)
    assert mandarin(once) == once


@given(st.integers(0, 10**16 - 1), st.integers(0, 10**16 - 1))
def test_different_numbers_sound_different(first, second):
    assert first == second or cardinal(first) != cardinal(second)
