from dataclasses import replace

import pytest

from auricle import lm
from auricle.decoder import Vocabulary
from auricle.errors import OptionError
from auricle.lm.text_file import TextFile
from auricle.package import Acoustic, PackageInfo, Units


def info(boundary, tokens, normaliser="whitespace"):
    units = Units("characters", boundary, 0, tokens)
    acoustic = Acoustic("acoustic.onnx", 16000, 1280, 4, 3, ())
    return PackageInfo("x", "1", "zh", "", "", normaliser, units, acoustic)


def test_a_model_of_words_spells_with_its_normaliser():
    assert lm.Spelling.of_model(info("prefix", ("", "a"), "english")) == lm.Spelling("english")


def test_a_model_without_spaces_counts_its_characters():
    spelling = lm.Spelling.of_model(info("none", ("<blank>", "你", "好")))
    assert spelling == lm.Spelling("whitespace", characters=True, kind="unit")
    assert spelling.line(" 你好  a1") == "你 好 a 1"


def test_longer_tokens_without_spaces_are_counted_as_they_stand():
    spelling = lm.Spelling.of_model(info("none", ("<blank>", "ch", "a")))
    assert spelling == lm.Spelling("whitespace", characters=False, kind="unit")
    assert spelling.line("ch  a") == "ch a"


def test_without_spaces_the_words_of_a_lexicon_are_found():
    phones = ("<blank>", "y", "h")
    words = {"银": "y", "行": "h", "银行": "y h", "人": "h"}
    lexicon = Vocabulary(phones, blank=0, boundary="lexicon", lexicon=words).lexicon
    description = info("lexicon", phones, "mandarin")
    assert lm.Spelling.of_model(description, lexicon).line("银行, 行人") == "银行行人"
    units = replace(description.units, spaces=False)
    spelling = lm.Spelling.of_model(replace(description, units=units), lexicon)
    assert spelling.line("银行, 行人门") == "银行 行 人 门"


def test_lines_that_have_no_spelling_are_left_out_and_counted(tmp_path):
    (tmp_path / "text.txt").write_text("It's 3 o'clock!\n好\nMr. Brown", encoding="utf-8")
    pieces = list(lm.Spelling("english").lines(TextFile(tmp_path / "text.txt")))
    lines = b"".join(piece for piece, _ in pieces).decode().splitlines()
    assert [line for line in lines if line] == ["it's three o'clock", "mister brown"]
    assert sum(skipped for _, skipped in pieces) == 1


@pytest.mark.parametrize("options", [{"normaliser": "klingon"}, {"characters": True}])
def test_a_spelling_that_cannot_be_is_named(options):
    with pytest.raises(OptionError, match=str(next(iter(options.values()))).lower() + "|character"):
        lm.Spelling(**options)
