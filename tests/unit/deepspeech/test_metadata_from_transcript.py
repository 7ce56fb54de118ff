"""Characters made from words, by hand."""

import math

import pytest

from auricle import Alternative, Transcript, Word
from auricle.deepspeech import TokenMetadata
from auricle.deepspeech.metadata import metadata_from_transcript

ON = Word("on", 0.40, 0.56, 0.5)
TIME = Word("time", 0.80, 1.12, 0.25)
DIME = Word("dime", 0.80, 1.12, 0.1)


def reading(*words: Word, confidence: float = 1.0, separator: str = " ") -> Alternative:
    return Alternative(separator.join(word.text for word in words), confidence, words)


def heard(*words: Word, readings: list[Alternative], separator: str = " ") -> Transcript:
    return Transcript.from_words(words, alternatives=readings, separator=separator)


def test_the_characters_of_a_word_share_its_time_and_a_space_stands_at_its_end():
    transcript = heard(ON, TIME, readings=[reading(ON, TIME)])
    tokens = metadata_from_transcript(transcript, 1).transcripts[0].tokens
    assert [(token.text, token.start_time) for token in tokens] == [
        ("o", 0.40),
        ("n", 0.48),
        (" ", 0.56),
        ("t", 0.80),
        ("i", 0.88),
        ("m", 0.96),
        ("e", 1.04),
    ]


def test_a_timestep_is_20_ms_and_start_time_is_the_same_in_seconds():
    transcript = heard(ON, TIME, readings=[reading(ON, TIME)])
    tokens = metadata_from_transcript(transcript, 1).transcripts[0].tokens
    assert [token.timestep for token in tokens] == [20, 24, 28, 40, 44, 48, 52]
    assert all(token.start_time == token.timestep / 50 for token in tokens)


@pytest.mark.parametrize("step", range(0, 3000, 7))
def test_whole_timesteps_stay_whole(step):
    word = Word("a", step * 0.02, step * 0.02 + 0.02, 1.0)
    metadata = metadata_from_transcript(heard(word, readings=[reading(word)]), 1)
    assert metadata.transcripts[0].tokens == [TokenMetadata("a", step, step / 50)]


def test_languages_without_spaces_get_none():
    words = (Word("你", 0.0, 0.2, 1.0), Word("好", 0.2, 0.4, 1.0))
    transcript = heard(*words, readings=[reading(*words, separator="")], separator="")
    tokens = metadata_from_transcript(transcript, 1).transcripts[0].tokens
    assert [token.text for token in tokens] == ["你", "好"]


def test_candidates_are_the_readings_with_the_logarithm_of_their_share():
    readings = [reading(ON, TIME, confidence=0.75), reading(ON, DIME, confidence=0.25)]
    candidates = metadata_from_transcript(heard(ON, TIME, readings=readings), 5).transcripts
    assert ["".join(token.text for token in c.tokens) for c in candidates] == ["on time", "on dime"]
    assert [math.exp(c.confidence) for c in candidates] == pytest.approx([0.75, 0.25])
    assert [c.words for c in candidates] == [(ON, TIME), (ON, DIME)]


@pytest.mark.parametrize("count", [0, 1])
def test_there_are_no_more_candidates_than_wanted(count):
    readings = [reading(ON, TIME), reading(ON, DIME)]
    metadata = metadata_from_transcript(heard(ON, TIME, readings=readings), count)
    assert len(metadata.transcripts) == count


def test_the_words_of_an_open_segment_end_every_candidate():
    readings = [reading(ON, confidence=0.8)]
    candidate = metadata_from_transcript(heard(ON, TIME, readings=readings), 1).transcripts[0]
    assert candidate.words == (ON, TIME)
    assert math.exp(candidate.confidence) == pytest.approx(0.8 * TIME.confidence)


def test_silence_is_one_candidate_without_tokens():
    metadata = metadata_from_transcript(heard(readings=[reading()]), 3)
    assert [(c.tokens, c.confidence) for c in metadata.transcripts] == [([], 0.0)]


def test_a_share_too_small_for_a_number_keeps_a_finite_confidence():
    metadata = metadata_from_transcript(heard(ON, readings=[reading(ON, confidence=0.0)]), 1)
    assert -750 < metadata.transcripts[0].confidence < -700


def test_metadata_shows_itself():
    metadata = metadata_from_transcript(heard(ON, readings=[reading(ON)]), 1)
    assert "TokenMetadata(text='o', timestep=20, start_time=0.4)" in repr(metadata)
