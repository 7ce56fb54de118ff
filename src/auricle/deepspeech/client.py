"""The old command: its options, its lines on standard error, its text and JSON on standard output.

--stream, which prints the text each time that it changes, --extended_stream, -t and folders are
those of DeepSpeech's C++ command; all else is that of its Python package.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from auricle.deepspeech import CandidateTranscript, Metadata, Model, version
from auricle.errors import AuricleError

STREAM_BLOCK_SAMPLES = 3200
STREAM_BLOCK_MULTIPLE = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Without the name of the command; those of the process if None.
    """
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except AuricleError as error:
        _say(f"deepspeech: {error}")
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    model = _open(options)
    if not Path(options.audio).is_dir():
        _transcribe(model, options.audio, options)
        return
    print(f"Running on directory {options.audio}")
    for recording in sorted(Path(options.audio).glob("*.wav")):
        print(f"> {recording}", flush=True)
        _transcribe(model, recording, options)


def _transcribe(model: Model, recording: str | Path, options: argparse.Namespace) -> None:
    from auricle.audio import read_audio  # here, for --help and --version are to be quick

    audio = read_audio(recording, model.sampleRate())
    samples = (audio * 32768.0).round().clip(-32768, 32767).astype("int16")
    _say("Running inference.")
    began, cpu_began = time.perf_counter(), time.process_time()
    if options.stream is None:
        metadata = model.sttWithMetadata(samples, _wanted(options))
    else:
        metadata = _stream(model, samples, options)
    print(_shown(metadata, options))
    if options.show_times:
        print(f"cpu_time_overall={time.process_time() - cpu_began:.5f}")
    seconds, audio_seconds = time.perf_counter() - began, len(samples) / model.sampleRate()
    _say(f"Inference took {seconds:.3f}s for {audio_seconds:.3f}s audio file.")


def _open(options: argparse.Namespace) -> Model:
    _say(f"Loading model from file {options.model}")
    began = time.perf_counter()
    model = Model(options.model)
    _say(f"Loaded model in {time.perf_counter() - began:.3}s.")
    if options.beam_width is not None:
        model.setBeamWidth(options.beam_width)
    if options.scorer:
        _say(f"Loading scorer from files {options.scorer}")
        began = time.perf_counter()
        model.enableExternalScorer(options.scorer)
        _say(f"Loaded scorer in {time.perf_counter() - began:.3}s.")
        if options.lm_alpha is not None and options.lm_beta is not None:
            model.setScorerAlphaBeta(options.lm_alpha, options.lm_beta)
    if options.hot_words:
        _say("Adding hot-words")
        for word, boost in options.hot_words:
            model.addHotWord(word, boost)
    return model


def _stream(model: Model, samples: Any, options: argparse.Namespace) -> Metadata:
    stream, shown = model.createStream(), ""
    for start in range(0, len(samples), options.stream):
        stream.feedAudioContent(samples[start : start + options.stream])
        text = stream.intermediateDecode()
        if text != shown and not options.json and not options.extended:
            print(text, flush=True)
            shown = text
    return stream.finishStreamWithMetadata(_wanted(options))


def _wanted(options: argparse.Namespace) -> int:
    return options.candidate_transcripts if options.json and not options.extended else 1


def _shown(metadata: Metadata, options: argparse.Namespace) -> str:
    if options.json and not options.extended:
        transcripts = [
            {"confidence": candidate.confidence, "words": list(_words(candidate))}
            for candidate in metadata.transcripts
        ]
        return json.dumps({"transcripts": transcripts}, indent=2)
    return "".join(token.text for token in metadata.transcripts[0].tokens)


def _words(candidate: CandidateTranscript) -> Iterator[dict[str, Any]]:
    for word in candidate.words:
        yield {
            "word": word.text,
            "start_time": round(word.start, 4),
            "duration": round(word.end - word.start, 4),
        }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deepspeech", description="Turn a recording into text, as DeepSpeech's command did."
    )
    add = parser.add_argument
    add("--model", required=True, help="name, package folder or .auricle file")
    add("--scorer", help="scorer.lm, or the model again for its package's scorer")
    add(
        "--audio",
        required=True,
        help="recording of any format, rate and channel count; or a folder of .wav",
    )
    add("--beam_width", type=int, metavar="N", help="hypotheses that the search keeps")
    add("--lm_alpha", type=float, metavar="A", help="weight of the scorer; needs --lm_beta")
    add("--lm_beta", type=float, metavar="B", help="added for each word; needs --lm_alpha")
    add("--hot_words", type=_hot_words, metavar="W:B,...", help="words with their boosts")
    add("-t", dest="show_times", action="store_true", help="print the seconds of processor time")
    add("--extended", action="store_true", help="put the text together from its characters")
    add("--json", action="store_true", help="write readings with the times of words as JSON")
    add(
        "--candidate_transcripts",
        type=int,
        default=3,
        metavar="N",
        help="readings in the JSON (default 3)",
    )
    add(
        "--stream",
        type=_block_samples,
        nargs="?",
        const=STREAM_BLOCK_SAMPLES,
        metavar="SIZE",
        help=f"feed so many samples at a time (default {STREAM_BLOCK_SAMPLES}, a multiple of "
        f"{STREAM_BLOCK_MULTIPLE}) and print the text whenever it changes",
    )
    add(
        "--extended_stream",
        dest="stream",
        type=_block_samples,
        metavar="SIZE",
        help="the same: its text is put together from characters anyway",
    )
    add("--version", action=_ShowVersion, nargs=0, help="print the version and exit")
    return parser


class _ShowVersion(argparse.Action):
    """Prints the version as the old command did; argparse's own would lose one of the spaces."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"DeepSpeech  {version()}")
        parser.exit()


def _hot_words(value: str) -> list[tuple[str, float]]:
    pairs = []
    for pair in value.split(","):
        word, colon, boost = pair.rpartition(":")
        try:
            if not colon or not word:
                raise ValueError
            pairs.append((word, float(boost)))
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"{pair!r} is not WORD:BOOST; write them as in friend:1.5,enemy:-20.4"
            ) from None
    return pairs


def _block_samples(value: str) -> int:
    samples = int(value) if value.isdecimal() else 0
    if samples < 1 or samples % STREAM_BLOCK_MULTIPLE:
        raise argparse.ArgumentTypeError(
            f"{value!r} is no multiple of {STREAM_BLOCK_MULTIPLE} samples"
        )
    return samples


def _say(line: str) -> None:
    print(line, file=sys.stderr)
