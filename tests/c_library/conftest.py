"""The C library as Python sees it, without the extension: through ctypes."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def c_build() -> Path:
    """The folder in which scripts/test has built the C library."""
    folder = os.environ.get("AURICLE_C_BUILD")
    if folder is None:
        pytest.skip("AURICLE_C_BUILD names no build of the C library; scripts/test makes one")
    return Path(folder)


@pytest.fixture(scope="session")
def library(c_build):
    suffix = "dylib" if sys.platform == "darwin" else "so"
    library = ctypes.CDLL(str(c_build / "capi" / f"libauricle.{suffix}"))
    for name in ("auricle_error_message", "auricle_status_name"):
        getattr(library, name).restype = ctypes.c_char_p
    library.auricle_model_open.argtypes = [
        ctypes.c_char_p,
        ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_void_p),
    ]
    library.auricle_model_free.argtypes = [ctypes.c_void_p]
    return library


@pytest.fixture(scope="session")
def open_model(library):
    """Open a package; return the name of the status and the message, both empty for success."""

    def open_it(path) -> tuple[str, str]:
        model = ctypes.c_void_p()
        status = library.auricle_model_open(os.fsencode(path), None, ctypes.byref(model))
        if status == 0:
            library.auricle_model_free(model)
            return "", ""
        assert model.value is None
        name = library.auricle_status_name(status).decode()
        return name, library.auricle_error_message().decode()

    return open_it
