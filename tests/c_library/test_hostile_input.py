"""What a program may hand to a stream by mistake or in bad faith: an error or a text, no crash."""

import ctypes
import os
import random

import numpy as np
import pytest

from auricle.package import find_package
from broken_grammars import GRAMMARS
from c_library.c_interface import Handle


@pytest.fixture(scope="module")
def model(library):
    model = Handle()
    opened = library.auricle_model_open(os.fsencode(find_package("en")), None, ctypes.byref(model))
    assert opened == 0
    yield model
    library.auricle_model_free(model)


@pytest.fixture
def options(library):
    options = Handle()
    assert library.auricle_stream_options_create(ctypes.byref(options)) == 0
    yield options
    library.auricle_stream_options_free(options)


@pytest.fixture
def hear(library, model):
    """Feed an array; return the name of the status, and the text where it is Ok."""

    def hear_it(samples, options=None) -> tuple[str, str]:
        stream, transcript, text = Handle(), Handle(), ""
        status = library.auricle_stream_create(model, options, ctypes.byref(stream))
        kind = "int16" if samples.dtype == np.int16 else "float"
        feed = getattr(library, f"auricle_stream_feed_{kind}")
        if status == 0:
            status = feed(stream, samples.ctypes.data, len(samples))
        if status == 0:
            status = library.auricle_stream_finish(stream, ctypes.byref(transcript))
        if status == 0:
            text = library.auricle_transcript_text(transcript).decode()
        library.auricle_transcript_free(transcript)
        library.auricle_stream_free(stream)
        return library.auricle_status_name(status).decode(), text

    return hear_it


@pytest.mark.parametrize(
    "samples",
    [
        np.full(32_000, -32_768, np.int16),
        np.tile(np.array([32_767, -32_768], np.int16), 16_000),
        np.random.default_rng(1).integers(-32_768, 32_768, 32_000).astype(np.int16),
        np.full(32_000, 1e-40, np.float32),
        np.full(32_000, 1e4, np.float32),
        np.zeros(1, np.int16),
        np.zeros(0, np.float32),
    ],
    ids=["floor", "square", "noise", "denormal", "loud", "one", "none"],
)
def test_samples_that_are_no_speech(hear, samples):
    assert hear(samples)[0] == "Ok"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_samples(hear, value):
    samples = np.zeros(1000, np.float32)
    samples[700] = value
    assert hear(samples) == ("NotFinite", "")


def test_samples_too_large_for_any_arithmetic(hear):
    assert hear(np.full(32_000, 3e38, np.float32))[0] in ("Ok", "GraphRun")


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_text_that_is_no_grammar(library, options, name):
    text, status = GRAMMARS[name]
    set_to = library.auricle_stream_options_set_grammar(options, text.encode(), 2.0)
    assert library.auricle_status_name(set_to).decode() == status
    assert library.auricle_error_message()


def test_random_grammars(library, hear, options, recordings):
    samples = min(recordings.values(), key=len)[:8000]
    generator = random.Random(2)
    pieces = [b"#JSGF V1.0;", b"grammar g;", b"public", b"<a>", b"=", b"(", b"|", b")", b"*", b"+"]
    pieces += [b"[", b"]", b"word", b"{tag}", b"/3/", b";", b"\n", b"\\", b"\xff", b"\xe2\x82"]
    for _ in range(300):
        text = b" ".join(generator.choices(pieces, k=generator.randrange(1, 30)))
        if library.auricle_stream_options_set_grammar(options, text, 2.0) == 0:
            hear(samples, options)


@pytest.mark.parametrize("phrase", [b"\xff\xfe", b" ", b"\n", b"a" * 100_000, "日本".encode()])
def test_phrases_that_no_one_says(library, hear, options, recordings, phrase):
    samples = min(recordings.values(), key=len)[:8000]
    if library.auricle_stream_options_add_hot_word(options, phrase, 5.0) == 0:
        hear(samples, options)
