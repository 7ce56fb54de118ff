"""The decoder with nothing pruned, as the tests of the whole search want it."""

import math

from auricle.decoder import Decoder, DecodingOptions

EVERYTHING = {
    "beam_width": 10_000,
    "beam_margin": math.inf,
    "token_margin": math.inf,
    "alternatives": 10_000,
}


def every_reading(vocabulary, scorer, log_probs, **options):
    """Return all readings of log-probabilities (T, V), best first; none where silence is best."""
    decoder = Decoder(vocabulary, scorer, DecodingOptions(**{**EVERYTHING, **options}))
    decoder.step(log_probs)
    segments = decoder.finish()
    return segments[0].alternatives if segments else []
