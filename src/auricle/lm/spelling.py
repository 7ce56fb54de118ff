"""How a text is brought into the words or units that a scorer counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auricle._core import Lexicon
from auricle.errors import OptionError
from auricle.lexicon import part_words
from auricle.lm.options import Kind
from auricle.lm.text_file import TextFile
from auricle.text import NORMALISERS, normaliser

if TYPE_CHECKING:
    from auricle.package import PackageInfo

_LONGEST = 12  # letters of a word in texts without spaces


@dataclass(frozen=True)
class Spelling:
    """What is done to each line of a text."""

    normaliser: str = "identity"
    """A name in `auricle.text`, as the model has it."""
    characters: bool = False
    """Whether each character is a unit, as in languages without spaces, or what spaces separate."""
    kind: Kind = "word"
    """What the scorer's n-grams are of."""
    lexicon: Lexicon | None = None
    """Whose words are found in texts that have no spaces."""

    def __post_init__(self) -> None:
        if self.normaliser not in NORMALISERS:
            normaliser(self.normaliser)  # names those there are
        if self.characters and self.kind != "unit":
            raise OptionError("characters are units: give kind='unit' with them")

    @classmethod
    def of_model(cls, info: PackageInfo, lexicon: Lexicon | None = None) -> Spelling:
        """Return the spelling of a model's scorers.

        Args:
            info: The model's description.
            lexicon: The model's, if it has one.
        """
        if info.units.boundary != "none":
            return cls(info.normaliser, lexicon=None if info.units.spaces else lexicon)
        spelled = (token for k, token in enumerate(info.units.tokens) if k != info.units.blank)
        return cls(info.normaliser, all(len(token) == 1 for token in spelled), "unit")

    def lines(self, file: TextFile) -> Iterator[tuple[bytes, int]]:
        """Read a text.

        Yields:
            Pieces of whole lines as a scorer counts them, in UTF-8, and how many lines of each are
            left out because the normaliser has no spelling for them.

        Raises:
            OptionError: The file cannot be read.
        """
        for piece in file.lines():
            if self.normaliser == "identity" and not self.characters and self.lexicon is None:
                yield piece, 0
                continue
            lines, skipped = [], 0
            for line in piece.decode().split("\n"):
                try:
                    lines.append(self.line(line))
                except OptionError:
                    skipped += 1
            yield "\n".join([*lines, ""]).encode(), skipped

    def line(self, text: str) -> str:
        """Spell one line.

        Raises:
            OptionError: The normaliser has no spelling for it.
        """
        text = normaliser(self.normaliser)(text)
        if self.characters:
            return " ".join("".join(text.split()))
        if (lexicon := self.lexicon) is None:
            return text
        return " ".join(part_words(text, lambda word: bool(lexicon.spellings(word)), _LONGEST))
