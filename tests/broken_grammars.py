"""Grammars that are none, for the languages that read them."""

from __future__ import annotations

_DEEP = "public <a> = " + "(" * 100_000 + "x" + ")" * 100_000 + ";"
_LONG = "public <a> = " + "[x y] " * 100_000 + ";"
_DOUBLED = "public <a0> = <a1> <a1>;\n" + "".join(
    f"<a{n}> = <a{n + 1}> <a{n + 1}>;\n" for n in range(1, 40)
)

_RULES = {
    "a_bracket_that_stays_open": ("public <a> = (x;", "GrammarSyntax"),
    "a_rule_without_end": ("public <a> = x", "GrammarSyntax"),
    "a_backslash_at_the_end": ("public <a> = x \\", "GrammarSyntax"),
    "a_quote_that_stays_open": ('public <a> = "x;', "GrammarSyntax"),
    "a_tag_that_stays_open": ("public <a> = {T;", "GrammarSyntax"),
    "a_comment_that_stays_open": ("public <a> = x; /* no end", "GrammarSyntax"),
    "a_rule_twice": ("public <a> = x;\npublic <a> = y;", "GrammarSyntax"),
    "imports": ("import <other.*>;", "GrammarUnsupported"),
    "half_of_the_weights": ("public <a> = /2/ x | y;", "GrammarUnsupported"),
    "a_rule_that_is_missing": ("public <a> = <b>;", "GrammarUndefined"),
    "left_recursion": ("public <a> = x | <a> y;", "GrammarRecursion"),
    "nothing_public": ("<a> = x;", "GrammarEmpty"),
    "nothing_to_say": ("public <a> = <NULL>;", "GrammarEmpty"),
    "length_without_end": (_LONG, "GrammarTooLarge"),
    "doubling_without_end": (f"{_DOUBLED}<a40> = x;", "GrammarTooLarge"),
    "nesting_without_end": (_DEEP, "GrammarSyntax"),
}

GRAMMARS = {
    "nothing": ("", "GrammarEmpty"),
    "blank_lines": ("\n \n", "GrammarEmpty"),
    **{name: (f"#JSGF V1.0;\n{rules}\n", status) for name, (rules, status) in _RULES.items()},
}
"""Name -> text, and the status that it has."""
