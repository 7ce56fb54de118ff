"""Files that are no scorers, or damaged ones, handed to the C library in place of the package's."""

import ctypes
import os

import pytest

from auricle.package import find_package
from broken_scorers import accepted, make_scorer, refused
from c_library.c_interface import Handle

PACKAGE = find_package("en")


@pytest.fixture(scope="module")
def scorer_bytes(tmp_path_factory):
    return make_scorer(tmp_path_factory.mktemp("scorer"))


@pytest.fixture
def with_scorer(library, tmp_path):
    """Give the options that open a model with a file of these bytes as its scorer."""
    path = tmp_path / "scorer.lm"
    options = Handle()
    library.auricle_model_options_create(ctypes.byref(options))
    library.auricle_model_options_set_verify(options, 0)
    library.auricle_model_options_set_scorer(options, os.fsencode(path))

    def options_for(data):
        path.write_bytes(data)
        return options

    yield options_for
    library.auricle_model_options_free(options)


def test_a_scorer_that_is_not_there_or_a_folder(library, open_model, with_scorer, tmp_path):
    options = with_scorer(b"")
    for path in (tmp_path / "absent.lm", tmp_path):
        library.auricle_model_options_set_scorer(options, os.fsencode(path))
        name, message = open_model(PACKAGE, options)
        assert name == "ScorerNotFound"
        assert "auricle lm build" in message


def test_every_damaged_header_and_length_has_its_status(open_model, with_scorer, scorer_bytes):
    for data, status in list(refused(scorer_bytes))[::17]:
        assert open_model(PACKAGE, with_scorer(data))[0] == status, len(data)


def test_damaged_data_is_harmless_while_it_is_searched(
    library, with_scorer, scorer_bytes, recordings
):
    samples = min(recordings.values(), key=len)
    for damaged in accepted(scorer_bytes, 8):
        model, stream, transcript = Handle(), Handle(), Handle()
        opened = library.auricle_model_open(
            os.fsencode(PACKAGE), with_scorer(damaged), ctypes.byref(model)
        )
        if opened != 0:  # its words may not be spelled any more
            continue
        assert library.auricle_stream_create(model, None, ctypes.byref(stream)) == 0
        assert library.auricle_stream_feed_int16(stream, samples.ctypes.data, len(samples)) == 0
        assert library.auricle_stream_finish(stream, ctypes.byref(transcript)) == 0
        library.auricle_transcript_free(transcript)
        library.auricle_stream_free(stream)
        library.auricle_model_free(model)
