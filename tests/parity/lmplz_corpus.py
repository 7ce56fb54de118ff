"""The text behind the golden files of lmplz, made again from its seed.

The golden files come from KenLM 0.3.0's lmplz:

    python -m tests.parity.lmplz_corpus > corpus.txt
    lmplz -o 2 < corpus.txt | gzip -9n > lmplz_2.arpa.gz            # and with -o 3, -o 4, -o 5
    lmplz -o 2 --prune 0 1 < corpus.txt | gzip -9n > lmplz_2_pruned.arpa.gz
    lmplz -o 3 --prune 0 1 < corpus.txt | gzip -9n > lmplz_3_pruned.arpa.gz
    lmplz -o 4 --prune 0 0 1 2 < corpus.txt | gzip -9n > lmplz_4_pruned.arpa.gz
    lmplz -o 5 --prune 0 0 1 1 2 < corpus.txt | gzip -9n > lmplz_5_pruned.arpa.gz
    lmplz -o 3 --limit_vocab_file kept.txt < corpus.txt | gzip -9n > lmplz_3_limited.arpa.gz

where kept.txt holds `kept_words()`, one a line.
"""

import random
import sys


def corpus() -> str:
    generator = random.Random(7)
    syllables = ["ba", "ke", "li", "mo", "nu", "ra", "sé", "ti"]
    words = [a + b + c for a in syllables for b in syllables for c in ["", *syllables]]
    generator.shuffle(words)

    def word() -> str:
        return words[int(len(words) ** generator.random()) - 1]  # as often as 1 / rank

    phrases = [[word() for _ in range(generator.randint(2, 6))] for _ in range(250)]
    lines = []
    for _ in range(300):
        line: list[str] = []
        for _ in range(generator.randint(1, 3)):
            line += phrases[int(len(phrases) ** generator.random()) - 1]
            line += [word() for _ in range(generator.randint(0, 2))]
        lines.append(" ".join(line))
    return "\n".join(lines) + "\n"


def kept_words() -> list[str]:
    return sorted(set(corpus().split()))[::2]


if __name__ == "__main__":
    sys.stdout.write(corpus())
