"""Grammars that are none: each has its own named status, and none takes memory without end."""

import random

import pytest

from auricle.errors import OptionError
from auricle.grammar import load_grammar

DEEP = "public <a> = " + "(" * 100_000 + "x" + ")" * 100_000 + ";"
LONG = "public <a> = " + "[x y] " * 100_000 + ";"
DOUBLED = "public <a0> = <a1> <a1>;\n" + "".join(
    f"<a{n}> = <a{n + 1}> <a{n + 1}>;\n" for n in range(1, 40)
)


def status_of(tmp_path, content):
    (tmp_path / "g.jsgf").write_bytes(content)
    with pytest.raises(OptionError) as caught:
        load_grammar(tmp_path / "g.jsgf")
    return caught.value.status


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ("public <a> = (x;", "GrammarSyntax"),
        ("public <a> = x", "GrammarSyntax"),
        ("public <a> = x \\", "GrammarSyntax"),
        ('public <a> = "x;', "GrammarSyntax"),
        ("public <a> = {T;", "GrammarSyntax"),
        ("public <a> = x; /* no end", "GrammarSyntax"),
        ("public <a> = x;\npublic <a> = y;", "GrammarSyntax"),
        ("import <other.*>;", "GrammarUnsupported"),
        ("public <a> = /2/ x | y;", "GrammarUnsupported"),
        ("public <a> = <b>;", "GrammarUndefined"),
        ("public <a> = x | <a> y;", "GrammarRecursion"),
        ("<a> = x;", "GrammarEmpty"),
        ("public <a> = <NULL>;", "GrammarEmpty"),
        (LONG, "GrammarTooLarge"),
        (DOUBLED + "<a40> = x;", "GrammarTooLarge"),
    ],
)
def test_rules_that_are_no_grammar(tmp_path, rules, status):
    assert status_of(tmp_path, f"#JSGF V1.0;\n{rules}\n".encode()) == status


def test_nesting_without_end(tmp_path):
    assert status_of(tmp_path, f"#JSGF V1.0;\n{DEEP}\n".encode()).startswith("Grammar")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\n", b"go \xc3\n"])
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
