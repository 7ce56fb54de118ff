from types import SimpleNamespace

import numpy as np

from auricle.acoustic_stream import AcousticStream


class Echo:
    """A graph that notes the samples it gets: chunks of 4 frames of 10, late by 2 frames."""

    contract = SimpleNamespace(chunk_frames=4, frame_samples=10, delay_frames=2, sample_rate=100)
    vocabulary_size = 3

    def __init__(self):
        self.samples = []

    def initial_states(self):
        return {}

    def run(self, samples, states):
        self.samples.append(samples[0])
        return np.zeros((1, 4, 3), np.float32), states


def test_samples_after_the_end_are_negative_zeros_and_none_before():
    graph = Echo()
    stream = AcousticStream(graph)
    samples = np.zeros(65, np.float32)
    samples[::2] = -0.0
    list(stream.feed(samples))
    stream.run_ahead()
    heard = np.concatenate(graph.samples)
    assert len(heard) > len(samples)
    assert not np.signbit(heard[: len(samples)]).any()
    assert np.signbit(heard[len(samples) :]).all()
