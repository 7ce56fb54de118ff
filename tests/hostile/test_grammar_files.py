"""Grammars that are none: each has its own named status, and none takes memory without end."""

import random

import pytest

from auricle.errors import OptionError
from auricle.grammar import load_grammar
from broken_grammars import GRAMMARS


def status_of(tmp_path, content):
    (tmp_path / "g.jsgf").write_bytes(content)
    with pytest.raises(OptionError) as caught:
        load_grammar(tmp_path / "g.jsgf")
    return caught.value.status


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_text_that_is_no_grammar(tmp_path, name):
    text, status = GRAMMARS[name]
    assert status_of(tmp_path, text.encode()) == status


@pytest.mark.parametrize("content", [b"\xff\xfe\n", b"go \xc3\n"])
def test_phrases_that_are_none(tmp_path, content):
    assert status_of(tmp_path, content) in {"GrammarEmpty", "GrammarSyntax"}


def test_a_missing_file(tmp_path):
    with pytest.raises(OptionError) as caught:
        load_grammar(tmp_path / "none.jsgf")
    assert caught.value.status == "GrammarNotFound"


def test_any_bytes_are_a_grammar_or_have_a_status(tmp_path):
    generator = random.Random(6)
    pieces = [b"<a>", b"=", b";", b"public ", b"x", b"|", b"(", b")", b"[", b"]", b"*", b"+",
              b"{T}", b'"y z"', b"/*", b"*/", b"//", b"\n", b"\xff", b"\0", b"<NULL>"]  # fmt: skip
    for _ in range(500):
        content = b"#JSGF V1.0;\n" + b"".join(generator.choices(pieces, k=30))
        (tmp_path / "g.jsgf").write_bytes(content)
        try:
            load_grammar(tmp_path / "g.jsgf")
        except OptionError as error:
            assert str(error.status).startswith("Grammar")  # noqa: PT017
