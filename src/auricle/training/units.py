"""Units: what a network spells in. Characters, bytes, subword pieces, or phones.

All number the blank 0, spell a normalised text with `encode` and read tokens back with `decode`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import sentencepiece

from auricle.errors import OptionError
from auricle.lexicon import part_words

BLANK = "<blank>"


class Units(Protocol):
    """What a head of the network spells in."""

    tokens: list[str]

    def encode(self, text: str) -> list[int]:
        """Spell a normalised text in token ids; ValueError where no units spell it."""

    def decode(self, ids: Iterable[int]) -> str:
        """Join token ids to a text, leaving out blanks."""


class Characters:
    """The characters of an alphabet; a space parts the words."""

    def __init__(self, alphabet: Iterable[str]) -> None:
        self.tokens = [BLANK, " ", *sorted(set(alphabet) - {" "})]
        self._ids = {token: number for number, token in enumerate(self.tokens)}

    def encode(self, text: str) -> list[int]:
        """Spell a normalised text; ValueError at a character outside the alphabet."""
        try:
            return [self._ids[character] for character in text]
        except KeyError as error:
            raise ValueError(f"the alphabet lacks {error}, which is in {text!r}") from None

    def decode(self, ids: Iterable[int]) -> str:
        """Join token ids to a text, leaving out blanks."""
        return " ".join("".join(self.tokens[i] for i in ids if i != 0).split())


class Bytes:
    """The bytes of UTF-8, for any writing; a space parts the words where there are any.

    Bytes alone spell what no alphabet of the training texts holds (Li et al., 2019).
    """

    def __init__(self, spaces: bool) -> None:
        """Number all bytes of printable UTF-8, with the space among them if words have spaces."""
        used = [*range(0x21, 0x7F), *range(0x80, 0xF5)]
        space = [" "] if spaces else []
        self.tokens = [BLANK, *space, *(f"<0x{byte:02X}>" for byte in used)]
        self._bytes = [b"", *(each.encode() for each in space), *(bytes([byte]) for byte in used)]
        self._ids = {value[0]: number for number, value in enumerate(self._bytes) if value}

    def encode(self, text: str) -> list[int]:
        """Spell a normalised text; ValueError at a control character, or a space of no unit."""
        try:
            return [self._ids[byte] for byte in text.encode()]
        except KeyError as error:
            raise ValueError(f"the byte {error} is no unit, and is in {text!r}") from None

    def decode(self, ids: Iterable[int]) -> str:
        """Join token ids to a text; what is no UTF-8 is marked."""
        return b"".join(self._bytes[i] for i in ids).decode(errors="replace").strip()


class Phones:
    """The phones of a lexicon, in which each word is said in its first way.

    In languages without spaces what stands between two spaces are words of the lexicon, found from
    the left, the longest first.
    """

    def __init__(self, lexicon: Mapping[str, list[list[str]]], spaces: bool = True) -> None:
        """Number the phones.

        Args:
            lexicon: From words to their ways, each a list of phones.
            spaces: Whether words have spaces between them.
        """
        phones = {phone for ways in lexicon.values() for way in ways for phone in way}
        self.tokens = [BLANK, *sorted(phones)]
        ids = {token: number for number, token in enumerate(self.tokens)}
        self._words = {word: [ids[phone] for phone in ways[0]] for word, ways in lexicon.items()}
        self._spaces = spaces
        self._longest = max(map(len, lexicon), default=0)

    def encode(self, text: str) -> list[int]:
        """Say a normalised text; ValueError at a word that the lexicon lacks."""
        try:
            return [phone for word in self._parted(text) for phone in self._words[word]]
        except KeyError as error:
            raise ValueError(f"the lexicon lacks {error}, which is in {text!r}") from None

    def _parted(self, text: str) -> Iterable[str]:
        if self._spaces:
            return text.split()
        return part_words(text, self._words.__contains__, self._longest)

    def decode(self, ids: Iterable[int]) -> str:
        """Write phones with spaces between them: the words are not known."""
        return " ".join(self.tokens[i] for i in ids if i != 0)


def read_lexicon(path: Path) -> dict[str, list[list[str]]]:
    """Read a lexicon: a word and its phones on a line, the most usual of its ways first.

    Raises:
        OptionError: The file is missing, or a line of it has no phones.
    """
    lexicon: dict[str, list[list[str]]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"{path}: the lexicon cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        word, *phones = line.split() or [""]
        if not phones:
            raise OptionError(f"{path}: line {number} must be a word and its phones, as: tea t iy")
        lexicon.setdefault(word, []).append(phones)
    return lexicon


def write_lexicon(lexicon: Mapping[str, list[list[str]]], path: Path) -> None:
    """Write a lexicon as `read_lexicon` reads it; words that have no way are left out."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        for word, ways in lexicon.items():
            out.writelines(f"{word} {' '.join(way)}\n" for way in ways)
    part.replace(path)


def train_pieces(texts: Iterable[str], size: int, path: Path) -> None:
    """Train a unigram model of subword pieces (Kudo, 2018) and write it.

    The unknown piece, id 0, is never used for text: its place is the blank's.

    Args:
        texts: Normalised transcripts.
        size: Number of tokens, the blank included.
        path: Where the sentencepiece model goes.

    Raises:
        OptionError: The texts have not so many pieces, or more characters.
    """
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            vocab_size=size,
            model_type="unigram",
            character_coverage=1.0,
            normalization_rule_name="identity",
            bos_id=-1,
            eos_id=-1,
            pad_id=-1,
            unk_id=0,
            unk_piece=BLANK,
            minloglevel=2,
        )
    except RuntimeError as error:
        why = str(error).rpartition("] ")[2]
        raise OptionError(
            f"[[heads]] size = {size}: no such number of pieces can be made of the training texts "
            f"({why})"
        ) from error
    path.write_bytes(model.getvalue())


class Pieces:
    """The pieces of a model file, as token ids with the blank at 0."""

    def __init__(self, path: Path) -> None:
        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.tokens = [self._processor.id_to_piece(i) for i in range(len(self._processor))]

    def encode(self, text: str) -> list[int]:
        """Spell a normalised text in token ids; ValueError at a character without a piece."""
        ids: list[int] = self._processor.encode(text)
        if 0 in ids:
            raise ValueError(f"no pieces spell {text!r}; train the pieces on a text that holds it")
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Join token ids to a text, leaving out blanks."""
        pieces = "".join(self.tokens[i] for i in ids if i != 0)
        return pieces.replace("\u2581", " ").strip()
