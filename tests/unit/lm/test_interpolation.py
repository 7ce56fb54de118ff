import math

import pytest

from auricle import lm
from auricle.errors import OptionError, ScorerError

WEATHER = "rain falls on the hills\nthe sun shines on the hills\nrain falls again\n" * 5
KITCHEN = "cut the onions\nfry the onions in the pan\nwash the pan again\n" * 5


def scorer(name, text, tmp_path, **options):
    (tmp_path / f"{name}.txt").write_text(text)
    build = lm.BuildOptions(
        order=3, discount_fallback=True, scorer=lm.ScorerOptions(bits=32, **options)
    )
    lm.build([tmp_path / f"{name}.txt"], tmp_path / f"{name}.lm", build)
    return lm.Scorer.open(tmp_path / f"{name}.lm")


@pytest.fixture
def weather(tmp_path):
    return scorer("weather", WEATHER, tmp_path, language="en", alpha=0.5)


@pytest.fixture
def kitchen(tmp_path):
    return scorer("kitchen", KITCHEN, tmp_path)


def test_the_weight_goes_to_the_scorer_that_predicts_the_text(weather, kitchen, tmp_path):
    texts = {"kitchen": "fry the onions", "both": "rain falls again\nwash the onions\n"}
    found = {}
    for name, text in texts.items():
        (tmp_path / "text.txt").write_text(text)
        found[name] = lm.find_weight(weather, kitchen, tmp_path / "text.txt")
    assert found["kitchen"].weight < 0.2 < found["both"].weight < 0.8
    assert found["both"].words == 8
    assert math.isinf(found["both"].perplexity_first)


def test_no_other_weight_predicts_the_text_better(weather, kitchen, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("the hills\nthe pan again\nrain falls on the pan\n")
    best = lm.find_weight(weather, kitchen, text)
    assert best.perplexity_mixture > 1
    pairs = [
        [10**word.log10_probability if word.known else 0.0 for word in pair]
        for line in text.read_text().splitlines()
        for pair in zip(weather.score(line).words, kitchen.score(line).words, strict=True)
    ]

    def perplexity(weight):
        logarithms = [math.log(weight * a + (1 - weight) * b) for a, b in pairs]
        return math.exp(-sum(logarithms) / len(logarithms))

    assert best.perplexity_mixture == pytest.approx(perplexity(best.weight))
    for other in (best.weight - 0.02, best.weight + 0.02):
        assert perplexity(other) > best.perplexity_mixture


def test_an_interpolated_scorer_has_the_words_of_both_and_the_weights_of_the_first(
    weather, kitchen, tmp_path
):
    lm.interpolate(weather, kitchen, tmp_path / "mixed.lm", 0.5)
    mixed = lm.Scorer.open(tmp_path / "mixed.lm")
    assert "rain" in mixed
    assert "onions" in mixed
    assert (mixed.info.alpha, mixed.info.language, mixed.info.bits) == (0.5, "en", 8)
    assert not list(tmp_path.glob(".auricle-*"))


def test_a_text_without_known_words_is_named(weather, kitchen, tmp_path):
    (tmp_path / "text.txt").write_text("\n")
    with pytest.raises(OptionError, match="no word"):
        lm.find_weight(weather, kitchen, tmp_path / "text.txt")


def test_scorers_that_do_not_belong_together_are_refused(weather, tmp_path):
    units = scorer("units", WEATHER, tmp_path, kind="unit")
    with pytest.raises(OptionError, match="units"):
        lm.interpolate(weather, units, tmp_path / "mixed.lm", 0.5)
    ours = scorer("ours", WEATHER, tmp_path, vocabulary_fingerprint=1)
    theirs = scorer("theirs", WEATHER, tmp_path, vocabulary_fingerprint=2)
    with pytest.raises(ScorerError, match="different models"):
        lm.interpolate(ours, theirs, tmp_path / "mixed.lm", 0.5)
    with pytest.raises(OptionError, match="weight"):
        lm.interpolate(weather, weather, tmp_path / "mixed.lm", 1.0)
