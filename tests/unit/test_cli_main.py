from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from importlib.metadata import version

import pytest

from making_audio import encode, tone

AURICLE = [sys.executable, "-c", "from auricle.cli import main; main(prog_name='auricle')"]


def test_help_lists_the_commands_without_loading_them():
    program = (
        "import sys; sys.argv = ['auricle', '--help']\n"
        "from auricle.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'av', 'soundfile', 'soxr', 'rich', 'torch'}\n"
        "print('loaded:', *sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert re.search(r"transcribe +Turn recordings into text", done.stdout)
    assert done.stdout.endswith("loaded:\n")


def test_the_version_is_that_of_the_package(run):
    assert run("--version").stdout == f"auricle {version('auricle')}\n"


def test_an_unknown_command_is_refused(run):
    done = run("transcribble")
    assert done.exit_code == 2
    assert "transcribble" in done.stderr


def test_the_reader_of_the_output_may_leave(talk):
    program = "\n".join(
        [
            "import auricle, sys; sys.path[:0] = sys.argv[1].split('|'); del sys.argv[1]",
            "from conftest import FakeModel; auricle.load = lambda name, **options: FakeModel()",
            "from auricle.cli import main; main(prog_name='auricle')",
        ]
    )
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-c", program, "|".join(_test_paths()), "transcribe", str(talk)],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


def _test_paths() -> list[str]:
    here = os.path.dirname(__file__)  # noqa: PTH120 - a plain string for the other process
    return [here, os.path.dirname(here)]  # noqa: PTH120


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of Unix")
@pytest.mark.parametrize(("seconds", "shown"), [(40, True), (5, False)])
def test_a_long_recording_has_a_bar_on_a_terminal(tmp_path, seconds, shown):
    path = tmp_path / "talk.wav"
    path.write_bytes(encode(tone(440, seconds, 16_000), 16_000, "wav16"))
    program = "\n".join(
        [
            "import auricle, sys; sys.path[:0] = sys.argv[1].split('|'); del sys.argv[1]",
            "from conftest import FakeModel; auricle.load = lambda name, **options: FakeModel()",
            "from auricle.cli import main; main(prog_name='auricle')",
        ]
    )
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", program, "|".join(_test_paths()), "transcribe", str(path)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    drawn = os.read(ours, 1 << 20).decode() if shown else ""
    os.close(ours)
    assert done.returncode == 0
    assert done.stdout.startswith(b"tone tone")
    assert bool(re.search(r"\d+x", drawn)) == shown
