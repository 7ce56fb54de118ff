"""Log-probabilities as a CTC network gives them, made from text, so that no network is needed.

Every token is a spike of one or two frames between frames of blank. In a spike the right token
competes with four others, always the same ones for a token (drawn once, among those that stand in
the same place of a word), and with the blank:

    right token             normal(0, 1)
    its four rivals         normal(-margin, 1.5)
    blank                   normal(-4, 1.5)
    every other token       normal(-(6 + ln V), 2.5)
    in frames of blank      blank 0, every other token normal(-(9 + ln V), 3)

before the rows are normalised. So 10 tokens lie within 9 of the best in a frame of blank and 50 in
a spike for V = 500; the bundled English model (V = 256) has 9.5 and 60. The margin is the noise:
`noise_for` finds the one that gives a greedy word error rate. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jiwer
import numpy as np
import numpy.typing as npt

BLANK = 0
WORDS_PER_SECOND = 2.7
RIVALS = 4
WORD_START = "\u2581"

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spelling:
    """A vocabulary with how it spells words; token 0 is the blank."""

    tokens: tuple[str, ...]
    boundary: str  # as auricle.decoder.Vocabulary has it: "separator" or "prefix"
    frames_per_second: float
    spell: Callable[[str], list[int]]

    def text(self, ids: Sequence[int]) -> str:
        """Join tokens to words."""
        joined = "".join(self.tokens[i] for i in ids)
        return " ".join(joined.replace(WORD_START, " ").split())


def greedy(rows: Array, spelling: Spelling) -> str:
    """Collapse the best path."""
    best = rows.argmax(axis=1)
    kept = [int(t) for k, t in enumerate(best) if t != BLANK and (k == 0 or t != best[k - 1])]
    return spelling.text(kept)


class Simulator:
    """Makes rows for texts of one spelling.

    Args:
        spelling: The vocabulary.
        texts: What will be spoken; the length of the gaps follows from them.
        seed: Of everything random.
    """

    def __init__(self, spelling: Spelling, texts: Sequence[str], seed: int) -> None:
        self.spelling, self.texts, self.seed = spelling, texts, seed
        words = sum(len(text.split()) for text in texts)
        tokens = sum(len(spelling.spell(text)) for text in texts)
        frames = spelling.frames_per_second * words / WORDS_PER_SECOND / tokens
        self.gap = max(frames - 1.3, 0.2)  # mean frames of blank after a token
        self.rivals = self._draw_rivals(np.random.default_rng(seed))

    def _draw_rivals(self, random: np.random.Generator) -> npt.NDArray[np.int64]:
        starts = np.array([token.startswith(WORD_START) for token in self.spelling.tokens])
        rivals = np.zeros((len(starts), RIVALS), np.int64)
        for token in range(1, len(starts)):
            alike = np.flatnonzero(starts == starts[token])
            alike = alike[(alike != token) & (alike != BLANK)]
            rivals[token] = random.choice(alike, RIVALS, replace=False)
        return rivals

    def rows(self, number: int, margin: float) -> Array:
        """Return float32 (T, V) natural-log probabilities of text `number`."""
        random = np.random.default_rng((self.seed, number))
        width = len(self.spelling.tokens)
        rows: list[npt.NDArray[np.float64]] = [self._blank(random, width)]
        before = BLANK
        for token in self.spelling.spell(self.texts[number]):
            # An equal token would melt into the one before.
            blanks = max(random.geometric(1 / (1 + self.gap)) - 1, int(token == before))
            rows += [self._blank(random, width) for _ in range(blanks)]
            spike = self._spike(random, width, token, margin)
            rows += [spike] if random.random() < 0.7 else [spike, spike + random.normal(0, 0.3)]
            before = token
        rows.append(self._blank(random, width))
        logits = np.array(rows)
        return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)

    @staticmethod
    def _blank(random: np.random.Generator, width: int) -> npt.NDArray[np.float64]:
        row = random.normal(-(9 + np.log(width)), 3, width)
        row[BLANK] = 0
        return row

    def _spike(
        self, random: np.random.Generator, width: int, token: int, margin: float
    ) -> npt.NDArray[np.float64]:
        row = random.normal(-(6 + np.log(width)), 2.5, width)
        row[BLANK] = random.normal(-4, 1.5)
        row[self.rivals[token]] = random.normal(-margin, 1.5, RIVALS)
        row[token] = random.normal(0, 1)
        return row

    def greedy_error_rate(self, margin: float) -> float:
        """Return the word error rate of the best path."""
        rows = (self.rows(k, margin) for k in range(len(self.texts)))
        return jiwer.wer(list(self.texts), [greedy(r, self.spelling) for r in rows])

    def noise_for(self, error_rate: float) -> float:
        """Return the margin whose greedy word error rate is nearest to `error_rate`."""
        low, high = 0.0, 12.0
        for _ in range(7):
            middle = (low + high) / 2
            if self.greedy_error_rate(middle) > error_rate:
                low = middle
            else:
                high = middle
        return (low + high) / 2
