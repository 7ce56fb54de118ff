"""`auricle serve` as a process of its own, for as long as a benchmark lasts."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx

_COMMAND = "from auricle.cli import main; main()"


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running_server(
    port: int, *options: object, log: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server and wait until it is ready; stop it at the end.

    Args:
        port: Of 127.0.0.1, where it listens.
        *options: Of `auricle serve`.
        log: Where its log goes; with PIPE it must be read, or the server waits at last.
    """
    command = [sys.executable, "-c", _COMMAND, "serve", "--port", str(port), *map(str, options)]
    server = subprocess.Popen(command, stderr=log)
    try:
        for _ in range(300):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                    break
            time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        server.wait(30)


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process, MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """Return the time that all processors together have worked since the machine was started."""
    total = [int(field) for field in Path("/proc/stat").read_text().split()[1:9]]
    return (sum(total) - total[3] - total[4]) / os.sysconf("SC_CLK_TCK")


def read_metrics(port: int) -> dict[str, float]:
    """Return what a server tells at /metrics, by name with labels."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60.0).text
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}
