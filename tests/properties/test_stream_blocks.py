"""Feeding the same samples in any other block sizes gives the same transcript."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sizes=st.lists(st.integers(0, 30_000), min_size=1, max_size=20))
def test_block_sizes_do_not_matter(model, clips, sizes):
    samples = np.concatenate([next(iter(clips.values())), np.zeros(20_000, np.float32)])
    whole, pieces = model.stream(), model.stream()
    whole.feed(samples)
    for block in np.split(samples, np.cumsum(sizes).clip(max=len(samples))):
        pieces.feed(block)
        pieces.partial()
    assert pieces.finish() == whole.finish()
