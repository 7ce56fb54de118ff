"""The decoder's search in plain Python: slow, short, and what the fast one is compared with.

It keeps every hypothesis whose score is among the `beam_width` best, without margins, endpoints or
hot words; probabilities are summed over all paths of a text (core/include/auricle/decoder.h has the
formula).
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

NEVER = -math.inf


def log_add(a: float, b: float) -> float:
    if a < b:
        a, b = b, a
    return a if b == NEVER else a + math.log1p(math.exp(b - a))


@dataclass(frozen=True)
class Language:
    """ln p of a word after words, None for the end of the sentence; and the weights."""

    score: Callable[[tuple[str, ...], str | None], float]
    known: Callable[[str], bool]
    alpha: float
    beta: float
    unknown_penalty: float
    unknown_unit_penalty: float = 0.0

    def text_score(self, words: Sequence[str], end: bool) -> float:
        total = 0.0
        for i, word in enumerate(words):
            total += self.alpha * self.score(tuple(words[:i]), word) + self.beta
            if not self.known(word):
                total -= self.unknown_penalty + len(word) * self.unknown_unit_penalty
        return total + (self.alpha * self.score(tuple(words), None) if end else 0.0)


def words_of(tokens: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
    """The words of a token sequence; "_" at the beginning of a name begins a word, " " ends one."""
    text = "".join(names[token].replace("_", " ") for token in tokens)
    return tuple(text.split())


def search(log_probs, names, blank, beam_width=10**9, language=None):
    """Return (score, words) of every kept text, best first.

    A hypothesis is a text with its last token; a separator where no word is open adds no text.
    """
    beams = {((), blank): (0.0, NEVER)}  # -> ln P of paths ending in a blank, in the last token

    def grown(tokens, token):
        idle = not tokens or names[tokens[-1]] == " "
        return (tokens if names[token] == " " and idle else (*tokens, token)), token

    def score(tokens, paths):
        complete = words_of(tokens, names)
        if tokens and names[tokens[-1]] != " ":
            complete = complete[:-1]
        extra = language.text_score(complete, end=False) if language else 0.0
        return log_add(*paths) + extra

    for row in log_probs:
        following = defaultdict(lambda: (NEVER, NEVER))

        def add(key, in_blank, in_token, following=following):
            before = following[key]
            following[key] = (log_add(before[0], in_blank), log_add(before[1], in_token))

        for (tokens, last), (in_blank, in_token) in beams.items():
            add((tokens, last), log_add(in_blank, in_token) + row[blank], NEVER)
            for token in range(len(row)):
                if token == blank:
                    continue
                if token == last:
                    add((tokens, last), NEVER, in_token + row[token])
                    add(grown(tokens, token), NEVER, in_blank + row[token])
                else:
                    add(grown(tokens, token), NEVER, log_add(in_blank, in_token) + row[token])
        kept = sorted(following, key=lambda key: -score(key[0], following[key]))[:beam_width]
        beams = {key: following[key] for key in kept}
    texts = defaultdict(lambda: NEVER)
    for (tokens, _), paths in beams.items():
        words = words_of(tokens, names)
        texts[words] = log_add(texts[words], log_add(*paths))
    extra = language.text_score if language else (lambda words, end: 0.0)
    scored = ((p + extra(words, True), words) for words, p in texts.items() if p > NEVER)
    return sorted(scored, reverse=True)


def enumerate_texts(log_probs, names, blank, single_separators=False):
    """Return ln P of every text by going through all paths: the definition of CTC.

    With single separators paths with one in front of all words, or with two in a row, do not count.
    """
    texts = defaultdict(lambda: NEVER)
    for path in itertools.product(range(len(names)), repeat=len(log_probs)):
        tokens = [token for token, _ in itertools.groupby(path) if token != blank]
        spelled = "".join(names[token] for token in tokens)
        if single_separators and (spelled.startswith(" ") or "  " in spelled):
            continue
        probability = sum(row[token] for row, token in zip(log_probs, path, strict=True))
        words = words_of(tokens, names)
        texts[words] = log_add(texts[words], probability)
    return texts
