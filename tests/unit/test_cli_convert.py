import json

import pytest

pytest.importorskip("onnx")
pytest.importorskip("tflite")

from click.testing import CliRunner
from tests.making_deepspeech import DATA, scorer, spellable

import auricle
from auricle.cli import main
from auricle.package import read_info

WORDS = spellable((DATA / "text.txt").read_text(encoding="utf-8").splitlines())

CLIP = DATA.parent / "speech/1272-141231-0011.flac"


def run(*arguments):
    return CliRunner().invoke(main, ["convert", "deepspeech", *map(str, arguments)])


@pytest.fixture
def scorer_file(tmp_path):
    path = tmp_path / "kenlm.scorer"
    path.write_bytes(scorer((DATA / "quantised_array.binary").read_bytes(), WORDS))
    return path


def test_a_model_and_its_scorer_become_a_package_that_transcribes(tmp_path, scorer_file):
    done = run(DATA / "chars.pb", "--scorer", scorer_file, "-o", tmp_path / "old")
    assert done.exit_code == 0, done.output
    assert "64 LSTM units, 28 labels, 16000 Hz, language en-US" in done.output
    assert "alpha 0.75, beta 1.85" in done.output
    model = auricle.load(tmp_path / "old")
    assert model.info.name == "old"
    assert model.info.units.tokens[:3] == (" ", "a", "b")
    assert model.info.units.blank == 28
    assert model.info.units.single_separators
    assert (model.info.beam_margin, model.info.token_margin) == (1000.0, 1000.0)
    words = model.transcribe(CLIP).text.split()
    assert words
    assert set(words) <= set(WORDS)


def test_bytes_become_units_that_are_characters(tmp_path):
    done = run(DATA / "bytes.pb", "-o", tmp_path / "old.auricle", "--name", "zh-test")
    assert done.exit_code == 0, done.output
    info = read_info(tmp_path / "old")
    assert (info.units.kind, info.units.boundary, info.units.blank) == ("bytes", "none", 255)
    assert info.units.tokens[0xE3] == "<0xE4>"
    assert (info.name, info.language) == ("zh-test", "und")
    auricle.load(tmp_path / "old.auricle").transcribe(CLIP)


def test_tags_licence_and_int8_are_taken(tmp_path):
    options = ("--int8", "--language", "fr", "--licence", "CC0")
    assert run(DATA / "chars.tflite", "-o", tmp_path / "old", *options).exit_code == 0
    values = json.loads((tmp_path / "old/auricle.json").read_text(encoding="utf-8"))
    assert (values["language"], values["licence"]) == ("fr", "CC0")
    assert values["training"] == {"converted_from": "chars.tflite", "weights_stored_as": "int8"}


def test_the_language_is_the_model_s_own(tmp_path):
    assert run(DATA / "float.tflite", "-o", tmp_path / "old").exit_code == 0
    assert read_info(tmp_path / "old").language == "de"


def test_what_cannot_be_converted_is_said_in_a_line(tmp_path):
    done = run(DATA / "text.txt", "-o", tmp_path / "old")
    assert done.exit_code != 0
    assert "text.txt: it is not a TensorFlow graph" in done.output
    assert "Traceback" not in done.output


def test_the_scorer_of_a_package_refuses_other_models(tmp_path, scorer_file):
    assert run(DATA / "chars.pb", "--scorer", scorer_file, "-o", tmp_path / "old").exit_code == 0
    with pytest.raises(auricle.ModelError, match="another vocabulary"):
        auricle.load("en", scorer=tmp_path / "old/scorer.lm")
