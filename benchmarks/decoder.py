"""Speed and accuracy of the search beside pyctcdecode and flashlight-text, in one run.

    python benchmarks/decoder.py TEXT [--beams 8 32 100 500] [--vocabularies 30 500 5000] ...

TEXT is running text, such as some books (10 MB are plenty). Most of its sentences make a trigram
model, which all three read from the same ARPA file; of the others, some are spoken by
benchmarks/posteriors.py, at 25 frames a second in characters (V = 30) and at 12.5 in sentencepiece
pieces trained on the spot, with a noise that makes the best path's word error rate 25 %.

All decode the same rows on one thread, in turns, with the same weights, and the same margins as far
as each has them: hypotheses are kept within 10 of the best (all three); tokens within 5 of the best
of their frame (ours; pyctcdecode, whose default this is, counts from 0); the 40 best tokens (ours,
flashlight-text). flashlight-text has a closed vocabulary, as torchaudio sets it up; unknown words
cost the others the same. "auricle, wide" is our search with the margins of its own options, 14 and
9. Times are processor time, the least of the rounds, for each second of audio.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import math
import random
import re
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import jiwer
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
    """Return our search with some margins, or its own."""
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
    separator = spelling.tokens.index(" ") if spelling.boundary == "separator" else -1
    trie = flashlight.Trie(len(spelling.tokens), separator)
    start = model.start(False)
    for word in words:
        ids = spelling.spell(word) + ([separator] if separator >= 0 else [])
        number = dictionary.get_index(word)
        trie.insert(ids, number, model.score(start, number)[1])
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
            best = decoder.decode(rows.ctypes.data, *rows.shape)[0]
            return " ".join(dictionary.get_entry(word) for word in best.words if word >= 0)

        return recognise

    return for_beam


SYSTEMS = {
    "auricle": functools.partial(
        auricle_search, beam_margin=MARGIN, token_margin=TOKEN_MARGIN, top_tokens=TOP_TOKENS
    ),
    "auricle, wide": auricle_search,
    "flashlight-text": flashlight_search,
    "pyctcdecode": pyctcdecode_search,
}


def measure(
    recognisers: dict[str, Recognise],
    utterances: Sequence[Array],
    texts: Sequence[str],
    rounds: int,
) -> dict[str, tuple[float, float]]:
    """Return each system's processor seconds and word error rate."""
    results: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        for name, recognise in recognisers.items():
            started = time.process_time()
            heard = [recognise(rows) for rows in utterances]
            seconds = time.process_time() - started
            least = min(seconds, results.get(name, (math.inf, 0.0))[0])
            results[name] = (least, jiwer.wer(list(texts), heard))
    return results


def report(name: str, beam: int, results: dict[str, tuple[float, float]], audio: float) -> None:
    """Print a line of JSON for each system."""
    ours = results["auricle"][0]
    for system, (seconds, errors) in results.items():
        print(
            json.dumps(
                {
                    "vocabulary": name,
                    "beam": beam,
                    "system": system,
                    "ms_per_second": round(1000 * seconds / audio, 3),
                    "times_ours": round(seconds / ours, 2),
                    "wer": round(errors, 4),
                }
            ),
            flush=True,
        )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("--beams", type=int, nargs="+", default=[8, 32, 100, 500])
    parser.add_argument("--vocabularies", type=int, nargs="+", default=[30, 500, 5000])
    parser.add_argument("--systems", nargs="+", default=list(SYSTEMS), choices=list(SYSTEMS))
    parser.add_argument("--utterances", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


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
        for size in arguments.vocabularies:
            spelling = characters() if size == 30 else pieces(training, size, folder)
            simulator = Simulator(spelling, texts, arguments.seed)
            margin = simulator.noise_for(GREEDY_ERROR_RATE)
            utterances = [simulator.rows(k, margin) for k in range(len(texts))]
            audio = sum(len(rows) for rows in utterances) / spelling.frames_per_second
            greedy_rate = simulator.greedy_error_rate(margin)
            print(
                json.dumps(
                    {
                        "vocabulary": size,
                        "seconds": round(audio, 1),
                        "margin": margin,
                        "greedy_wer": round(greedy_rate, 4),
                    }
                ),
                flush=True,
            )
            searches = {system: SYSTEMS[system](spelling, arpa) for system in arguments.systems}
            for beam in arguments.beams:
                recognisers = {system: search(beam) for system, search in searches.items()}
                results = measure(recognisers, utterances, texts, arguments.rounds)
                report(str(size), beam, results, audio)


if __name__ == "__main__":
    main()
