"""Stage 2: the clips of Common Voice are dealt to the manifests train, dev and test.

    python recipes/zh/speech.py DATA

The official parts have few speakers in train and most of them in test, so speakers are dealt anew.
Of those of the official test who said at most MOST_CLIPS sentences, in the order of a hash of their
names, the first TEST_SPEAKERS are the test set and the next DEV_SPEAKERS the dev set; all others,
also those of the official train and dev, are the training set. Training clips whose sentence a
test or dev speaker said too are left out. The sources `words` and `sample` are for training too.
DATA/manifests receives PART.jsonl.gz and one for each of these two.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from auricle.manifest import Utterance
from auricle.text import normaliser
from auricle.training.corpora.common_voice import read_common_voice
from auricle.training.importing import import_utterances
from auricle.training.spreading import Workers

MOST_CLIPS = 20
TEST_SPEAKERS, DEV_SPEAKERS = 80, 30

_HAN = re.compile(r"[\u4e00-\u9fff]+")

Dealt = list[tuple[str, Utterance]]  # each with its part


def read_clips(corpus: Path) -> Iterator[tuple[str, Utterance]]:
    """Yield clips with their official parts, and speakers named by a hash of their client_id."""
    for part, utterance in read_common_voice(corpus):
        speaker = hashlib.sha256(utterance.speaker.encode()).hexdigest()[:12]
        yield part, dataclasses.replace(utterance, speaker=speaker)


def parts_of_speakers(clips: Iterable[tuple[str, Utterance]]) -> dict[str, str]:
    """Return the part of each test and dev speaker."""
    counts = Counter(utterance.speaker for part, utterance in clips if part == "test")
    few = sorted(speaker for speaker, count in counts.items() if count <= MOST_CLIPS)
    test, dev = few[:TEST_SPEAKERS], few[TEST_SPEAKERS:][:DEV_SPEAKERS]
    return dict.fromkeys(test, "test") | dict.fromkeys(dev, "dev")


def deal(clips: Dealt, part_of: Mapping[str, str]) -> Dealt:
    """Deal clips to parts by their speakers, without sentences of test and dev in train."""
    dealt = [(part_of.get(each.speaker, "train"), each) for _, each in clips]
    spell = normaliser("mandarin")
    heard = {spell(each.text) for part, each in dealt if part != "train"}
    kept = [
        (part, each) for part, each in dealt if part != "train" or spell(each.text) not in heard
    ]
    print(f"{len(dealt) - len(kept)} training clips left out: said in test or dev too")
    return kept


def read_words(corpus: Path) -> Iterator[tuple[str, Utterance]]:
    """Yield the recordings of words of several characters, which their file names spell."""
    for path in sorted(corpus.glob("96k/hsk/cmn-*.mp3")):
        text = path.stem.removeprefix("cmn-")
        if len(text) > 1 and _HAN.fullmatch(text):
            yield "words", Utterance(path.stem, str(path), text, speaker="cmn", source="audio-cmn")


def read_sample(corpus: Path) -> Iterator[tuple[str, Utterance]]:
    """Yield the recordings of the AISHELL-1 sample whose text, beside them, has no Latin in it."""
    for path in sorted(corpus.glob("AISHELL_Sample_data/*.wav")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
        if _HAN.fullmatch(text):
            speaker = path.stem[6:11]
            yield "sample", Utterance(path.stem, str(path), text, speaker=speaker, source="aishell")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    arguments = parser.parse_args()
    clips = list(read_clips(arguments.data / "sources" / "clips" / "zh-CN"))
    dealt = deal(clips, parts_of_speakers(clips))
    dealt += read_words(arguments.data / "sources" / "words")
    dealt += read_sample(arguments.data / "sources" / "sample")
    workers = Workers(arguments.jobs)
    done = import_utterances(dealt, arguments.data / "manifests", workers=workers)
    for path, (count, seconds) in done.manifests.items():
        speakers = {each.speaker for part, each in dealt if path.name == f"{part}.jsonl.gz"}
        print(f"{path.name}: {count} clips, {seconds / 3600:.2f} h, {len(speakers)} speakers")
    for name, why in done.failed:
        print(f"left out: {name}: {why}")


if __name__ == "__main__":
    main()
