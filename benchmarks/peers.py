"""Error rates of a package beside those of other recognisers, on the same utterances in one run.

    pip install faster-whisper pocketsphinx opencc-python-reimplemented
    python benchmarks/peers.py MODEL MANIFEST [--whisper FOLDER ...] [--pocketsphinx] [--limit N]

Each FOLDER holds a Whisper model converted for CTranslate2, run as int8 with beam 5 on the
package's language; of Mandarin it writes traditional characters too, which become simplified.
Texts of all systems are normalised by the package's normaliser; digits, which Whisper likes to
write, are spelled out. PocketSphinx is run with the English model that its package holds. One
thread each. With --limit so many utterances are taken at equal distances over the manifest.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

import auricle
from auricle.audio import Waveform
from auricle.cli.progress import count_progress
from auricle.errors import OptionError
from auricle.evaluation import Evaluation, compare, describe_difference, overview
from auricle.evaluation.scoring import Scored
from auricle.manifest import Utterance, read_manifest, read_utterance
from auricle.text import Normaliser, normaliser

Recogniser = Callable[[Waveform], str]

SAMPLE_RATE = 16000


def whisper(folder: Path, language: str) -> Recogniser:
    """Return Whisper from a folder."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    simplify = simplified() if language == "zh" else str

    def recognise(samples: Waveform) -> str:
        segments, _ = model.transcribe(samples, language=language, beam_size=5)
        return simplify(" ".join(segment.text for segment in segments))

    return recognise


def simplified() -> Callable[[str], str]:
    """Return what makes traditional characters simplified."""
    from opencc import OpenCC

    converter = OpenCC("t2s")
    return lambda text: str(converter.convert(text))


def pocketsphinx() -> Recogniser:
    """Return PocketSphinx with its own English model."""
    from pocketsphinx import Decoder

    decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")

    def recognise(samples: Waveform) -> str:
        decoder.start_utt()
        pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return hypothesis.hypstr if hypothesis else ""

    return recognise


def hear(
    name: str,
    recogniser: Recogniser,
    sounds: Sequence[tuple[Utterance, Waveform]],
    normalise: Normaliser,
    separator: str,
) -> Evaluation:
    """Run a recogniser over utterances that are in memory."""
    scored, left_out, spent = [], [], 0.0
    with count_progress(name, len(sounds)) as progress:
        for utterance, samples in sounds:
            began = time.process_time()
            text = recogniser(samples)
            spent += time.process_time() - began
            try:
                texts = normalise(utterance.text), normalise(text)
            except OptionError as error:
                left_out.append((utterance.id, str(error)))
            else:
                seconds = len(samples) / SAMPLE_RATE
                scored.append(Scored(utterance, *texts, seconds, separator))
            progress(1)
    return Evaluation(name, "", tuple(scored), tuple(left_out), spent)


def recognisers(
    model: auricle.Model, arguments: argparse.Namespace
) -> Iterator[tuple[str, Recogniser]]:
    """Yield the names of all that were asked for, and what they do."""
    yield (
        f"auricle {model.info.name} {model.info.version}",
        lambda samples: model.transcribe(samples, sample_rate=SAMPLE_RATE).text,
    )
    for folder in arguments.whisper:
        yield f"whisper {folder.name}", whisper(folder, model.info.language)
    if arguments.pocketsphinx:
        yield "pocketsphinx", pocketsphinx()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("model", help="a name, a package folder or a packed file")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--whisper", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--pocketsphinx", action="store_true")
    parser.add_argument("--limit", type=int, help="so many utterances, at equal distances")
    arguments = parser.parse_args()
    utterances = read_manifest(arguments.manifest)
    if arguments.limit:
        places = np.linspace(0, len(utterances) - 1, arguments.limit).round().astype(int)
        utterances = [utterances[place] for place in places]
    sounds = [(each, read_utterance(each, SAMPLE_RATE)) for each in utterances]
    model = auricle.load(arguments.model)
    normalise, separator = normaliser(model.info.normaliser), model.vocabulary.separator
    heard = [hear(*each, sounds, normalise, separator) for each in recognisers(model, arguments)]
    print(f"{len(heard[0].scored)} utterances, {int(heard[0].words.sum())} words, ", end="")
    print(f"{len({each.speaker for each in utterances})} speakers\n")
    print(overview(heard))
    for other in heard[1:]:
        print("\n" + describe_difference(heard[0], other, compare(heard[0], other)))
    for evaluation in heard:
        for name, why in evaluation.unread:
            print(f"{evaluation.model}: {name} left out ({why})")


if __name__ == "__main__":
    main()
