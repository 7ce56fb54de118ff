"""What is broken, handed to the library under the sanitizers, by the command of its guide."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from documents import ROOT, command

# Opening a model takes long under them: what opens one after the other is left to who runs it all.
SOME = '-k "test_hostile_input or test_broken_packages"'


@pytest.fixture
def sanitized() -> Path:
    """The folder in which scripts/test has built the library with sanitizers."""
    folder = os.environ.get("AURICLE_SANITIZED_C_BUILD")
    if folder is None:
        pytest.skip("AURICLE_SANITIZED_C_BUILD names no build; scripts/test makes one in CI")
    return Path(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD is Linux's")
def test_the_guide_s_command_for_the_sanitizers_reports_nothing(sanitized):
    line = command("docs/c-api.md", "AURICLE_C_BUILD").replace("$PWD/build/asan", str(sanitized))
    cache = (sanitized / "CMakeCache.txt").read_text(encoding="utf-8")
    (compiler,) = re.findall(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", cache, re.MULTILINE)
    if "clang" in compiler:  # as the guide says
        line = line.replace("asan ubsan", f"clang_rt.asan-{platform.machine()}")
        line = line.replace("gcc", compiler)
    done = subprocess.run(f"{line} {SOME}", shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[1-9]\d* passed", done.stdout)
    assert "skipped" not in done.stdout
