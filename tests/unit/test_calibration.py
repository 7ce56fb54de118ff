"""What was measured of a model reaches its words, and fits what it is measured on."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from auricle.calibration import Calibration
from auricle.decoder import Decoder, DecodingOptions, Vocabulary
from auricle.errors import OptionError
from auricle.evaluation.confidence import (
    FEATURES,
    Heard,
    Judged,
    calibration_error,
    fit_map,
    judge,
    reliability,
)

TOKENS = ["<blank>", " ", *"abc"]
VOCABULARY = Vocabulary(TOKENS, blank=0, boundary="separator")


def spell(text, certainty=0.8):
    rows = np.full((len(text), len(TOKENS)), (1 - certainty) / (len(TOKENS) - 1))
    for t, character in enumerate(text):
        rows[t, 0 if character == "-" else TOKENS.index(character)] = certainty
    return np.log(rows).astype(np.float32)


def decode(rows, calibration=None, **options):
    decoder = Decoder(
        VOCABULARY, None, DecodingOptions(**options), calibration=calibration, frame_seconds=0.1
    )
    decoder.step(rows)
    partial = decoder.partial()
    return decoder.finish()[0], partial


def test_words_without_spaces_are_judged_by_their_characters():
    units = Vocabulary(["<blank>", *"abc"], blank=0, boundary="none")
    model = SimpleNamespace(vocabulary=units, scorer=None, search_options=lambda options: options)
    rows = np.log(np.full((3, 4), 0.05) + 0.8 * np.eye(4)[[1, 2, 3]]).astype(np.float32)
    words, segments = judge(model, [Heard(rows, ("a", "c", "c"), "somebody")])
    assert list(words.right) == [1.0, 0.0, 1.0]
    assert list(segments.right) == [0.0]


def logistic(x):
    return 1.0 / (1.0 + math.exp(-x))


def log_odds(probability):
    return math.log(probability / (1.0 - probability))


def test_a_map_turns_evidence_into_confidence():
    plain, _ = decode(spell("-ab-c-"))
    sure = plain.alternatives[0].words[0].confidence
    segment, _ = decode(spell("-ab-c-"), Calibration(word={"bias": 0.5, "odds": 1.5, "length": -2}))
    word = segment.alternatives[0].words[0]
    assert word.evidence.count == 3
    assert word.evidence.log_odds == pytest.approx(log_odds(sure), abs=1e-4)
    expected = 0.5 + 1.5 * log_odds(sure) - 2.0 * math.log(3)
    assert word.confidence == pytest.approx(logistic(expected), abs=1e-5)


def test_a_segment_is_judged_by_its_words_and_its_text():
    plain, _ = decode(spell("-ab- -c-"))
    words = [word.confidence for word in plain.alternatives[0].words]
    text = plain.alternatives[0].confidence
    assert plain.confidence == pytest.approx(math.sqrt(math.prod(words)) * text, abs=1e-5)
    segment, _ = decode(
        spell("-ab- -c-"), Calibration(segment={"bias": 1.0, "odds": 2.0, "length": -1.0})
    )
    expected = 1.0 + 2.0 * log_odds(plain.confidence) - math.log(2)
    assert segment.confidence == pytest.approx(logistic(expected), abs=1e-4)


def test_without_maps_confidences_are_as_they_come():
    segment, _ = decode(spell("-ab-"))
    best = segment.alternatives[0]
    evidence = best.words[0].evidence
    assert best.words[0].confidence == pytest.approx(math.exp(evidence.mean + evidence.share))
    assert segment.confidence == pytest.approx(best.words[0].confidence * best.confidence)


def test_nothing_is_so_sure_that_it_has_no_odds():
    segment, _ = decode(spell("-a-", 1.0 - 1e-7), Calibration(word={"odds": 1.0}))
    assert 0.99 < segment.alternatives[0].words[0].confidence < 1.0


def test_maps_do_not_change_what_is_found():
    plain, _ = decode(spell("ab-c a-b"), alternatives=3)
    mapped, _ = decode(spell("ab-c a-b"), Calibration(word={"bias": -1.0}), alternatives=3)
    assert [h.text for h in plain.alternatives] == [h.text for h in mapped.alternatives]
    assert [h.score for h in plain.alternatives] == [h.score for h in mapped.alternatives]


def test_words_reach_beyond_their_peaks():
    segment, partial = decode(
        spell("--a- -----bb-----"), Calibration(lead=0.1, tail=0.2, shortest=0.5)
    )
    for words in (segment.alternatives[0].words, partial.words):
        assert [(word.start, word.end) for word in words] == [
            (pytest.approx(1.0), pytest.approx(6.0)),
            (pytest.approx(9.0), pytest.approx(14.0)),
        ]


@pytest.mark.parametrize(
    "values", [{"lead": -0.1}, {"tail": float("nan")}, {"word": {"slope": 1.0}}]
)
def test_senseless_ones_are_refused(values):
    with pytest.raises(OptionError):
        Calibration(**values)


def test_it_travels_as_plain_values():
    calibration = Calibration(lead=0.1, shortest=0.2, word={"bias": 1.0})
    assert Calibration.from_dict({**calibration.to_dict(), "of the future": 1}) == calibration


class TestFitting:
    @pytest.fixture
    def judged(self):
        random = np.random.default_rng(0)
        evidence = random.normal(-1.0, 0.7, (20_000, len(FEATURES)))
        truth = 1.0 / (1.0 + np.exp(-(2.0 + evidence @ [1.5, -0.5])))
        right = (random.random(len(truth)) < truth).astype(float)
        return Judged(evidence, np.full(len(right), 0.5), right)

    def test_the_weights_that_made_the_data_are_found(self, judged):
        weights = fit_map(judged)
        found = [weights[name] for name in ("bias", *FEATURES)]
        assert found == pytest.approx([2.0, 1.5, -0.5], abs=0.15)

    def test_fitted_confidences_mean_what_they_say(self, judged):
        weights = fit_map(judged)
        x = weights["bias"] + judged.evidence @ [weights[name] for name in FEATURES]
        assert calibration_error(1.0 / (1.0 + np.exp(-x)), judged.right) < 0.02
        assert judged.error > 0.05

    def test_what_never_varies_gets_no_weight(self, judged):
        judged.evidence[:, 1] = 0.0
        assert fit_map(judged)["length"] == 0.0


def test_reliability_counts_by_confidence():
    confidence = np.array([0.05, 0.05, 0.95, 1.0])
    right = np.array([0.0, 1.0, 1.0, 1.0])
    assert reliability(confidence, right, bins=10) == [
        (pytest.approx(0.05), 0.5, 2),
        (pytest.approx(0.975), 1.0, 2),
    ]
    assert calibration_error(confidence, right, bins=10) == pytest.approx((0.9 + 0.05) / 4)
