"""Importing is cheap and silent."""

import os
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


HEAR = """
import numpy, auricle
auricle.load("en").transcribe(numpy.zeros(16_000, numpy.float32), sample_rate=16_000)
"""


def test_hearing_leaves_nothing_behind_that_could_be_sent(tmp_path):
    """ONNX Runtime would keep reports for its maker in the user's folders."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    homes = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CACHE_HOME")
    subprocess.run(
        [sys.executable, "-c", HEAR],
        env={**kept, **dict.fromkeys(homes, str(tmp_path))},
        check=True,
    )
    assert list(tmp_path.rglob("*")) == []


def test_what_is_public_is_importable():
    import auricle

    assert all(hasattr(auricle, name) for name in auricle.__all__)
    assert list(auricle.__all__) == sorted(auricle.__all__)
