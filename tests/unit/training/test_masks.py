"""Masks over the features: how large they are at a step, and what they hide."""

import pytest

pytest.importorskip("torch")

import torch

from auricle.errors import OptionError
from auricle.training.masks import MaskOptions, mask_features


def test_masks_grow_to_their_full_size_or_have_it_at_once():
    growing = MaskOptions(growing_steps=100)
    assert [growing.strength(step) for step in (0, 25, 100, 300)] == [0.0, 0.25, 1.0, 1.0]
    assert MaskOptions(growing_steps=0).strength(0) == 1.0


def test_masks_hide_bands_and_moments_of_a_copy():
    features = torch.ones(2, 400, 80)
    masked = mask_features(features, MaskOptions(), 1.0)
    assert features.min() == 1.0
    assert set(masked.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(mask_features(features, MaskOptions(), 0.0)[:, :, 0], features[:, :, 0])


def test_a_mask_wider_than_the_features_hides_at_most_all_of_them():
    masked = mask_features(torch.ones(1, 10, 8), MaskOptions(frequency_mask_bins=50), 1.0)
    assert masked.shape == (1, 10, 8)


def test_sizes_below_zero_are_refused():
    with pytest.raises(OptionError, match=r"\[masks\] growing_steps = -1: it must be at least 0"):
        MaskOptions(growing_steps=-1)
