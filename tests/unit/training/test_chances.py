"""Every number has random numbers of its own, in whatever order they are asked for."""

import numpy as np

from auricle.training.chances import Chances


def test_a_place_has_the_same_numbers_whatever_was_drawn_before():
    chances = Chances(1, 2)
    first = chances.at(7).random(5)
    chances.at(8).standard_normal(1000)
    np.testing.assert_array_equal(chances.at(7).random(5), first)
    np.testing.assert_array_equal(Chances(1, 2).at(7).random(5), first)
    assert not np.isin(Chances(1, 3).at(7).random(5), first).any()


def test_neighbours_are_independent():
    chances = Chances(3)
    drawn = np.stack([chances.at(number).random(20) for number in range(2000)])  # (numbers, 20)
    assert abs(drawn.mean() - 0.5) < 0.005
    correlations = np.corrcoef(np.concatenate([drawn[:-1], drawn[1:]], axis=1).T)
    assert np.abs(correlations - np.eye(40)).max() < 0.12
    assert len(np.unique(drawn)) == drawn.size
