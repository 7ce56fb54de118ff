"""Importing is cheap and silent."""

import subprocess
import sys

PROBE = """
import sys, auricle, auricle.deepspeech
heavy = {"torch", "onnxruntime", "av", "soundfile", "sounddevice", "starlette", "rich", "click"}
print(sorted(heavy & set(sys.modules)))
"""


def test_import_loads_nothing_heavy_and_prints_nothing():
    result = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
    assert result.stderr == ""


def test_what_is_public_is_importable():
    import auricle

    assert all(hasattr(auricle, name) for name in auricle.__all__)
    assert list(auricle.__all__) == sorted(auricle.__all__)
