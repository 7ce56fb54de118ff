"""What the decoder does with endpoints, hot words, times and options."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from auricle import lm
from auricle.decoder import (
    SEARCH_WIDTHS,
    Decoder,
    DecodingOptions,
    EndpointOptions,
    SegmentEnd,
    Vocabulary,
    decode_batch,
    open_scorer,
)
from auricle.errors import ModelError, OptionError, StreamError

ROOT = Path(__file__).parents[2]
TOKENS = ["<blank>", " ", *"abcdefghijklmnopqrstuvwxyz"]
VOCABULARY = Vocabulary(TOKENS, blank=0, boundary="separator")


def spell(text, certainty=0.9, blanks=1):
    """Make log-probabilities (T, V) that spell a text, "-" for a frame of blank."""
    rows = []
    for character in text:
        row = np.full(len(TOKENS), (1 - certainty) / (len(TOKENS) - 1))
        row[0 if character == "-" else TOKENS.index(character)] = certainty
        rows.append(row)
    return np.log(np.array(rows)).astype(np.float32)


def mixture(*spellings):
    """Mix spellings of one length: pairs of a text and its share."""
    rows = sum(share * np.exp(spell(text)) for text, share in spellings)
    return np.log(rows).astype(np.float32)


def best(log_probs, endpoint=None, **options):
    decoder = Decoder(VOCABULARY, None, DecodingOptions(**options), endpoint, frame_seconds=0.1)
    segments = decoder.step(log_probs)
    return [segment.alternatives[0] for segment in (*segments, *decoder.finish())]


def test_repeats_collapse_and_a_blank_keeps_them_apart():
    assert best(spell("hheel-lo"))[0].text == "hello"


def test_words_have_the_frames_of_their_units():
    words = best(spell("ab-- cd-"))[0].words
    assert [(word.text, word.first_frame, word.end_frame) for word in words] == [
        ("ab", 0, 2),
        ("cd", 5, 7),
    ]


def test_frames_count_on_over_segments():
    first, second = best(spell("ab" + "-" * 10 + "cd"), EndpointOptions(silence=0.5))
    assert (first.words[0].first_frame, second.words[0].first_frame) == (0, 12)


def test_silence_gives_no_segment():
    assert best(spell("-" * 50), EndpointOptions(silence=0.5)) == []


def test_a_segment_ends_at_its_longest_length():
    rows = spell("ab-- cd-- ef-- " * 10)
    texts = [h.text for h in best(rows, EndpointOptions(silence=0.5, maximum=1.2))]
    assert len(texts) == 10
    assert " ".join(texts) == " ".join(["ab cd ef"] * 10)


def test_a_segment_without_pauses_ends_at_twice_its_longest_length():
    texts = [h.text for h in best(spell("ab " * 40), EndpointOptions(silence=0.5, maximum=1.2))]
    assert len(texts) == 5
    assert "".join(texts).replace(" ", "") == "ab" * 40


def test_committed_words_stay_although_the_partial_goes_on():
    decoder = Decoder(VOCABULARY, endpoint=EndpointOptions(silence=0.3), frame_seconds=0.1)
    closed = decoder.step(spell("ab---cd"))
    assert [segment.alternatives[0].text for segment in closed] == ["ab"]
    assert decoder.partial().text == "cd"


ARPA = """\\data\\
ngram 1=4

\\1-grams:
-2.0\t<unk>
0\t<s>
-1.0\t</s>
-0.5\tdavid

\\end\\
"""


def test_a_partial_text_is_the_best_one_if_its_last_word_ended_here(tmp_path):
    """Not the best beginning of a word, which may be of none that could still come."""
    (tmp_path / "names.arpa").write_text(ARPA)
    lm.from_arpa(tmp_path / "names.arpa", tmp_path / "names.lm")
    scorer = open_scorer(tmp_path / "names.lm", VOCABULARY)
    decoder = Decoder(VOCABULARY, scorer, DecodingOptions(alpha=1.0, unknown_penalty=3.0))
    shown = []
    for row in (*spell("davi"), *mixture(("-", 0.7), ("d", 0.3))):
        decoder.step(row[None])
        shown.append(decoder.partial().text)
    assert shown == ["d", "da", "dav", "davi", "david"]
    assert decoder.finish()[0].alternatives[0].text == shown[-1]


def test_uncertain_words_wait_for_a_longer_silence():
    rows = mixture(("ab" + "-" * 12 + "cd", 0.55), ("ac" + "-" * 12 + "cd", 0.45))

    def segments(certainty):
        return len(
            best(rows, EndpointOptions(silence=0.5, unsure_silence=2.0, certainty=certainty))
        )

    assert (segments(0.3), segments(0.9)) == (2, 1)


def test_a_segment_without_words_tells_that_nothing_was_said():
    endpoint = EndpointOptions(silence=0.5, no_speech=2.0)
    decoder = Decoder(VOCABULARY, endpoint=endpoint, frame_seconds=0.1)
    (segment,) = decoder.step(spell("-" * 30))
    assert segment.ended_by == SegmentEnd.NO_SPEECH
    assert (segment.end_frame, segment.alternatives[0].words) == (20, [])
    assert [s.ended_by for s in decoder.step(spell("ab" + "-" * 5))] == [SegmentEnd.SILENCE]


@pytest.mark.parametrize(
    "options",
    [
        {"silence": -1.0},
        {"maximum": float("nan")},
        {"certainty": 1.5},
        {"silence": 1.0, "unsure_silence": 0.5},
    ],
)
def test_endpoints_outside_their_range_are_refused(options):
    with pytest.raises(OptionError):
        EndpointOptions(**options)


def test_endpoints_need_the_length_of_a_frame():
    with pytest.raises(OptionError, match="seconds lie between two frames"):
        Decoder(VOCABULARY, endpoint=EndpointOptions())


def test_confidences_follow_the_probabilities():
    sure = best(spell("ab", 0.99))[0].words[0].confidence
    unsure = best(spell("ab", 0.5))[0].words[0].confidence
    assert 0.0 < unsure < sure <= 1.0


def test_alternatives_are_distinct_and_ordered():
    decoder = Decoder(VOCABULARY, None, DecodingOptions(alternatives=5))
    decoder.step(mixture(("cat", 0.6), ("cut", 0.4)))
    readings = decoder.finish()[0].alternatives
    assert [reading.text for reading in readings[:2]] == ["cat", "cut"]
    assert len({reading.text for reading in readings}) == len(readings) == 5
    assert all(a.score >= b.score for a, b in itertools.pairwise(readings))
    assert 0.0 < sum(reading.confidence for reading in readings) <= 1.0 + 1e-5


class TestHotWords:
    rows = mixture(("cat-", 0.55), ("cut-", 0.45))

    def test_a_boost_brings_a_word_forward(self):
        assert best(self.rows)[0].text == "cat"
        assert best(self.rows, hot_words={"cut": 2.0})[0].text == "cut"

    def test_a_negative_boost_holds_a_word_back(self):
        assert best(self.rows, hot_words={"cat": -2.0})[0].text == "cut"

    def test_a_boost_of_zero_changes_nothing(self):
        plain, zero = best(self.rows)[0], best(self.rows, hot_words={"cut": 0.0})[0]
        assert (plain.text, plain.score) == (zero.text, zero.score)

    def test_the_beginning_of_a_longer_word_earns_nothing(self):
        rows = spell("cutter", 0.99)
        boosted, plain = best(rows, hot_words={"cut": 5.0})[0], best(rows)[0]
        assert boosted.score == pytest.approx(plain.score, abs=0.01)

    def test_a_whole_word_earns_its_boost_once(self):
        rows = spell("cut", 0.99)
        gain = best(rows, hot_words={"cut": 5.0})[0].score - best(rows)[0].score
        assert gain == pytest.approx(5.0, abs=1e-3)

    def test_a_phrase_needs_all_its_words(self):
        phrase = {"new york": 4.0}
        whole, part = spell("new york", 0.99), spell("new work", 0.99)
        assert best(whole, hot_words=phrase)[0].score - best(whole)[0].score == pytest.approx(
            4.0, abs=0.01
        )
        assert best(part, hot_words=phrase)[0].score == pytest.approx(best(part)[0].score, abs=0.01)

    def test_a_failed_phrase_gives_way_to_one_that_begins_within_it(self):
        rows = spell("new new york", 0.99)
        gain = best(rows, hot_words={"new york": 4.0})[0].score - best(rows)[0].score
        assert gain == pytest.approx(4.0, abs=0.01)

    def test_the_order_of_hot_words_does_not_matter(self):
        words = {"cut": 1.0, "cat": 0.5, "new york": 2.0}
        backwards = dict(reversed(words.items()))
        assert (
            best(self.rows, hot_words=words)[0].score
            == best(self.rows, hot_words=backwards)[0].score
        )

    @pytest.mark.parametrize("hot_words", [{"": 1.0}, {"  ": 1.0}, {"cut": float("nan")}])
    def test_senseless_ones_are_refused(self, hot_words):
        with pytest.raises(OptionError):
            Decoder(VOCABULARY, options=DecodingOptions(hot_words=hot_words))


def test_a_closed_vocabulary_of_hot_words_lets_nothing_else_out():
    rows = mixture(("cat", 0.9), ("cut", 0.1))
    assert best(rows, closed_vocabulary=True, hot_words={"cut": 0.0})[0].text == "cut"


class TestBatch:
    utterances = (spell("ab-c"), spell("-"), spell("cat dog"), spell("a"))

    @pytest.mark.parametrize("threads", [None, 1, 3, 50])
    def test_a_batch_gives_what_one_after_the_other_gives(self, threads):
        batch = decode_batch(self.utterances, VOCABULARY, threads=threads)
        assert [[s.alternatives[0].text for s in segments] for segments in batch] == [
            [h.text for h in best(rows)] for rows in self.utterances
        ]

    def test_an_empty_batch_is_nothing(self):
        assert decode_batch([], VOCABULARY) == []

    def test_an_array_that_is_not_one_is_refused(self):
        with pytest.raises(OptionError, match="28 tokens"):
            decode_batch([spell("ab"), np.zeros((2, 5), np.float32)], VOCABULARY)

    def test_no_threads_are_refused(self):
        with pytest.raises(OptionError, match="at least 1"):
            decode_batch([spell("ab")], VOCABULARY, threads=0)


class TestWrongInput:
    def test_another_width_is_refused(self):
        with pytest.raises(OptionError, match="28 tokens"):
            Decoder(VOCABULARY).step(np.zeros((2, 5), np.float32))

    @pytest.mark.parametrize("value", [float("nan"), 0.5, float("inf")])
    def test_what_is_no_log_probability_is_refused_and_changes_nothing(self, value):
        decoder = Decoder(VOCABULARY)
        decoder.step(spell("ab"))
        rows = spell("cd")
        rows[1, 3] = value
        with pytest.raises(OptionError, match="frame 1, token 3"):
            decoder.step(rows)
        decoder.step(spell("e"))
        assert decoder.partial().text == "abe"

    def test_impossible_frames_do_no_harm(self):
        decoder = Decoder(VOCABULARY)
        decoder.step(spell("ab"))
        decoder.step(np.full((3, len(TOKENS)), -np.inf, np.float32))
        assert decoder.finish()[0].alternatives[0].text == "ab"

    def test_a_finished_decoder_takes_nothing_until_it_is_reset(self):
        decoder = Decoder(VOCABULARY)
        decoder.finish()
        with pytest.raises(StreamError):
            decoder.step(spell("ab"))
        with pytest.raises(StreamError):
            decoder.finish()
        decoder.reset()
        decoder.step(spell("ab"))
        assert decoder.partial().text == "ab"

    @pytest.mark.parametrize(
        "options",
        [
            {"beam_width": 0},
            {"alternatives": 0},
            {"beam_margin": 0.0},
            {"token_margin": float("nan")},
        ],
    )
    def test_options_outside_their_range_are_refused(self, options):
        with pytest.raises(OptionError):
            DecodingOptions(**options)


class TestVocabulary:
    def test_the_fingerprint_follows_tokens_blank_and_boundary(self):
        same = Vocabulary(TOKENS, blank=0, boundary="separator")
        others = [
            Vocabulary(TOKENS[:-1], blank=0, boundary="separator"),
            Vocabulary(TOKENS, blank=2, boundary="separator"),
            Vocabulary(TOKENS, blank=0, boundary="none"),
        ]
        assert same.fingerprint == VOCABULARY.fingerprint
        assert len({VOCABULARY.fingerprint, *(other.fingerprint for other in others)}) == 4

    @pytest.mark.parametrize(
        ("tokens", "blank", "boundary"),
        [
            ([], 0, "none"),
            (["a", "a"], 0, "none"),
            (["a"], 1, "none"),
            (["a", "b"], 0, "separator"),
        ],
    )
    def test_impossible_ones_are_refused(self, tokens, blank, boundary):
        with pytest.raises(ModelError):
            Vocabulary(tokens, blank=blank, boundary=boundary)

    def test_an_unknown_boundary_is_refused(self):
        with pytest.raises(OptionError, match="separator, prefix, none"):
            Vocabulary(TOKENS, blank=0, boundary="comma")


# What C's header and JavaScript's types say of a default.
TOLD = {
    "beam_width": (
        "1 to 10000; {} if not set. More",
        "keeps, 1 to 10000; {} by default",
    ),
    "beam_margin": ("the best (above 0; {} if not set), and", "far below the best; {} by default"),
    "token_margin": ("its best (above 0; {} if not set)", "best of their frame; {} by default"),
    "top_tokens": ("at most, 1 to 10000; {} if not set", "of a frame at most; {} by default"),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_defaults_that_c_and_javascript_tell_are_python_s(name):
    told = f"{SEARCH_WIDTHS.get(name) or getattr(DecodingOptions(), name):g}"
    for path, phrase in zip(("capi/auricle.h", "js/src/options.ts"), TOLD[name], strict=True):
        text = " ".join((ROOT / path).read_text(encoding="utf-8").replace("\n *", "\n").split())
        assert phrase.format(told) in text, path
