"""The C library as Python sees it, without the extension: through ctypes, and installed."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from c_library.c_interface import Handle, library_name, load_library
from documents import ROOT, command


@pytest.fixture(scope="session")
def c_build() -> Path:
    """The folder in which scripts/test has built the C library."""
    folder = os.environ.get("AURICLE_C_BUILD")
    if folder is None:
        pytest.skip("AURICLE_C_BUILD names no build of the C library; scripts/test makes one")
    return Path(folder)


@pytest.fixture(scope="session")
def library(c_build):
    return load_library(c_build / "capi" / library_name("auricle"))


@pytest.fixture(scope="session")
def installed(c_build, tmp_path_factory) -> Path:
    """The prefix under which the guide's command installs the C library, built as it is."""
    prefix = tmp_path_factory.mktemp("prefix")
    cache = (c_build / "CMakeCache.txt").read_text(encoding="utf-8")
    (onnxruntime,) = re.findall(r"^ONNXRUNTIME_ROOT:\w+=(.*)$", cache, re.MULTILINE)
    line = command("docs/c-api.md", "cmake -S")
    line = line.replace("build/c", str(c_build)).replace("/usr/local", str(prefix))
    line = line.replace("/path/to/onnxruntime", onnxruntime)
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return prefix


@pytest.fixture(scope="session")
def open_model(library):
    """Open a package; return the name of the status and the message, both empty for success."""

    def open_it(path, options=None) -> tuple[str, str]:
        model = Handle()
        status = library.auricle_model_open(os.fsencode(path), options, ctypes.byref(model))
        if status == 0:
            library.auricle_model_free(model)
            return "", ""
        assert model.value is None
        name = library.auricle_status_name(status).decode()
        return name, library.auricle_error_message().decode()

    return open_it


@pytest.fixture(scope="session")
def recordings(clips) -> dict[str, np.ndarray]:
    """The test clips: name -> samples int16 (S,) at 16 kHz."""
    return {name: np.round(clip * 32768).astype(np.int16) for name, clip in clips.items()}


@pytest.fixture(scope="session")
def raw(tmp_path_factory, recordings) -> Path:
    """A file of the samples of a clip, as the examples read them."""
    path = tmp_path_factory.mktemp("raw") / "clip.raw"
    next(iter(recordings.values())).tofile(path)
    return path
