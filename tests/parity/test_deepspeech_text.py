"""Texts by converted models and scorers and our search, and by DeepSpeech's own programs.

The golden texts are those of ds_ctcdecoder 0.9.3 for the same log-probabilities and scorer, and of
the package deepspeech 0.9.3 for recordings, a small model that was trained on 64 of them, and its
scorer; the beam is 500.
"""

import json

import pytest
import soundfile

pytest.importorskip("onnx")

import auricle
from auricle.conversion.deepspeech import Naming, convert
from auricle.conversion.scorer import convert_scorer
from auricle.decoder import (
    DecodingOptions,
    EndpointOptions,
    Vocabulary,
    decode_batch,
    open_scorer,
)
from tests.making_deepspeech import ALPHABET, DATA, planted, write_scorer

GOLDEN = json.loads((DATA / "texts.json").read_text(encoding="utf-8"))
RECORDINGS = DATA.parent / "recognition"
TRAINED = json.loads((DATA / "trained.json").read_text(encoding="utf-8"))
WITHOUT_ENDS = EndpointOptions(silence=0.0, maximum=0.0)  # as DeepSpeech
TOKENS = [*(label.decode() for label in ALPHABET), "<blank>"]


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(TOKENS, blank=len(ALPHABET), boundary="separator", single_separators=True)


@pytest.fixture(scope="module")
def converted(vocabulary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scorer")
    write_scorer(folder / "kenlm.scorer")
    convert_scorer(
        folder / "kenlm.scorer",
        folder / "scorer.lm",
        ALPHABET,
        fingerprint=vocabulary.fingerprint,
    )
    return open_scorer(folder / "scorer.lm", vocabulary)


def texts(vocabulary, scorer, least, beam_width=500):
    """Decode what was heard where letters have at least a probability; see `planted`."""
    rows = [planted(text, seed, float(least)) for seed, text in enumerate(GOLDEN[least])]
    options = DecodingOptions(beam_width=beam_width)
    segments = decode_batch(rows, vocabulary, scorer, options)
    return [" ".join(part.alternatives[0].text for part in found) for found in segments]


def equal(found, others):
    return sum(text == other for text, other in zip(found, others, strict=True))


def test_without_the_scorer_one_text_is_right(vocabulary):
    assert len(GOLDEN["0.3"]) == 60
    assert equal(texts(vocabulary, None, "0.3", beam_width=8), GOLDEN["0.3"]) == 1


@pytest.mark.parametrize("least", ["0.3", "0.1"])
def test_the_converted_scorer_gives_the_texts_of_the_original(vocabulary, converted, least):
    assert texts(vocabulary, converted, least) == list(GOLDEN[least].values())


@pytest.fixture(scope="module")
def scorer_of_the_trained(tmp_path_factory):
    path = tmp_path_factory.mktemp("trained") / "kenlm.scorer"
    write_scorer(path, "trained", "trained")
    return path


@pytest.fixture(params=["trained.pb", "trained.tflite"])
def trained(request, scorer_of_the_trained, tmp_path):
    """The package of a trained model, as float32 graph and with int8 weights."""
    pytest.importorskip("tflite")
    package = tmp_path / "package"
    convert(DATA / request.param, package, Naming("trained"), scorer=scorer_of_the_trained)
    return auricle.load(package)


def heard(model, recordings):
    texts = []
    for path in recordings:
        samples, rate = soundfile.read(RECORDINGS / path, dtype="int16")
        texts.append(
            model.transcribe(samples, sample_rate=rate, beam_width=500, endpoint=WITHOUT_ENDS).text
        )
    return texts


def test_recordings_that_a_model_was_taught_have_the_texts_of_the_original(trained):
    texts = TRAINED["taught"]
    assert len(texts) == 64
    assert heard(trained, texts) == list(texts.values())


def test_so_have_most_recordings_that_it_can_only_guess(trained):
    if trained.info.training["weights_stored_as"] == "int8":
        pytest.skip("TensorFlow Lite rounds activations, so that other letters are guessed")
    texts = TRAINED["new"]
    assert equal(heard(trained, texts), texts.values()) >= 16  # of 20; 17 when this was written
