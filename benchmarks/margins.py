"""What the margins of the search cost and bring: word errors and time on recordings.

    python benchmarks/margins.py MODEL MANIFEST [--beams 8 32 100] [--margins 10,5 10,6 10,7 14,9]

The acoustic model hears each recording once; then all are decoded with every pair of margins
(`beam_margin,token_margin`) from the same log-probabilities. Times are processor time.
"""

from __future__ import annotations

import time

import jiwer

import auricle
from arguments import model_and_manifest
from auricle.decoder import Decoder, DecodingOptions
from auricle.lm.tuning import log_probabilities
from auricle.manifest import read_manifest
from auricle.text import normaliser


def margins(text: str) -> tuple[float, float]:
    """Parse BEAM_MARGIN,TOKEN_MARGIN."""
    beam_margin, token_margin = map(float, text.split(","))
    return beam_margin, token_margin


def main() -> None:
    parser = model_and_manifest(__doc__)
    parser.add_argument("--beams", type=int, nargs="+", default=[8, 32, 100])
    pairs = [(10.0, 5.0), (10.0, 6.0), (10.0, 7.0), (14.0, 9.0)]
    parser.add_argument("--margins", type=margins, nargs="+", default=pairs)
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    normalise = normaliser(model.info.normaliser)
    utterances = read_manifest(arguments.manifest)[: arguments.limit]
    references = [normalise(utterance.text) for utterance in utterances]
    rows = [log_probabilities(model, utterance) for utterance in utterances]
    seconds = sum(map(len, rows)) * model.info.acoustic.frame_seconds
    for beam in arguments.beams:
        for beam_margin, token_margin in arguments.margins:
            options = DecodingOptions(
                beam_width=beam, beam_margin=beam_margin, token_margin=token_margin
            )
            decoder = Decoder(model.vocabulary, model.scorer, options)
            started, heard = time.process_time(), []
            for utterance_rows in rows:
                decoder.reset()
                segments = [*decoder.step(utterance_rows), *decoder.finish()]
                heard.append(" ".join(segment.alternatives[0].text for segment in segments))
            spent = 1000 * (time.process_time() - started) / seconds
            wer = jiwer.wer(references, heard)
            print(f"beam {beam}, {beam_margin:g},{token_margin:g}: {wer:.1%}, {spent:.2f} ms/s")


if __name__ == "__main__":
    main()
