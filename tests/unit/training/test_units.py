import pytest

pytest.importorskip("sentencepiece")

from auricle.errors import OptionError
from auricle.training.units import (
    Bytes,
    Characters,
    Phones,
    read_lexicon,
    train_pieces,
    write_lexicon,
)


def test_characters_number_the_blank_then_the_space_then_the_alphabet():
    assert Characters("ba'").tokens == ["<blank>", " ", "'", "a", "b"]


def test_characters_spell_and_read_a_text():
    units = Characters("abc")
    assert units.encode("a cab") == [2, 1, 4, 2, 3]
    assert units.decode([0, 2, 0, 1, 4, 2, 3, 1, 0]) == "a cab"


def test_a_character_outside_the_alphabet_is_named():
    with pytest.raises(ValueError, match="lacks 'z', which is in 'a z'"):
        Characters("abc").encode("a z")


def test_bytes_spell_any_writing():
    units = Bytes(spaces=True)
    assert len(set(units.tokens)) == len(units.tokens) == 213
    for text in ("naïve café", "你好 吗", "नमस्ते"):
        assert units.decode(units.encode(text)) == text
    assert [units.tokens[i] for i in units.encode("é a")] == ["<0xC3>", "<0xA9>", " ", "<0x61>"]


def test_bytes_without_spaces_refuse_them():
    units = Bytes(spaces=False)
    assert units.decode([*units.encode("你好"), 0, units.encode("é")[0]]) == "你好\ufffd"
    with pytest.raises(ValueError, match="the byte 32 is no unit"):
        units.encode("a b")


@pytest.fixture
def lexicon(tmp_path):
    path = tmp_path / "lexicon.txt"
    path.write_text("read R IY D\nread R EH D\na AH\n")
    return read_lexicon(path)


def test_a_lexicon_holds_the_ways_of_a_word_in_their_order(lexicon):
    assert lexicon == {"read": [["R", "IY", "D"], ["R", "EH", "D"]], "a": [["AH"]]}


@pytest.mark.parametrize("line", ["", "tea"])
def test_a_line_of_a_lexicon_without_phones_is_refused(tmp_path, line):
    path = tmp_path / "lexicon.txt"
    path.write_text(f"a AH\n{line}\nread R IY D\n")
    with pytest.raises(OptionError, match="line 2 must be a word and its phones"):
        read_lexicon(path)
    with pytest.raises(OptionError, match=r"none\.txt: the lexicon cannot be read"):
        read_lexicon(tmp_path / "none.txt")


def test_more_pieces_than_there_are_in_the_texts_are_refused(tmp_path):
    with pytest.raises(OptionError, match=r"size = 500: no such number .*to a value <="):
        train_pieces(["a few words", "of a few letters"], 500, tmp_path / "pieces.model")
    assert not (tmp_path / "pieces.model").exists()


def test_a_lexicon_is_read_as_it_was_written(lexicon, tmp_path):
    write_lexicon({**lexicon, "unsayable": []}, tmp_path / "again.txt")
    assert read_lexicon(tmp_path / "again.txt") == lexicon


def test_phones_say_a_word_in_its_first_way(lexicon):
    units = Phones(lexicon)
    assert units.decode(units.encode("read a")) == "R IY D AH"


def test_a_word_that_the_lexicon_lacks_is_named(lexicon):
    with pytest.raises(ValueError, match="lacks 'book', which is in 'a book'"):
        Phones(lexicon).encode("a book")


def test_without_spaces_the_longest_words_from_the_left_are_said(tmp_path):
    path = tmp_path / "lexicon.txt"
    path.write_text("银 in2\n行 x ing2\n银行 in2 h ang2\n人 r en2\n", encoding="utf-8")
    units = Phones(read_lexicon(path), spaces=False)
    assert units.decode(units.encode("银行行人")) == "in2 h ang2 x ing2 r en2"
    with pytest.raises(ValueError, match="lacks '门', which is in '银行门'"):
        units.encode("银行门")
