"""Stage 1e: full corpora that lie at hand join the training set, through the toolkit.

    python recipes/en/large.py DATA --corpora librispeech,commonvoice [--jobs N]

DATA/corpora/NAME is the folder of a corpus, or a link to it: `librispeech` the folder LibriSpeech
that OpenSLR's archives unpack to, `commonvoice` a release with its clips. `auricle data import`
reads each into DATA/large/NAME; their training parts, less the clips of the tests, the readers of
the dev set, and all that shares eight words with a reference of either, become
DATA/manifests/train_large.jsonl.gz together with the small training set. The dev and test sets stay
as they are.
"""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from decontaminate import NGRAM, EvalNgrams, eval_ngrams, shares_ngram
from label import normalised
from speech import MAX_SECONDS, MIN_SECONDS, eval_sentences

from auricle.errors import OptionError
from auricle.manifest import Utterance, read_manifest, write_manifest

HELD_OUT = ("librispeech", "librispeech_test_clean", "common_voice_test", "dev")
TRAINING_PARTS = {"librispeech": "train", "commonvoice": "train"}  # how their names begin


def import_corpus(name: str, data: Path, jobs: int) -> list[Path]:
    """Return the manifests of a corpus's training parts, importing it where that is still to do.

    Raises:
        OptionError: The corpus is not where it should be, or of another kind.
    """
    if name not in TRAINING_PARTS:
        raise OptionError(f"--corpora {name}: there are {', '.join(TRAINING_PARTS)}")
    folder, out = data / "corpora" / name, data / "large" / name
    if not folder.is_dir():
        raise OptionError(f"{folder} is no folder; put the corpus {name} there, or a link to it")
    if not out.exists():
        partial = out.with_name(f"partial-{name}")
        command = ["auricle", "data", "import", name, str(folder), "-o", str(partial)]
        subprocess.run([*command, "--jobs", str(jobs)], check=True)
        partial.rename(out)
    parts = sorted(out.glob(f"{TRAINING_PARTS[name]}*.jsonl.gz"))
    if not parts:
        raise OptionError(f"{folder}: no training part of {name} is in it")
    return parts


def kept(
    utterances: list[Utterance], shared: EvalNgrams, readers: set[str], counts: Counter[str]
) -> Iterator[Utterance]:
    """Yield what may be trained on, its text normalised; count what may not.

    Common Voice's speakers have other names in the dev set: there the sentences tell.
    """
    tested = {Path(clip).stem for clip in eval_sentences()}
    texts = normalised(each.text for each in utterances)
    for utterance, text in zip(utterances, texts, strict=True):
        if not text:
            counts["without a text in English"] += 1
        elif not MIN_SECONDS <= (utterance.duration or 0.0) <= MAX_SECONDS:
            counts["too short or too long"] += 1
        elif Path(utterance.audio).stem in tested or shares_ngram(text, shared):
            counts[f"a test clip, or {NGRAM} words of a test or dev clip"] += 1
        elif utterance.speaker in readers:
            counts["a reader of the dev set"] += 1
        else:
            counts["kept"] += 1
            yield dataclasses.replace(utterance, text=text)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("--corpora", required=True, help="names, with commas between them")
    parser.add_argument("--jobs", type=int, default=1, help="processes that look into recordings")
    arguments = parser.parse_args()
    manifests = arguments.data / "manifests"
    shared = eval_ngrams(
        each.text for name in HELD_OUT for each in read_manifest(manifests / f"{name}.jsonl.gz")
    )
    readers = {each.speaker for each in read_manifest(manifests / "dev.jsonl.gz")} - {""}
    train = read_manifest(manifests / "train.jsonl.gz")
    for name in arguments.corpora.split(","):
        for part in import_corpus(name, arguments.data, arguments.jobs):
            counts: Counter[str] = Counter()
            train += kept(read_manifest(part), shared, readers, counts)
            print(f"{name}, {part.name}: {dict(counts)}", flush=True)
    write_manifest(train, manifests / "train_large.jsonl.gz")
    hours = sum(each.duration or 0.0 for each in train) / 3600
    print(f"train_large: {len(train)} clips, {hours:.1f} h", flush=True)


if __name__ == "__main__":
    main()
