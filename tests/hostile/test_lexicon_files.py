"""Lexicons that are none, or damaged ones: each has its own named status, and none crashes."""

import random

import pytest

from auricle.decoder import Vocabulary
from auricle.errors import AuricleError, ModelError
from broken_lexicons import TEXTS, UNITS, WORDS


@pytest.fixture(scope="module")
def packed():
    return Vocabulary(UNITS, blank=0, boundary="lexicon", lexicon=WORDS).lexicon.pack()


@pytest.fixture
def read(tmp_path):
    def read_bytes(content, tokens=UNITS):
        (tmp_path / "words.lexicon").write_bytes(content)
        return Vocabulary(
            tokens, blank=0, boundary="lexicon", lexicon=tmp_path / "words.lexicon"
        ).lexicon

    return read_bytes


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_no_lexicon(read, name):
    content, status = TEXTS[name]
    with pytest.raises(ModelError) as caught:
        read(content)
    assert caught.value.status == status


def test_a_missing_file(tmp_path):
    with pytest.raises(ModelError) as caught:
        Vocabulary(UNITS, blank=0, boundary="lexicon", lexicon=tmp_path / "none.lexicon")
    assert caught.value.status == "LexiconNotFound"


def test_a_packed_lexicon_of_another_vocabulary(read, packed):
    with pytest.raises(ModelError) as caught:
        read(packed, [*UNITS, "ä"])
    assert caught.value.status == "LexiconVocabularyMismatch"


def test_a_packed_lexicon_that_is_cut_off(read, packed):
    for size in range(8, len(packed)):
        with pytest.raises(ModelError) as caught:
            read(packed[:size])
        assert caught.value.status == "LexiconTruncated", size


def test_bytes_after_the_end(read, packed):
    with pytest.raises(ModelError) as caught:
        read(packed + b"\0")
    assert caught.value.status == "LexiconCorrupt"


def test_a_packed_lexicon_with_any_byte_changed_has_a_status(read, packed):
    generator = random.Random(5)
    for at in range(len(packed)):
        damaged = bytearray(packed)
        damaged[at] ^= generator.randrange(1, 256)
        with pytest.raises(AuricleError) as caught:
            read(bytes(damaged))
        assert str(caught.value.status).startswith("Lexicon"), at
