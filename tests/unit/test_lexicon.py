"""Words made of phones: their text and times, hot words, homophones, files."""

import numpy as np
import pytest

from auricle.decoder import Decoder, DecodingOptions, EndpointOptions, Vocabulary
from auricle.errors import ModelError, OptionError

PHONES = ["<blank>", *["AH", "AO", "D", "EH", "IH", "IY", "K", "L", "N", "R", "T"]]
LEXICON = """\
a       AH
an      AH N
read    R IY D
read    R EH D
red     R EH D
reed    R IY D
ten     T EH N
oracle  AO R AH K AH L
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "words.txt").write_text(LEXICON)
    return tmp_path / "words.txt"


@pytest.fixture
def vocabulary(path):
    return Vocabulary(PHONES, blank=0, boundary="lexicon", lexicon=path)


def speak(phones, certainty=0.9):
    """Make log-probabilities (T, V) of a string of phones, "-" for a blank."""
    rows = []
    for phone in phones.split():
        row = np.full(len(PHONES), (1 - certainty) / (len(PHONES) - 1))
        row[0 if phone == "-" else PHONES.index(phone)] = certainty
        rows.append(row)
    return np.log(np.array(rows)).astype(np.float32)


def best(vocabulary, log_probs, **options):
    decoder = Decoder(vocabulary, None, DecodingOptions(**options))
    decoder.step(log_probs)
    return decoder.finish()[0].alternatives[0]


def test_words_need_no_boundary_between_them(vocabulary):
    assert best(vocabulary, speak("AH N - AO R AH K AH L T EH N")).text == "an oracle ten"


def test_words_have_the_frames_of_their_units(vocabulary):
    words = best(vocabulary, speak("AH N N - T T EH N -")).words
    assert [(word.text, word.first_frame, word.end_frame) for word in words] == [
        ("an", 0, 2),
        ("ten", 4, 8),
    ]


def test_homophones_are_alternatives(vocabulary):
    decoder = Decoder(vocabulary, None, DecodingOptions(alternatives=2))
    decoder.step(speak("R EH D"))
    assert {reading.text for reading in decoder.finish()[0].alternatives} == {"read", "red"}


@pytest.mark.parametrize("word", ["read", "red"])
def test_a_hot_word_decides_between_homophones(vocabulary, word):
    assert best(vocabulary, speak("R EH D T EH N"), hot_words={word: 1.0}).text == f"{word} ten"


def test_a_hot_word_is_preferred_in_each_of_its_spellings(vocabulary):
    for phones in ("R EH D", "R IY D"):
        assert best(vocabulary, speak(phones), hot_words={"read": 2.0}).text == "read"


def test_a_hot_phrase_earns_its_boost_once(vocabulary):
    log_probs = speak("R EH D T EH N", 0.99)
    plain = best(vocabulary, log_probs, hot_words={"read": 1e-3})
    boosted = best(vocabulary, log_probs, hot_words={"read": 1e-3, "read ten": 4.0})
    assert boosted.text == "read ten"
    assert boosted.score - plain.score == pytest.approx(4.0, abs=0.01)


def test_a_hot_word_may_come_with_its_own_spelling(vocabulary):
    log_probs = speak("AO R IH K AH L T EH N")
    spellings = {"auricle": "AO R IH K AH L"}
    assert best(vocabulary, log_probs, spellings=spellings).text == "auricle ten"
    options = {"hot_words": {"auricle ten": 3.0}, "spellings": spellings}
    assert best(vocabulary, log_probs, **options).text == "auricle ten"


def test_a_hot_word_without_a_spelling_is_refused_with_the_remedy(vocabulary):
    with pytest.raises(OptionError, match=r"no spelling.*'auricle'.*spellings=\{'auricle'"):
        Decoder(vocabulary, options=DecodingOptions(hot_words={"auricle": 6.0}))


def test_a_spelling_of_unknown_units_is_refused(vocabulary):
    with pytest.raises(ModelError, match="'auricle' is spelled with 'OY'"):
        Decoder(vocabulary, options=DecodingOptions(spellings={"auricle": "OY R"}))


@pytest.mark.parametrize("spellings", [{"two words": "T"}, {"": "T"}, {"ten": " "}])
def test_a_spelling_of_nothing_is_refused(vocabulary, spellings):
    with pytest.raises(OptionError, match=r"lexicon has|is spelled"):
        Decoder(vocabulary, options=DecodingOptions(spellings=spellings))


def test_spellings_are_only_for_lexicons():
    letters = Vocabulary(["<blank>", " ", "a"], blank=0, boundary="separator")
    with pytest.raises(OptionError, match="spell words by themselves"):
        Decoder(letters, options=DecodingOptions(spellings={"a": "a"}))


def test_a_partial_text_has_whole_words_only(vocabulary):
    decoder = Decoder(vocabulary)
    texts = []
    for frame in speak("AH N T EH N"):
        decoder.step(frame[None])
        texts.append(decoder.partial().text)
    assert texts == ["a", "an", "an", "an", "an ten"]


def test_what_is_no_word_at_the_end_is_left_out(vocabulary):
    assert best(vocabulary, speak("T EH N T", 0.9999)).text in ("ten", "ten a")


def test_segments_close_at_pauses(vocabulary):
    decoder = Decoder(vocabulary, endpoint=EndpointOptions(silence=0.3), frame_seconds=0.1)
    segments = decoder.step(speak("T EH N - - - - AH N"))
    assert [segment.alternatives[0].text for segment in segments] == ["ten"]
    assert decoder.finish()[0].alternatives[0].words[0].first_frame == 7


def test_a_separator_between_words_is_optional():
    units = [*PHONES, " "]
    words = Vocabulary(units, blank=0, boundary="lexicon", lexicon={"an": "AH N", "a": "AH"})
    rows = np.full((5, len(units)), 1e-4)
    for frame, unit in enumerate(["AH", " ", "AH", "N", "AH"]):
        rows[frame, units.index(unit)] = 1.0
    assert (
        best(words, np.log(rows / rows.sum(1, keepdims=True)).astype(np.float32)).text == "a an a"
    )


class TestFiles:
    def test_a_packed_lexicon_is_the_same(self, vocabulary, tmp_path):
        vocabulary.lexicon.write(str(tmp_path / "words.lexicon"))
        again = Vocabulary(PHONES, blank=0, boundary="lexicon", lexicon=tmp_path / "words.lexicon")
        assert again.lexicon.pack() == vocabulary.lexicon.pack()
        assert again.lexicon.spellings("read") == vocabulary.lexicon.spellings("read")
        assert len(again.lexicon) == 7

    def test_a_mapping_is_the_same(self, vocabulary):
        words = {}
        for line in LEXICON.splitlines():
            word, spelling = line.split(maxsplit=1)
            words.setdefault(word, []).append(spelling)
        again = Vocabulary(PHONES, blank=0, boundary="lexicon", lexicon=words)
        assert again.lexicon.pack() == vocabulary.lexicon.pack()

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "no words"),
            (b"ten\n", "line 1: 'ten' has no units"),
            (b"a AH\nten T EH M\n", "line 2: 'ten' is spelled with 'M'"),
            (b"\xff\xfe a\n", "line 1: the word is not UTF-8"),
            (b"\x89ALX\r\n\x1a\n", "shorter"),
        ],
    )
    def test_every_broken_file_says_what_and_where(self, tmp_path, content, message):
        path = tmp_path / "broken.lexicon"
        path.write_bytes(content)
        with pytest.raises(ModelError, match=rf"broken\.lexicon: .*{message}"):
            Vocabulary(PHONES, blank=0, boundary="lexicon", lexicon=path)

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(ModelError, match=r"none\.lexicon: .*cannot be opened"):
            Vocabulary(PHONES, blank=0, boundary="lexicon", lexicon=tmp_path / "none.lexicon")

    def test_a_packed_lexicon_belongs_to_its_vocabulary(self, vocabulary, tmp_path):
        vocabulary.lexicon.write(str(tmp_path / "words.lexicon"))
        with pytest.raises(ModelError, match="another vocabulary"):
            Vocabulary(
                [*PHONES, "ZH"], blank=0, boundary="lexicon", lexicon=tmp_path / "words.lexicon"
            )

    def test_a_lexicon_and_a_boundary_belong_together(self):
        with pytest.raises(OptionError, match="needs a lexicon"):
            Vocabulary(PHONES, blank=0, boundary="lexicon")
        with pytest.raises(ModelError, match="spell words themselves"):
            Vocabulary(["<blank>", "a"], blank=0, boundary="none", lexicon={"a": "a"})


def test_in_languages_without_spaces_the_words_of_a_text_are_joined():
    lexicon = {"a": "AH", "ten": "T EH N"}
    vocabulary = Vocabulary(PHONES, blank=0, boundary="lexicon", lexicon=lexicon, spaces=False)
    heard = best(vocabulary, speak("AH - T EH N"))
    assert (heard.text, [word.text for word in heard.words]) == ("aten", ["a", "ten"])
    assert vocabulary.separator == ""
