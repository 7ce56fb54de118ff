"""Public git repositories as sources: fetched once at a revision, read without a work tree."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """A bare copy of a public repository at one revision."""

    folder: Path
    revision: str

    def files(self, under: str = "") -> list[str]:
        """List the paths of all files under a folder of the repository."""
        command = [
            "git",
            "-C",
            str(self.folder),
            "ls-tree",
            "-r",
            "-z",
            "--name-only",
            self.revision,
        ]
        command += ["--", under] if under else []
        listing = subprocess.run(command, check=True, capture_output=True).stdout
        return [path.decode() for path in listing.split(b"\0") if path]

    def read(self, paths: list[str]) -> Iterator[tuple[str, bytes]]:
        """Yield (path, content) for every path whose content is in this copy, in order."""
        command = ["git", "-C", str(self.folder), "cat-file", "--batch"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as git:
            assert git.stdin is not None
            assert git.stdout is not None
            for path in paths:
                git.stdin.write(f"{self.revision}:{path}\n".encode())
                git.stdin.flush()
                header = git.stdout.readline().split()
                if header[-1] == b"missing":
                    continue
                content = git.stdout.read(int(header[-1]))
                git.stdout.read(1)
                yield path, content
            git.stdin.close()


def fetch_repository(name: str, revision: str, data: Path) -> Repository:
    """Return the repository OWNER/NAME at a revision, fetching it where DATA lacks it.

    A bare clone already at DATA/repositories/OWNER+NAME is used as it is.
    """
    folder = data / "repositories" / name.replace("/", "+")
    if not folder.exists():
        folder.mkdir(parents=True)
        url = f"https://github.com/{name}"
        subprocess.run(["git", "-C", str(folder), "init", "--bare", "-q"], check=True)
        subprocess.run(
            ["git", "-C", str(folder), "fetch", "-q", "--depth", "1", url, revision], check=True
        )
    return Repository(folder, revision)
