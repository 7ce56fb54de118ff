"""Stage 4: how words are said: DATA/lexicon.txt.

    python recipes/zh/pronunciations.py DATA

The words are those that occur at least twice in DATA/text/train.txt.gz, those that are recorded one
by one, and every character of the text and of the transcripts. Phones are the initials and the
finals with their tones of Hanyu Pinyin, as in `zh ong1 g uo2`; words are said as pypinyin's
dictionary of phrases has it, and single characters in each of their usual ways.
`pip install pypinyin` brings it.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from pathlib import Path

from pypinyin import Style, pinyin
from pypinyin.contrib.tone_convert import to_finals_tone3, to_initials

from auricle.manifest import read_manifest
from auricle.text import normaliser
from auricle.training.units import write_lexicon

FEWEST = 2
MOST_WAYS = 3  # of a single character


def read_words(data: Path) -> list[str]:
    """Return the words and characters to be said."""
    counts: Counter[str] = Counter()
    with gzip.open(data / "text" / "train.txt.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            counts.update(line.split())
    spell = normaliser("mandarin")
    characters = {character for word in counts for character in word}
    words = {word for word, count in counts.items() if count >= FEWEST}
    for part in ("train", "sample", "words", "dev"):
        texts = [
            spell(each.text) for each in read_manifest(data / "manifests" / f"{part}.jsonl.gz")
        ]
        characters.update("".join(texts))
        if part == "words":
            words.update(texts)
    return sorted(words | {each for each in characters if not each.isascii()})


def ways(word: str) -> list[list[str]]:
    """Return the phones of each way to say a word, the most usual first."""
    syllables = pinyin(
        word,
        style=Style.TONE3,
        heteronym=len(word) == 1,
        errors="ignore",
        neutral_tone_with_five=True,
    )
    if len(syllables) != len(word):
        return []
    if len(word) == 1:
        said = [phones(each) for each in syllables[0][:MOST_WAYS]]
        return [way for number, way in enumerate(said) if way not in said[:number]]
    return [[phone for each in syllables for phone in phones(each[0])]]


def phones(syllable: str) -> list[str]:
    """Return the initial, if there is one, and the final of a syllable such as zhong1."""
    final = to_finals_tone3(syllable, neutral_tone_with_five=True)
    if not final:  # a hum, as of 嗯
        return ["en5"]
    initial = to_initials(syllable)
    return [initial, final] if initial else [final]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    arguments = parser.parse_args()
    target = arguments.data / "lexicon.txt"
    lexicon = {word: ways(word) for word in read_words(arguments.data)}
    write_lexicon(lexicon, target)
    said = sum(map(bool, lexicon.values()))
    print(f"{target}: {said} words, {len(lexicon) - said} that cannot be said")


if __name__ == "__main__":
    main()
