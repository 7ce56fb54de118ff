"""Speed and accuracy of the search beside pyctcdecode and flashlight-text, in one run.

    pip install flashlight-text kenlm pygtrie
    pip install --no-deps pyctcdecode      # it asks for numpy below 2, and runs with later ones
    python benchmarks/decoder.py TEXT [--beams 8 32 100 500] [--vocabularies 30 500 5000] ...

TEXT is running text, such as some books (10 MB are plenty). Most of its sentences make a trigram
model, which all three read from the same ARPA file; of the others, some are spoken by
benchmarks/posteriors.py, at 25 frames a second in characters (V = 30) and at 12.5 in sentencepiece
pieces trained on the spot, with a noise that makes the best path's word error rate about 25 %.

For each vocabulary and beam all systems decode one utterance after the other, in turns, on one
thread, until the seconds of --cell are spent; a line of the table is printed as soon as it is
measured. A cell of it holds processor time for each second of audio, in ms, the word error rate,
and for the others how many times the first column's time theirs is, and p: the probability of so
different error counts by chance (two-sided sign test over the utterances).

All have the same weights, and the same margins as far as each has them: hypotheses are kept within
10 of the best (all three); tokens within 5 of the best of their frame (ours; pyctcdecode, whose
default this is, counts from 0); the 40 best tokens (ours, flashlight-text). "auricle, 10 and 6" is
our search with tokens within 6 instead of 5. flashlight-text has a closed vocabulary, as
torchaudio sets it up; unknown words cost the others the same. Its lexicon search cannot hold the
last token of a word for a second frame unless a separator follows, and pieces have none: so in
pieces every word has a second spelling there, with the last piece twice, which takes two thirds of
its errors away.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import math
import random
import re
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jiwer
import numpy as np
import sentencepiece

from auricle import lm
from auricle.decoder import Decoder, DecodingOptions, Vocabulary, open_scorer
from auricle.errors import OptionError
from auricle.text import english
from posteriors import BLANK, Array, Simulator, Spelling

ALPHA, BETA = 0.5, 3.0
UNKNOWN_SCORE = -10.0  # of a word the model lacks, a decimal logarithm, as pyctcdecode's default
GREEDY_ERROR_RATE = 0.25
MARGIN, TOKEN_MARGIN, TOP_TOKENS = 10.0, 5.0, 40
NEVER = -1e4  # a log-probability
CALIBRATED = 40  # utterances that the noise is set on

Recognise = Callable[[Array], str]
ForBeam = Callable[[int], Recognise]  # a search for a beam width, its model loaded once


def read_sentences(path: Path) -> list[str]:
    """Return the normalised sentences of 5 to 40 words; those in other scripts are left out."""
    text = " ".join(path.read_text(encoding="utf-8", errors="replace").split())
    sentences = []
    for part in re.split(r"(?<=[.!?;])[\"')]*\s+", text):
        with contextlib.suppress(OptionError):
            sentences.append(english(part))
    return [s for s in sentences if 5 <= len(s.split()) <= 40]


def characters() -> Spelling:
    """Return the spelling in 30 characters, one of which no text has."""
    tokens = ("<blank>", " ", *"abcdefghijklmnopqrstuvwxyz", "'", "-")
    numbers = {token: index for index, token in enumerate(tokens)}
    return Spelling(tokens, "separator", 25.0, lambda text: [numbers[c] for c in text])


def pieces(sentences: Sequence[str], size: int, folder: Path) -> Spelling:
    """Return a spelling in `size` - 1 pieces, trained on sentences, and the blank."""
    text = folder / "pieces.txt"
    text.write_text("\n".join(sentences[:50_000]), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / f"pieces{size}"),
        vocab_size=size,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"pieces{size}.model"))
    # Piece 0 is <unk>, which normalised text never needs: its place is the blank's.
    tokens = ("<blank>", *(model.id_to_piece(k) for k in range(1, size)))
    return Spelling(tokens, "prefix", 12.5, lambda text: list(model.encode(text)))


def auricle_search(spelling: Spelling, arpa: Path, **margins: float) -> ForBeam:
    """Return our search with some margins."""
    vocabulary = Vocabulary(spelling.tokens, blank=BLANK, boundary=spelling.boundary)
    scorer = open_scorer(arpa.with_suffix(".lm"), vocabulary)

    def for_beam(beam: int) -> Recognise:
        weights = {
            "alpha": ALPHA,
            "beta": BETA,
            "unknown_penalty": -ALPHA * math.log(10) * UNKNOWN_SCORE,
        }
        decoder = Decoder(
            vocabulary, scorer, DecodingOptions(beam_width=beam, **weights, **margins)
        )

        def recognise(rows: Array) -> str:
            decoder.reset()
            segments = [*decoder.step(rows), *decoder.finish()]
            return " ".join(segment.alternatives[0].text for segment in segments)

        return recognise

    return for_beam


def words_of(arpa: Path) -> list[str]:
    """Return the words of a model but <unk>, <s> and </s>."""
    words = []
    with arpa.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("\\2-grams"):
                break
            fields = line.split("\t")
            if len(fields) > 1 and not fields[1].startswith("<"):
                words.append(fields[1].rstrip())
    return words


def pyctcdecode_search(spelling: Spelling, arpa: Path) -> ForBeam:
    """Return pyctcdecode's search."""
    from pyctcdecode import build_ctcdecoder

    decoder = build_ctcdecoder(
        ["", *spelling.tokens[1:]],
        str(arpa),
        words_of(arpa),
        alpha=ALPHA,
        beta=BETA,
        unk_score_offset=UNKNOWN_SCORE,
    )
    margins = {"beam_prune_logp": -MARGIN, "token_min_logp": -TOKEN_MARGIN}
    return lambda beam: lambda rows: decoder.decode(rows, beam_width=beam, **margins)


def flashlight_search(spelling: Spelling, arpa: Path) -> ForBeam:
    """Return flashlight-text's search with a lexicon of the model's words."""
    from flashlight.lib.text import decoder as flashlight
    from flashlight.lib.text.decoder.kenlm import KenLM
    from flashlight.lib.text.dictionary import create_word_dict

    words = words_of(arpa)
    dictionary = create_word_dict({word: [[word]] for word in (*words, "<unk>")})
    model = KenLM(str(arpa), dictionary)
    separated = spelling.boundary == "separator"
    # Without a separator, one more token that no frame has.
    separator = spelling.tokens.index(" ") if separated else len(spelling.tokens)
    trie = flashlight.Trie(len(spelling.tokens) + (not separated), separator)
    # What stands in for words under way: torchaudio's way, and for pieces what fits them better.
    start = model.start(not separated)
    for word in words:
        ids = spelling.spell(word)
        number = dictionary.get_index(word)
        for ending in [[separator]] if separated else [[], ids[-1:]]:
            trie.insert(ids + ending, number, model.score(start, number)[1])
    trie.smear(flashlight.SmearingMode.MAX)

    def for_beam(beam: int) -> Recognise:
        options = flashlight.LexiconDecoderOptions(
            beam_size=beam,
            beam_size_token=min(TOP_TOKENS, len(spelling.tokens)),
            beam_threshold=MARGIN,
            lm_weight=ALPHA * math.log(10),  # its KenLM speaks in decimal logarithms
            word_score=BETA,
            unk_score=-math.inf,
            sil_score=0.0,
            log_add=True,
            criterion_type=flashlight.CriterionType.CTC,
        )
        unknown = dictionary.get_index("<unk>")
        decoder = flashlight.LexiconDecoder(
            options, trie, model, separator, BLANK, unknown, [], False
        )

        def recognise(rows: Array) -> str:
            if not separated:
                rows = np.pad(rows, ((0, 0), (0, 1)), constant_values=NEVER)
            best = decoder.decode(rows.ctypes.data, *rows.shape)[0]
            return " ".join(dictionary.get_entry(word) for word in best.words if word >= 0)

        return recognise

    return for_beam


SYSTEMS = {
    "auricle": functools.partial(
        auricle_search, beam_margin=MARGIN, token_margin=TOKEN_MARGIN, top_tokens=TOP_TOKENS
    ),
    "auricle, 10 and 6": functools.partial(
        auricle_search, beam_margin=MARGIN, token_margin=6.0, top_tokens=TOP_TOKENS
    ),
    "flashlight-text": flashlight_search,
    "pyctcdecode": pyctcdecode_search,
}


@dataclass
class Tally:
    """What a system did in a cell of the table."""

    seconds: float = 0.0  # of processor time
    errors: list[int] = field(default_factory=list)  # wrong words of each utterance


def wrong_words(reference: str, heard: str) -> int:
    counts = jiwer.process_words(reference, heard)
    return counts.substitutions + counts.deletions + counts.insertions


def measure(
    recognisers: dict[str, Recognise],
    rows_of: Callable[[int], Array],
    texts: Sequence[str],
    seconds: float,
) -> dict[str, Tally]:
    """Let all systems decode utterance after utterance until so many seconds are spent."""
    tallies = {name: Tally() for name in recognisers}
    for number, text in enumerate(texts):
        rows = rows_of(number)
        for name, recognise in recognisers.items():
            started = time.process_time()
            heard = recognise(rows)
            tallies[name].seconds += time.process_time() - started
            tallies[name].errors.append(wrong_words(text, heard))
        if sum(tally.seconds for tally in tallies.values()) > seconds:
            break
    return tallies


def sign_test(ours: Sequence[int], theirs: Sequence[int]) -> float:
    """Return the probability of a difference at least as large by chance."""
    better = sum(a < b for a, b in zip(ours, theirs, strict=True))
    worse = sum(a > b for a, b in zip(ours, theirs, strict=True))
    trials = better + worse
    tail = sum(math.comb(trials, k) for k in range(min(better, worse) + 1)) / 2**trials
    return min(1.0, 2 * tail)


def line(size: int, beam: int, tallies: dict[str, Tally], audio: float, words: int) -> str:
    """Return a line of the table."""
    first, *_ = tallies.values()
    cells = [str(size), str(beam), str(words)]
    for tally in tallies.values():
        cell = f"{1000 * tally.seconds / audio:.2f}, {sum(tally.errors) / words:.1%}"
        if tally is not first:
            times, p = tally.seconds / first.seconds, sign_test(first.errors, tally.errors)
            cell += f" ({times:.1f} x, p {p:.2g})"
        cells.append(cell)
    return f"| {' | '.join(cells)} |"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("--beams", type=int, nargs="+", default=[8, 32, 100, 500])
    parser.add_argument("--vocabularies", type=int, nargs="+", default=[30, 500, 5000])
    parser.add_argument("--systems", nargs="+", default=list(SYSTEMS), choices=list(SYSTEMS))
    parser.add_argument("--utterances", type=int, default=200, help="at most, in each cell")
    parser.add_argument("--cell", type=float, default=20.0, help="seconds of decoding in each")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def measure_vocabulary(
    arguments: argparse.Namespace, spelling: Spelling, texts: Sequence[str], arpa: Path
) -> None:
    """Print the lines of one vocabulary."""
    simulator = Simulator(spelling, texts, arguments.seed)
    noise = Simulator(spelling, texts[:CALIBRATED], arguments.seed).noise_for(GREEDY_ERROR_RATE)
    rows_of = functools.cache(lambda number: simulator.rows(number, noise))
    searches = {system: SYSTEMS[system](spelling, arpa) for system in arguments.systems}
    for beam in arguments.beams:
        recognisers = {system: search(beam) for system, search in searches.items()}
        tallies = measure(recognisers, rows_of, texts, arguments.cell)
        done = len(next(iter(tallies.values())).errors)
        audio = sum(len(rows_of(k)) for k in range(done)) / spelling.frames_per_second
        words = sum(len(text.split()) for text in texts[:done])
        print(line(len(spelling.tokens), beam, tallies, audio, words), flush=True)


def main() -> None:
    arguments = parse_arguments()
    warnings.simplefilter("ignore")
    sentences = read_sentences(arguments.text)
    random.Random(arguments.seed).shuffle(sentences)
    texts, training = sentences[: arguments.utterances], sentences[1000:]
    with tempfile.TemporaryDirectory() as name:
        folder, arpa = Path(name), Path(name) / "words.arpa"
        (folder / "words.txt").write_text("\n".join(training), encoding="utf-8")
        options = lm.BuildOptions(order=3, prune=(0, 0, 1))
        lm.build([folder / "words.txt"], arpa.with_suffix(".lm"), options, arpa=arpa)
        print("| V | beam | words |", " | ".join(arguments.systems), "|")
        print("|---" * (3 + len(arguments.systems)) + "|", flush=True)
        for size in arguments.vocabularies:
            spelling = characters() if size == 30 else pieces(training, size, folder)
            measure_vocabulary(arguments, spelling, texts, arpa)


if __name__ == "__main__":
    main()
