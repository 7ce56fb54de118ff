"""Lexicons that are none, spelled in letters, for the languages that open packages with them."""

from __future__ import annotations

from collections.abc import Callable

UNITS = ["<blank>", *"abcdefghijklmnopqrstuvwxyz"]
WORDS = {"a": "u h", "an": "u n", "read": "r e d", "red": "r e d", "ten": "t e n"}

TEXTS = {
    "empty": (b"", "LexiconEmpty"),
    "blank_lines": (b"\n\n \n", "LexiconEmpty"),
    "a_word_without_units": (b"ten\n", "LexiconSyntax"),
    "no_utf_8": (b"ten t e n\n\xff\xfe a\n", "LexiconSyntax"),
    "of_an_unknown_unit": (b"ten T e n\n", "LexiconUnit"),
    "of_blanks": (b"ten <blank> e n\n", "LexiconUnit"),
    "a_word_without_end": (b"a" * 1000 + b" a\n", "LexiconTooLong"),
    "a_spelling_without_end": (b"long " + b"a " * 1000, "LexiconTooLong"),
}
"""Name -> text, and the status that it has."""

PACKED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut_off": (lambda packed: packed[:-1], "LexiconTruncated"),
    "followed_by_a_byte": (lambda packed: packed + b"\0", "LexiconCorrupt"),
    "changed_in_a_bit": (lambda packed: packed[:-1] + bytes([packed[-1] ^ 1]), "LexiconChecksum"),
}
"""Name -> what is done to a packed lexicon, and the status that it has."""
