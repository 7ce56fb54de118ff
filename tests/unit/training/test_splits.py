import itertools
from collections import defaultdict

import pytest

from auricle.errors import OptionError
from auricle.manifest import Utterance
from auricle.training.splits import Split

SET = [
    ("", Utterance(f"u{k}", "u.wav", f"sentence {k % 50}", speaker=f"s{k % 97}"))
    for k in range(2000)
]


@pytest.mark.parametrize(
    ("by", "key"), [("speaker", "speaker"), ("sentence", "text"), ("utterance", "id")]
)
def test_nothing_is_on_two_sides(by, key):
    sides = defaultdict(set)
    for part, utterance in Split(by, dev=0.1, test=0.2).divide(SET):
        sides[part].add(getattr(utterance, key))
    assert set(sides) == {"train", "dev", "test"}
    for first, second in itertools.combinations(sides.values(), 2):
        assert not first & second


def test_the_shares_are_about_those_asked_for():
    parts = [part for part, _ in Split("utterance", dev=0.1, test=0.2).divide(SET)]
    assert 0.07 < parts.count("dev") / len(parts) < 0.13
    assert 0.17 < parts.count("test") / len(parts) < 0.23


def test_an_utterance_stays_in_its_part_when_others_come():
    split = Split("speaker", 0.3, 0.3)
    assert list(split.divide(SET))[::7] == list(split.divide(SET[::7]))


@pytest.mark.parametrize(("by", "dev", "test"), [("hour", 0.1, 0.1), ("speaker", 0.6, 0.4)])
def test_wrong_shares_are_refused(by, dev, test):
    with pytest.raises(OptionError):
        Split(by, dev, test)
