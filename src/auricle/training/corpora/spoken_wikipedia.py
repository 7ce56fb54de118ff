"""The Spoken Wikipedia Corpora: an article a folder, aligned.swc and audio*.ogg.

Sentences <s> hold tokens <t>, and these the words as they are read, <n pronunciation start end>,
with times in milliseconds of all the recordings joined.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from auricle.errors import OptionError
from auricle.manifest import Utterance, measure

_DESCRIPTION = "aligned.swc"


def read_spoken_wikipedia(folder: Path) -> Iterator[tuple[str, Utterance]]:
    """Read the sentences whose every word has been found in a recording.

    Raises:
        OptionError: There is no article.
    """
    articles = sorted(path.parent for path in folder.rglob(_DESCRIPTION))
    if not articles:
        raise OptionError(f"{folder}: there is no {_DESCRIPTION} in it; give the unpacked archive")
    for article in articles:
        for utterance in _read_article(article):
            yield "", utterance


def _read_article(article: Path) -> Iterator[Utterance]:
    tree = ElementTree.parse(article / _DESCRIPTION)
    values = {each.get("key"): each.get("value") or "" for each in tree.iter("prop")}
    recordings = _recordings(article)
    ignored = {id(each) for part in tree.iter("ignored") for each in part.iter("s")}
    for number, sentence in enumerate(tree.iter("s")):
        words = [word for token in sentence.iter("t") for word in token.iter("n")]
        times = [(word.get("start"), word.get("end")) for word in words]
        if not words or id(sentence) in ignored or any(None in pair for pair in times):
            continue
        begin, end = float(times[0][0] or 0) / 1000, float(times[-1][1] or 0) / 1000
        for audio, first, last in recordings:
            if first <= begin < end <= last:
                yield Utterance(
                    f"{article.name}-{number:05}",
                    audio,
                    " ".join(word.get("pronunciation", "") for word in words),
                    begin - first,
                    end - begin,
                    speaker=values.get("reader.name", ""),
                    source="spoken-wikipedia",
                    language=values.get("DC.language", ""),
                )


def _recordings(article: Path) -> list[tuple[str, float, float]]:
    """Return the recordings of an article, each with the times that it spans, in seconds."""
    paths = sorted(article.glob("audio*.ogg"))
    lengths = [measure(Utterance("", str(path), "")).duration or 0.0 for path in paths]
    ends = list(itertools.accumulate(lengths))
    return [
        (str(path), end - length, end)
        for path, length, end in zip(paths, lengths, ends, strict=True)
    ]
