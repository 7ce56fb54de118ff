"""The examples of the documents: their code, and the commands that stand in indented lines.

Tests take from here what they run, and name the document and what they take from it as they stand
there: so `taken` finds them, and nothing is run but what the reader sees.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^    (\S(?:.*(?:\\|&&)\n)*.*)$", re.MULTILINE)
_COMMENT = re.compile(r"\s+#.*$")
_TAKEN = re.compile(r'\b(code|command)\(\s*"([^"]+)",\s*"([^"]+)"\s*\)')


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


def languages(document: str) -> set[str]:
    """Return the languages of the code blocks."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return set(re.findall(r"^```(\w+)$", text, re.MULTILINE))


def taken(kind: str, document: str) -> tuple[str, ...]:
    """Return what tests take from a document, in Python and in JavaScript.

    Args:
        kind: "code" for the languages of code blocks, "command" for how commands begin.
        document: Its path.
    """
    tests = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("js/test/*.mjs")]
    calls = [call for path in tests for call in _TAKEN.findall(path.read_text(encoding="utf-8"))]
    return tuple(what for *which, what in calls if which == [kind, document])
