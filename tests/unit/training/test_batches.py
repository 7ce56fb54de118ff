"""The plan of batches: every utterance once, the same after an interruption, shared out."""

import itertools

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")

import torch

from auricle.manifest import Utterance, measure
from auricle.training.augmentation import Gain, Interlude, Noise, Speed
from auricle.training.batches import Batches
from auricle.training.moving import Value, fixed
from auricle.training.planning import BatchOptions, Place

OPTIONS = BatchOptions(batch_seconds=6.0, row_seconds=(1.0, 3.0), pool_rows=8)


@pytest.fixture(scope="module")
def utterances(tmp_path_factory):
    """Twenty recordings of noise, from 0.3 to 1.3 seconds."""
    folder = tmp_path_factory.mktemp("clips")
    random = np.random.default_rng(0)
    made = []
    for number in range(20):
        path = folder / f"{number}.wav"
        soundfile.write(path, random.uniform(-0.1, 0.1, 4800 + 800 * number), 16000)
        made.append(measure(Utterance(f"u{number}", str(path), f"word {number}")))
    return made


def made(utterances, epochs=1, **attributes):
    batches = Batches(utterances, OPTIONS, [Noise(fixed(0.5))], Gain(), seed=3)
    batches.epochs = epochs
    for name, value in attributes.items():
        setattr(batches, name, value)
    return batches


def names(batches):
    return [name for batch in batches for row in batch.names for name in row]


def test_every_utterance_is_in_an_epoch_once(utterances):
    assert sorted(names(made(utterances))) == sorted(u.id for u in utterances)


def test_epochs_have_their_own_order(utterances):
    both = names(made(utterances, epochs=2))
    assert both[:20] != both[20:]
    assert sorted(both[:20]) == sorted(both[20:])


def test_a_batch_is_about_as_long_as_asked_for(utterances):
    for batch in made(utterances):
        assert batch.samples.numel() / 16000 < 1.5 * OPTIONS.batch_seconds
        assert [len(row) for row in batch.names] == [len(t.split()) // 2 for t in batch.texts]


def test_a_run_goes_on_with_the_batch_that_would_have_followed(utterances):
    whole = list(made(utterances, epochs=3))
    for place in (0, 2, len(whole) - 3):
        rest = list(made(utterances, epochs=3, begin=whole[place].following))
        expected = whole[place + 1 :]
        rest = rest[: len(expected)]
        assert [batch.names for batch in rest] == [batch.names for batch in expected]
        for again, before in zip(rest, expected, strict=True):
            assert np.array_equal(again.samples, before.samples)


def test_processes_share_the_rows_of_every_batch(utterances):
    whole = list(made(utterances))
    parts = [list(made(utterances, part=part, parts=2)) for part in (0, 1)]
    for batch, *shares in zip(whole, *parts, strict=True):
        for part, share in enumerate(shares):
            assert share.names == batch.names[part::2] or not share.texts[0]
            for name, samples in zip(share.names, share.samples, strict=True):
                row = batch.samples[batch.names.index(name)] if name else None
                assert row is None or np.array_equal(samples, row[: len(samples)])


def test_a_process_without_a_row_has_silence_without_a_text(utterances):
    share = made(utterances, part=2, parts=3).load(Place(4, 7), [[0], [1]])
    assert (share.texts, share.names, share.following) == ([""], [[]], Place(4, 8))
    assert not share.samples.any()


def test_an_unreadable_recording_is_named_and_left_out(utterances, tmp_path):
    broken = Utterance("broken", str(tmp_path / "broken.wav"), "word", duration=1.0)
    batches = list(made([*utterances, broken]))
    assert sorted(names(batches)) == sorted(u.id for u in utterances)
    (why,) = [why for batch in batches for why in batch.left_out]
    assert "broken.wav" in why


@pytest.mark.parametrize("workers", [1, 2])
def test_the_processes_that_load_keep_the_order_of_the_plan(utterances, workers):
    begin = Place(0, 2)
    expected = list(made(utterances, epochs=3, begin=begin))
    loader = torch.utils.data.DataLoader(
        made(utterances, epochs=3, begin=begin), batch_size=None, num_workers=workers
    )
    for batch, same in zip(loader, expected, strict=True):
        assert (batch.names, batch.following) == (same.names, same.following)
        assert torch.equal(batch.samples, same.samples)


def test_nothing_to_load_is_no_batch(utterances):
    assert list(made([])) == []


def test_augmentations_are_told_how_much_of_the_training_is_done(utterances):
    clocks = []

    def note(samples, random, clock):
        clocks.append(clock)
        return samples

    batches = Batches(utterances, OPTIONS, [note], steps=2 * len(list(batches_of(utterances))))
    batches.epochs = 3
    list(batches)
    assert clocks[0] == 0.0
    assert clocks == sorted(clocks)
    assert clocks[len(utterances)] == pytest.approx(0.5)  # where the second epoch begins
    assert clocks[-1] == 1.0


def batches_of(utterances):
    return Batches(utterances, OPTIONS).plan.epoch(0)


def test_rows_are_sorted_by_the_lengths_that_augmentation_gives_them(utterances):
    noise = Noise(fixed(0.5))
    speed = Speed(fixed(0.5), Value(0.5, 0.7), Value(1.4, 1.6))  # a range that moves
    longer = [noise, speed, Interlude(fixed(0.4), fixed(0.5), fixed(2.0)), noise]
    options = BatchOptions(batch_seconds=9.0, row_seconds=(1.0, 3.0))
    batches = Batches(utterances * 10, options, longer, Gain(), seed=3)
    loaded = list(itertools.islice(batches, 30))
    for batch in loaded:
        assert batch.samples.numel() / 16000 < 9.0 + 1e-2 or len(batch.samples) == 1
    spoken = sum(int(batch.sample_counts.sum()) for batch in loaded)
    padded = sum(batch.samples.numel() for batch in loaded)
    assert spoken > 0.93 * padded


def test_augmentation_grows_over_the_first_epochs(utterances):
    options = BatchOptions(**{**vars(OPTIONS), "augment_epochs": 4})
    batches = Batches(utterances, options, [Interlude(fixed(1.0), fixed(9.0), fixed(9.0))], seed=3)
    batches.epochs = 4
    epochs = [
        sum(int(batch.sample_counts.sum()) for batch in each) / 16000
        for _, each in itertools.groupby(batches, lambda batch: batch.following.epoch)
    ]
    longer = [round((seconds - epochs[0]) / 9.0) for seconds in epochs]
    assert longer == sorted(longer)
    assert longer[-1] > 10
