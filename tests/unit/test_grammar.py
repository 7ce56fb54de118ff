"""Commands: what is heard with a grammar, its tags, other speech, wrong files."""

import numpy as np
import pytest

from auricle.decoder import Decoder, DecodingOptions, EndpointOptions, Vocabulary
from auricle.errors import OptionError
from auricle.grammar import load_grammar

TOKENS = ["<blank>", " ", *"abcdefghijklmnopqrstuvwxyz"]
VOCABULARY = Vocabulary(TOKENS, blank=0, boundary="separator")
LIGHTS = """#JSGF V1.0;
public <command> = turn (on {ON} | off {OFF}) [the <colour>] light;
<colour> = red {RED} | blue {BLUE};
"""


@pytest.fixture
def lights(tmp_path):
    (tmp_path / "lights.jsgf").write_text(LIGHTS)
    return tmp_path / "lights.jsgf"


def spell(text, certainty=0.9):
    """Make log-probabilities (T, V) that spell a text, "-" for a frame of blank."""
    rows = np.full((len(text), len(TOKENS)), (1 - certainty) / (len(TOKENS) - 1))
    for frame, character in enumerate(text):
        rows[frame, 0 if character == "-" else TOKENS.index(character)] = certainty
    return np.log(rows).astype(np.float32)


def hear(log_probs, **options):
    decoder = Decoder(VOCABULARY, options=DecodingOptions(**options))
    segments = [*decoder.step(log_probs), *decoder.finish()]
    return segments[0].alternatives[0] if segments else None


def test_a_command_comes_with_its_tags(lights):
    heard = hear(spell("turn on the red light"), grammar=lights)
    assert (heard.text, heard.in_grammar, heard.tags) == (
        "turn on the red light",
        True,
        ["ON", "RED"],
    )


def test_what_sounds_like_a_command_becomes_one(lights):
    heard = hear(spell("turm of-f light", 0.6), grammar=lights, token_margin=20.0)
    assert (heard.text, heard.tags) == ("turn off light", ["OFF"])


def test_other_speech_is_known_for_what_it_is(lights):
    other, command = spell("what time is it"), spell("turn of-f light")
    options = {"grammar": lights, "unknown_phrase_cost": 10.0}
    assert not hear(other, **options).in_grammar
    assert hear(other, **options).text == "what time is it"
    assert hear(command, **options).in_grammar


def test_a_higher_cost_takes_more_for_a_command(lights):
    rows = spell("turm on light")
    assert hear(rows, grammar=lights, unknown_phrase_cost=2.0).text == "turm on light"
    assert hear(rows, grammar=lights, unknown_phrase_cost=30.0).text == "turn on light"


def test_an_unfinished_command_is_none(lights):
    assert hear(spell("turn on the", 0.9999), grammar=lights) is None


def test_silence_is_no_command(lights):
    assert hear(spell("-----"), grammar=lights) is None


def test_phrases_are_a_grammar(tmp_path):
    (tmp_path / "phrases.txt").write_text("stop\ngo on\n")
    for grammar in (["stop", "go on"], tmp_path / "phrases.txt"):
        heard = hear(spell("go on"), grammar=grammar)
        assert (heard.text, heard.in_grammar, heard.tags) == ("go on", True, [])


def test_every_segment_is_a_command_of_its_own(lights):
    decoder = Decoder(
        VOCABULARY,
        options=DecodingOptions(grammar=lights),
        endpoint=EndpointOptions(silence=0.5),
        frame_seconds=0.1,
    )
    segments = decoder.step(spell("turn on light--------turn of-f light--------"))
    assert [segment.alternatives[0].tags for segment in segments] == [["ON"], ["OFF"]]


def test_words_with_phones_are_followed_by_their_units():
    phones = Vocabulary(
        ["<blank>", "R", "EH", "IY", "D"],
        blank=0,
        boundary="lexicon",
        lexicon={"read": ["R IY D", "R EH D"], "red": "R EH D"},
    )
    rows = np.full((3, 5), 0.01)
    for frame, token in enumerate([1, 2, 4]):
        rows[frame, token] = 0.96
    for word in ("read", "red"):
        decoder = Decoder(phones, options=DecodingOptions(grammar=[word]))
        decoder.step(np.log(rows).astype(np.float32))
        assert decoder.finish()[0].alternatives[0].text == word


class TestWrongGrammars:
    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(OptionError, match=r"none\.jsgf: the grammar file cannot be opened"):
            load_grammar(tmp_path / "none.jsgf")

    @pytest.mark.parametrize(
        ("rules", "message"),
        [
            ("public <a> = <b>;", "line 2, column 14: <b> is not defined"),
            ("public <a> = x <a>;", r"line 2, column 16: <a> is used within itself"),
            ("public <a> = (x;", "line 2, column 16: expected a \\)"),
            ("public <a> = /3/ x;", "line 2, column 14: weights"),
            ("<a> = x;", "public rule"),
        ],
    )
    def test_an_error_says_where_it_is(self, tmp_path, rules, message):
        path = tmp_path / "wrong.jsgf"
        path.write_text(f"#JSGF V1.0;\n{rules}\n")
        with pytest.raises(OptionError, match=rf"wrong\.jsgf: .*{message}"):
            load_grammar(path)

    def test_words_that_the_model_cannot_write_are_named(self):
        with pytest.raises(OptionError, match=r"'Stop'.*lower case"):
            Decoder(VOCABULARY, options=DecodingOptions(grammar=["go", "Stop"]))

    @pytest.mark.parametrize("phrases", [[], [" "], ["go\nstop"]])
    def test_no_phrases_are_no_grammar(self, phrases):
        with pytest.raises(OptionError):
            load_grammar(phrases)

    def test_a_cost_is_not_negative(self):
        with pytest.raises(OptionError, match="unknown_phrase_cost"):
            DecodingOptions(unknown_phrase_cost=-1.0)


def test_half_a_character_is_no_phrase():
    with pytest.raises(OptionError, match="half a character"):
        load_grammar(["yes", "\ud800"])
    with pytest.raises(OptionError, match="half a character"):
        Decoder(VOCABULARY, options=DecodingOptions(hot_words={"\ud800": 1.0}))
