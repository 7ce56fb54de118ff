"""The examples of the documents: their code, and the commands that stand in indented lines."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^    (\S(?:.*(?:\\|&&)\n)*.*)$", re.MULTILINE)
_COMMENT = re.compile(r"\s+#.*$")


def code(document: str, language: str) -> list[str]:
    """Return the code blocks of a language."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(document: str) -> list[str]:
    """Return the commands for a shell, without comments; one may go on in further lines."""
    text = _FENCED.sub("", (ROOT / document).read_text(encoding="utf-8"))
    return [_COMMENT.sub("", command) for command in _INDENTED.findall(text)]


def command(document: str, beginning: str) -> str:
    """Return the one command that begins like this."""
    (found,) = [line for line in commands(document) if line.startswith(beginning)]
    return found
