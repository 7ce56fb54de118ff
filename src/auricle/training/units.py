"""Subword pieces: what the network spells in, learnt from the training transcripts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import sentencepiece

BLANK = "<blank>"


def train_pieces(texts: Iterable[str], size: int, path: Path) -> None:
    """Train a unigram model of subword pieces (Kudo, 2018) and write it.

    The unknown piece, id 0, is never used for text: its place is the blank's.

    Args:
        texts: Normalised transcripts.
        size: Number of tokens, the blank included.
        path: Where the sentencepiece model goes.
    """
    model = io.BytesIO()
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
