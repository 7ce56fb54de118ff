"""The blocks in which frames arrive change nothing; wider beams never find a worse score."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from auricle.decoder import Decoder, DecodingOptions, EndpointOptions, Vocabulary

VOCABULARY = Vocabulary(["<blank>", " ", "a", "b", "c"], blank=0, boundary="separator")
PHONES = Vocabulary(
    ["<blank>", " ", "A", "B", "C"],
    blank=0,
    boundary="lexicon",
    lexicon={"a": ["A", "A B"], "b": "B", "c": "C", "ab": "A B", "bc": ["B C", "C"]},
)
GRAMMAR = ["a b", "ab c a", "c", "b b b", "bc a"]


def log_probs(seed, frames=40):
    random = np.random.default_rng(seed)
    logits = random.standard_normal((frames, 5)) * 3.0
    logits[:, 0] += np.repeat(random.choice([0.0, 8.0], frames // 4), 4)  # stretches of blank
    return (logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)).astype(np.float32)


def decode(rows, cuts=(), beam_width=8, vocabulary=VOCABULARY, **options):
    decoder = Decoder(
        vocabulary,
        None,
        DecodingOptions(
            beam_width=beam_width, alternatives=3, hot_words={"ab c": 1.0}, network=True, **options
        ),
        EndpointOptions(silence=0.4, unsure_silence=0.7, maximum=2.0, no_speech=1.0),
        frame_seconds=0.1,
    )
    segments = []
    for block in np.split(rows, sorted(cuts)):
        segments += decoder.step(block)
    segments += decoder.finish()
    return [
        (
            s.first_frame,
            s.end_frame,
            h.text,
            h.score,
            [(w.first_frame, w.confidence) for w in h.words],
            h.tags,
            [[(w.text, w.posterior) for w in slot.words] for slot in s.network],
        )
        for s in segments
        for h in s.alternatives
    ]


@given(seed=st.integers(0, 1000), cuts=st.lists(st.integers(0, 40), max_size=12))
def test_any_blocks_give_the_same_segments(seed, cuts):
    rows = log_probs(seed)
    assert decode(rows, cuts) == decode(rows)


@given(
    seed=st.integers(0, 1000),
    cuts=st.lists(st.integers(0, 40), max_size=12),
    vocabulary=st.sampled_from([VOCABULARY, PHONES]),
    cost=st.sampled_from([2.0, float("inf")]),
)
def test_any_blocks_give_the_same_segments_with_a_lexicon_and_a_grammar(
    seed, cuts, vocabulary, cost
):
    rows = log_probs(seed)
    options = {"vocabulary": vocabulary, "grammar": GRAMMAR, "unknown_phrase_cost": cost}
    assert decode(rows, cuts, **options) == decode(rows, **options)


@given(seed=st.integers(0, 1000))
def test_a_beam_of_everything_finds_the_best_score(seed):
    def best(beam_width):
        options = DecodingOptions(
            beam_width=beam_width, beam_margin=float("inf"), token_margin=float("inf")
        )
        decoder = Decoder(VOCABULARY, None, options)
        decoder.step(log_probs(seed, 8))
        segments = decoder.finish()
        return segments[0].alternatives[0].score if segments else -np.inf

    exact = best(10_000)
    assume(exact > -np.inf)  # where silence is best there is no segment to compare
    assert all(best(width) <= exact + 1e-3 for width in (1, 4, 16))
