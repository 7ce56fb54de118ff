import gzip
import math

import pytest

from auricle import lm
from auricle.errors import AuricleError, OptionError, ScorerError

ARPA = """\\data\\
ngram 1=5
ngram 2=2

\\1-grams:
-2\t<unk>
0\t<s>\t-0.5
-1\t</s>
-0.5\ta\t-0.25
-1.5\tb

\\2-grams:
-0.25\t<s> a
-0.75\ta b

\\end\\
"""


@pytest.fixture
def scorer(tmp_path):
    (tmp_path / "model.arpa").write_text(ARPA)
    options = lm.ScorerOptions(
        bits=32, kind="unit", vocabulary_fingerprint=2**64 - 1, alpha=0.5, beta=1.5,
        unknown_penalty=3.0, language="zh-Hant",
    )  # fmt: skip
    lm.from_arpa(tmp_path / "model.arpa", tmp_path / "model.lm", options)
    return tmp_path / "model.lm"


def test_information_survives_in_the_file(scorer):
    info = lm.Scorer.open(scorer).info
    assert (info.order, info.counts, info.bits, info.kind) == (2, (5, 2), 32, "unit")
    assert info.vocabulary_fingerprint == 2**64 - 1
    assert (info.alpha, info.beta, info.unknown_penalty) == (0.5, 1.5, 3.0)
    assert info.language == "zh-Hant"
    assert info.size_bytes == scorer.stat().st_size


def test_a_sentence_is_scored_word_by_word(scorer):
    score = lm.Scorer.open(scorer).score("a b c")
    assert [(word.word, word.known) for word in score.words] == [
        ("a", True),
        ("b", True),
        ("c", False),
        ("</s>", True),
    ]
    assert [word.log10_probability for word in score.words] == [-0.25, -0.75, -2.0, -1.0]
    assert score.log10_probability == -4.0


def test_a_piece_of_a_sentence_has_no_beginning_and_no_end(scorer):
    score = lm.Scorer.open(scorer).score("a", begin=False, end=False)
    assert [word.log10_probability for word in score.words] == [-0.5]


def test_a_scorer_knows_its_words(scorer):
    opened = lm.Scorer.open(scorer)
    assert "a" in opened
    assert "c" not in opened


def test_perplexity_counts_unknown_words_and_sentence_ends(scorer, tmp_path):
    (tmp_path / "text.txt.gz").write_bytes(gzip.compress(b"a b\n\n \nc"))
    result = lm.Scorer.open(scorer).perplexity(tmp_path / "text.txt.gz")
    assert (result.sentences, result.words, result.unknown) == (2, 3, 1)
    assert result.log10_probability == pytest.approx(-0.25 - 0.75 - 1 - 0.5 - 2 - 1)
    assert result.log10_probability_unknown == pytest.approx(-0.5 - 2)
    assert result.perplexity == pytest.approx(10 ** (5.5 / 5))
    assert result.perplexity_known == pytest.approx(10 ** (3 / 4))


def test_the_perplexity_of_no_text_is_infinite(scorer, tmp_path):
    (tmp_path / "text.txt").touch()
    assert math.isinf(lm.Scorer.open(scorer).perplexity(tmp_path / "text.txt").perplexity)


def test_weights_are_rewritten_in_place(scorer):
    lm.write_weights(scorer, alpha=0.25, beta=-1.0, unknown_penalty=2.0, unknown_unit_penalty=0.5)
    opened = lm.Scorer.open(scorer)
    opened.verify()
    info = opened.info
    assert (info.alpha, info.beta, info.unknown_penalty) == (0.25, -1.0, 2.0)
    assert (info.unknown_unit_penalty, info.language) == (0.5, "zh-Hant")
    with pytest.raises(OptionError):
        lm.write_weights(scorer, alpha=math.nan, beta=0.0, unknown_penalty=0.0)
    with pytest.raises(ScorerError):
        lm.write_weights(scorer.parent / "model.arpa", alpha=1.0, beta=0.0, unknown_penalty=0.0)


@pytest.mark.parametrize("name", ["out.arpa", "out.arpa.gz"])
def test_exporting_and_importing_gives_the_same_bytes(scorer, tmp_path, name):
    lm.to_arpa(scorer, tmp_path / name)
    info = lm.Scorer.open(scorer).info
    options = lm.ScorerOptions(
        bits=info.bits, kind=info.kind, vocabulary_fingerprint=info.vocabulary_fingerprint,
        alpha=info.alpha, beta=info.beta, unknown_penalty=info.unknown_penalty,
        language=info.language,
    )  # fmt: skip
    lm.from_arpa(tmp_path / name, tmp_path / "again.lm", options)
    assert (tmp_path / "again.lm").read_bytes() == scorer.read_bytes()


def test_an_export_that_cannot_be_written_is_named(scorer, tmp_path):
    with pytest.raises(AuricleError, match="cannot write"):
        lm.to_arpa(scorer, tmp_path / "absent" / "out.arpa")


@pytest.mark.parametrize(
    "options",
    [
        {"bits": 1},
        {"bits": 17},
        {"kind": "letter"},
        {"alpha": math.inf},
        {"vocabulary_fingerprint": -1},
        {"language": "x" * 12},
    ],
)
def test_scorer_options_outside_their_range_are_named(options):
    with pytest.raises(OptionError, match=next(iter(options))):
        lm.ScorerOptions(**options)
