"""What a lexicon makes of a sequence of units, in plain Python."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tests.parity.reference_search import NEVER, log_add

Spellings = Mapping[str, Sequence[str]]


def texts_of(units: Sequence[str], spellings: Spellings) -> Iterator[tuple[str, ...]]:
    """Every way in which words make up the units; a space only lies between words."""
    if not units:
        yield ()
        return
    if units[0] == " ":
        yield from texts_of(units[1:], spellings)
        return
    for word, ways in spellings.items():
        for way in ways:
            length = len(way.split())
            if list(units[:length]) == way.split():
                for rest in texts_of(units[length:], spellings):
                    yield (word, *rest)


def enumerate_lexicon_texts(log_probs, names, blank, spellings: Spellings):
    """Return ln P of every text: the sum over all spellings of its words, and all their paths."""
    sequences = defaultdict(lambda: NEVER)
    for path in itertools.product(range(len(names)), repeat=len(log_probs)):
        units = tuple(names[token] for token, _ in itertools.groupby(path) if token != blank)
        probability = math.fsum(row[token] for row, token in zip(log_probs, path, strict=True))
        sequences[units] = log_add(sequences[units], probability)
    texts = defaultdict(lambda: NEVER)
    for units, probability in sequences.items():
        for words in texts_of(units, spellings):
            texts[words] = log_add(texts[words], probability)
    return texts
