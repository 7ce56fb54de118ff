"""Real-time factor of the C library beside Python's, on one thread, in one run.

    python benchmarks/c_library.py LIBRARY [--model models/en] [--rounds 5] [--files]

LIBRARY is libauricle, built with -DCMAKE_BUILD_TYPE=Release. Both hear the test clips of
tests/data/speech in blocks of 0.1 s, one after the other, in turns; the figures are seconds of
processor time for each second of audio, the median of the rounds. With --files in the chunks that
the package has for files, else in those of streams.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

import auricle

SPEECH = Path(__file__).parents[1] / "tests" / "data" / "speech"
BLOCK_SAMPLES = 1600
Samples = npt.NDArray[np.int16]
Recognise = Callable[[Samples], str]


def blocks(samples: Samples) -> list[Samples]:
    """Return samples in blocks."""
    return [samples[at : at + BLOCK_SAMPLES] for at in range(0, len(samples), BLOCK_SAMPLES)]


def make_python(package: str, low_latency: bool) -> Recognise:
    """Return a function that transcribes samples with the Python package."""
    model = auricle.load(package)

    def recognise(samples: Samples) -> str:
        stream = model.stream(low_latency=low_latency)
        for block in blocks(samples):
            stream.feed(block)
        return stream.finish().text

    return recognise


def make_c(path: Path, package: str, low_latency: bool) -> Recognise:
    """Return a function that transcribes samples with the C library."""
    library = ctypes.CDLL(str(path.resolve()))
    for name in ("auricle_error_message", "auricle_transcript_text"):
        getattr(library, name).restype = ctypes.c_char_p

    def checked(status: int) -> None:
        if status != 0:
            raise RuntimeError(library.auricle_error_message().decode())

    model = ctypes.c_void_p()
    checked(library.auricle_model_open(package.encode(), None, ctypes.byref(model)))
    options = ctypes.c_void_p()
    checked(library.auricle_stream_options_create(ctypes.byref(options)))
    checked(library.auricle_stream_options_set_low_latency(options, low_latency))

    def recognise(samples: Samples) -> str:
        stream, transcript = ctypes.c_void_p(), ctypes.c_void_p()
        checked(library.auricle_stream_create(model, options, ctypes.byref(stream)))
        for block in blocks(samples):
            data = ctypes.c_void_p(block.ctypes.data)
            checked(library.auricle_stream_feed_int16(stream, data, ctypes.c_size_t(len(block))))
        checked(library.auricle_stream_finish(stream, ctypes.byref(transcript)))
        text: str = library.auricle_transcript_text(transcript).decode()
        library.auricle_transcript_free(transcript)
        library.auricle_stream_free(stream)
        return text

    return recognise


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("--model", default=str(Path(__file__).parents[1] / "models" / "en"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", action="store_true")
    arguments = parser.parse_args()
    clips = [soundfile.read(path, dtype="int16")[0] for path in sorted(SPEECH.glob("*.flac"))]
    seconds = sum(map(len, clips)) / 16_000
    systems = {
        "Python": make_python(arguments.model, not arguments.files),
        "C": make_c(arguments.library, arguments.model, not arguments.files),
    }
    texts = {name: [recognise(clip) for clip in clips] for name, recognise in systems.items()}
    factors: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(arguments.rounds):
        for name, recognise in systems.items():
            started = time.process_time()
            for clip in clips:
                recognise(clip)
            factors[name].append((time.process_time() - started) / seconds)
    figures = {name: round(statistics.median(values), 5) for name, values in factors.items()}
    same = texts["Python"] == texts["C"]
    print(json.dumps({"seconds": seconds, "same_texts": same, "real_time_factor": figures}))


if __name__ == "__main__":
    main()
