"""Counting errors: hand-made references and results with known answers."""

import re

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.evaluation import Evaluation, Scored, compare, describe
from auricle.evaluation.alignment import DELETE, EQUAL, INSERT, SUBSTITUTE, align
from auricle.evaluation.scoring import by_duration, by_speaker
from auricle.manifest import Utterance

WORDS = st.lists(st.sampled_from(["a", "b", "see", "dee"]), max_size=8)


def scored(reference, result, speaker="sam", seconds=1.0, name="u", separator=" "):
    utterance = Utterance(name, "u.wav", reference, speaker=speaker)
    return Scored(utterance, reference, result, seconds, separator)


def evaluation(*items, model="m"):
    return Evaluation(model, "", items)


def kinds(reference, result):
    return [step.kind for step in align(reference.split(), result.split())]


def test_words_are_right_substituted_deleted_or_inserted():
    assert kinds("the cat sat", "the cat sat") == [EQUAL] * 3
    assert kinds("the cat sat", "the hat sat") == [EQUAL, SUBSTITUTE, EQUAL]
    assert kinds("the cat sat", "the sat") == [EQUAL, DELETE, EQUAL]
    assert kinds("the sat", "the cat sat") == [EQUAL, INSERT, EQUAL]
    assert kinds("", "one two") == [INSERT] * 2
    assert kinds("one two", "") == [DELETE] * 2


@given(WORDS.filter(bool), WORDS)
def test_errors_are_those_of_jiwer(reference, result):
    item = scored(" ".join(reference), " ".join(result))
    expected = jiwer.process_words(item.reference, item.result)
    assert item.errors == expected.substitutions + expected.deletions + expected.insertions
    assert item.character_errors / len(item.reference) == pytest.approx(
        jiwer.cer(item.reference, item.result)
    )


def test_the_rate_is_that_of_all_words_together():
    both = evaluation(scored("a b c d", "a b c d"), scored("a", "b"))
    assert both.wer.value == pytest.approx(1 / 5)
    assert both.wer.low <= 1 / 5 <= both.wer.high


def test_durations_are_told_from_short_to_long_and_speakers_from_bad_to_good():
    items = [
        scored("a b c", result, speaker, seconds)
        for result, speaker, seconds in (("a b", "kim", 40.0), ("", "sam", 3.0), ("a", "sam", 5.0))
    ]
    told = describe(evaluation(*items))
    assert re.findall(r"^  (\S.*?)  +\d utterances", told, re.MULTILINE) == [
        *("sam", "kim"),
        *("under  4 s", "under  8 s", "32 s and over"),
    ]


def test_an_empty_reference_counts_what_was_heard():
    assert evaluation(scored("", "oh no"), scored("a b", "a b")).wer.value == 1.0
    assert evaluation().wer.value == 0.0


def test_without_separator_each_character_is_a_word():
    item = scored("你好 吗", "你坏吗", separator="")
    assert (item.words, item.errors) == (3, 1)


def test_groups_hold_what_is_shared_and_one_group_is_none():
    items = evaluation(
        scored("a b", "a b", "sam", 1.0), scored("a b", "b b", "kim", 3.0), scored("c", "c", "sam")
    )
    groups = items.groups(by_speaker)
    assert [(g.name, g.utterances, g.words) for g in groups] == [("kim", 1, 2), ("sam", 2, 3)]
    assert [g.wer.value for g in groups] == [0.5, 0.0]
    assert [g.name for g in items.groups(by_duration)] == ["under  2 s", "under  4 s"]
    assert evaluation(scored("a", "a")).groups(by_speaker) == []


def test_confusions_are_counted_most_frequent_first():
    items = evaluation(*[scored("see a", "sea a")] * 2, scored("see b", "bee"))
    assert items.confusions(SUBSTITUTE)[0] == ("see", "sea", 2)
    assert items.confused_words(1) == [("see", 3, 3)]
    assert items.kinds[DELETE] == 1


def test_examples_are_the_best_the_median_and_the_worst():
    items = evaluation(*(scored("a b c d", "a b c d"[: 2 * k], name=str(k)) for k in range(5)))
    examples = items.examples(1)
    assert [examples[k][0].utterance.id for k in ("best", "median", "worst")] == ["4", "2", "0"]


def test_a_model_that_is_always_better_is_significantly_better():
    worse = evaluation(*(scored("a b", "a", name=str(k)) for k in range(20)))
    better = evaluation(*(scored("a b", "a b", name=str(k)) for k in reversed(range(20))))
    difference = compare(worse, better)
    assert (difference.value, difference.improvement) == (0.5, 1.0)
    assert difference.significant


def test_equal_models_do_not_differ():
    items = evaluation(*(scored("a b", "a" if k % 2 else "a b", name=str(k)) for k in range(20)))
    difference = compare(items, items)
    assert (difference.value, difference.improvement) == (0.0, 0.5)
    assert not difference.significant


def test_chance_is_not_significant():
    first = evaluation(*(scored("a b", "a" if k % 2 else "a b", name=str(k)) for k in range(20)))
    second = evaluation(*(scored("a b", "a b" if k % 2 else "a", name=str(k)) for k in range(20)))
    assert not compare(first, second).significant
    assert compare(first, evaluation()).improvement == 0.5
