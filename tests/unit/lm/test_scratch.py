import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from auricle.lm.scratch import scratch_folder

KILLED = """
import os, signal, sys
from auricle.lm.scratch import scratch_folder
with scratch_folder(sys.argv[1]) as folder:
    (folder / "half.lm").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_scratch_folder_is_there_while_it_is_used(tmp_path):
    with scratch_folder(tmp_path) as folder:
        assert folder.parent == tmp_path
        with scratch_folder(tmp_path) as other:  # of other work in the same place
            assert folder.is_dir()
            assert other != folder
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there are no such kills")
def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, env=environment)
    (left,) = tmp_path.iterdir()
    assert Path(left, "half.lm").exists()
    with scratch_folder(tmp_path):
        assert not left.exists()
