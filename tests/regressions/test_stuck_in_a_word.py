"""A text that no word can follow waited in blanks for the rest of the segment, beside the beam."""

import numpy as np
import pytest

from auricle import lm
from auricle.decoder import Decoder, DecodingOptions, Vocabulary, open_scorer

TOKENS = ["<blank>", "\u2581a", "\u2581b", "x", "y"]
ARPA = """\\data\\
ngram 1=5

\\1-grams:
-4.0\t<unk>
0\t<s>
-0.5\t</s>
-0.5\tax
-0.5\tb

\\end\\
"""


@pytest.fixture
def decoder(tmp_path):
    (tmp_path / "words.arpa").write_text(ARPA)
    lm.from_arpa(tmp_path / "words.arpa", tmp_path / "words.lm", lm.ScorerOptions(bits=32))
    vocabulary = Vocabulary(TOKENS, blank=0, boundary="prefix")
    scorer = open_scorer(tmp_path / "words.lm", vocabulary)
    options = DecodingOptions(
        beam_width=1,
        alpha=0.5,
        beta=0.0,
        unknown_penalty=8.0,
        beam_margin=10.0,
        token_margin=5.0,
    )
    return Decoder(vocabulary, scorer, options)


def spoken(*tokens, blank):
    """Rows in which each token has nearly all probability, and the blank exp(blank)."""
    rows = np.full((len(tokens), len(TOKENS)), -30.0, np.float32)
    rows[:, 0] = blank
    rows[range(len(tokens)), [TOKENS.index(token) for token in tokens]] = -0.01
    return rows


def test_words_go_on_after_one_that_the_network_misheard(decoder):
    decoder.step(spoken("\u2581a", "y", "\u2581b", "\u2581a", "x", blank=-6.0))
    (segment,) = decoder.finish()
    assert segment.alternatives[0].text == "ay b ax"
