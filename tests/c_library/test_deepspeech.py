"""libdeepspeech gives what Python's drop-in gives: texts, readings, characters and their places."""

from __future__ import annotations

import ctypes
import os
import re
from pathlib import Path

import pytest

from auricle import deepspeech
from auricle.package import find_package
from c_library.c_interface import Handle, library_name, load_library

PACKAGE = find_package("en")
HEADER = Path(__file__).parents[2] / "capi" / "deepspeech" / "deepspeech.h"
BLOCK = 4000


@pytest.fixture(scope="module")
def old(c_build):
    return load_library(c_build / "capi" / "deepspeech" / library_name("deepspeech"))


@pytest.fixture
def c_model(old):
    model = Handle()
    assert old.DS_CreateModel(os.fsencode(PACKAGE), ctypes.byref(model)) == 0
    yield model
    old.DS_FreeModel(model)


def taken(old, pointer) -> str:
    """Take a string from the library, which then frees it."""
    text = ctypes.string_at(pointer).decode()
    old.DS_FreeString(pointer)
    return text


def readings(old, metadata) -> list:
    """Take metadata from the library as confidences and tokens."""
    content = metadata.contents
    found = [
        (candidate.confidence, [(t.text.decode(), t.timestep) for t in tokens_of(candidate)])
        for candidate in content.transcripts[: content.num_transcripts]
    ]
    old.DS_FreeMetadata(metadata)
    return found


def tokens_of(candidate):
    return candidate.tokens[: candidate.num_tokens]


def expected_of(metadata: deepspeech.Metadata) -> list:
    return [(c.confidence, [(t.text, t.timestep) for t in c.tokens]) for c in metadata.transcripts]


def assert_same(given: list, expected: list) -> None:
    assert [tokens for _, tokens in given] == [tokens for _, tokens in expected]
    confidences = [confidence for confidence, _ in expected]
    assert [confidence for confidence, _ in given] == pytest.approx(confidences, abs=1e-6)


@pytest.mark.parametrize("scorer", [None, PACKAGE, PACKAGE / "scorer.lm"], ids=str)
def test_texts_and_readings_are_python_s(old, c_model, recordings, scorer):
    ds = deepspeech.Model(PACKAGE)
    if scorer is not None:
        ds.enableExternalScorer(scorer)
        assert old.DS_EnableExternalScorer(c_model, os.fsencode(scorer)) == 0
    for samples in list(recordings.values())[:3]:
        audio = (c_model, samples.ctypes.data, len(samples))
        assert taken(old, old.DS_SpeechToText(*audio)) == ds.stt(samples)
        for count in (0, 1, 4):
            given = readings(old, old.DS_SpeechToTextWithMetadata(*audio, count))
            assert_same(given, expected_of(ds.sttWithMetadata(samples, count)))


def test_a_converted_model_is_searched_as_in_python(old, recordings, tmp_path):
    pytest.importorskip("onnx")
    from auricle.conversion.deepspeech import Naming, convert
    from tests.making_deepspeech import DATA, write_scorer

    words = write_scorer(tmp_path / "kenlm.scorer")
    package = tmp_path / "package"
    convert(DATA / "chars.pb", package, Naming("old"), scorer=tmp_path / "kenlm.scorer")
    ds, c_model = deepspeech.Model(package), Handle()
    ds.enableExternalScorer(package)
    assert old.DS_CreateModel(os.fsencode(package), ctypes.byref(c_model)) == 0
    assert old.DS_EnableExternalScorer(c_model, os.fsencode(package)) == 0
    for samples in list(recordings.values())[:3]:
        text = taken(old, old.DS_SpeechToText(c_model, samples.ctypes.data, len(samples)))
        assert text == ds.stt(samples)
        assert set(text.split()) <= set(words)
    old.DS_FreeModel(c_model)


def test_settings_are_python_s(old, c_model, recordings):
    ds = deepspeech.Model(PACKAGE)
    ds.enableExternalScorer(PACKAGE)
    ds.setScorerAlphaBeta(0.4, 1.0)
    ds.setBeamWidth(8)
    ds.addHotWord("he was", 4.0)
    assert old.DS_EnableExternalScorer(c_model, os.fsencode(PACKAGE)) == 0
    assert old.DS_SetScorerAlphaBeta(c_model, 0.4, 1.0) == 0
    assert old.DS_SetModelBeamWidth(c_model, 8) == 0
    assert old.DS_AddHotWord(c_model, b"he was", 4.0) == 0
    for samples in list(recordings.values())[:2]:
        given = old.DS_SpeechToText(c_model, samples.ctypes.data, len(samples))
        assert taken(old, given) == ds.stt(samples)


def test_intermediate_results_are_python_s(old, c_model, recordings):
    samples = next(iter(recordings.values()))
    ds_stream = deepspeech.Model(PACKAGE).createStream()
    stream = Handle()
    assert old.DS_CreateStream(c_model, ctypes.byref(stream)) == 0
    for start in range(0, len(samples), BLOCK):
        block = samples[start : start + BLOCK]
        old.DS_FeedAudioContent(stream, block.ctypes.data, len(block))
        ds_stream.feedAudioContent(block)
        given = readings(old, old.DS_IntermediateDecodeWithMetadata(stream, 1))
        assert_same(given, expected_of(ds_stream.intermediateDecodeWithMetadata(1)))
    given = readings(old, old.DS_FinishStreamWithMetadata(stream, 3))
    assert_same(given, expected_of(ds_stream.finishStreamWithMetadata(3)))


def test_failures_have_python_s_codes(old, tmp_path):
    (tmp_path / "broken.auricle").write_bytes(b"no archive")
    for path in ("", "no-such-model", "old.pbmm", str(tmp_path / "broken.auricle")):
        with pytest.raises(deepspeech.DeepSpeechError) as caught:
            deepspeech.Model(path)
        model = Handle()
        assert old.DS_CreateModel(path.encode(), ctypes.byref(model)) == caught.value.code
        assert model.value is None


def test_the_version_is_python_s(old):
    assert taken(old, old.DS_Version()) == deepspeech.version()


def test_the_header_has_all_24_functions_and_the_library_too(old):
    names = re.findall(r"DEEPSPEECH_EXPORT [\w* ]+?\*?(DS_\w+)\(", HEADER.read_text())
    assert len(set(names)) == 24
    assert all(hasattr(old, name) for name in names)


def test_the_numbers_of_codes_that_python_names_are_the_header_s():
    table = dict(re.findall(r"APPLY\(DS_ERR_(\w+),\s+(0x\w+),", HEADER.read_text()))
    assert len(table) == 23
    for code in deepspeech.ErrorCode:
        assert int(table[code.name], 16) == code
