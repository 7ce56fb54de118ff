import numpy as np

from auricle.acoustic_stream import AcousticStream
from auricle.package import Acoustic


class Echo:
    """A graph that notes the samples it gets: chunks of 4 frames of 10, late by 2 frames."""

    contract = Acoustic(
        "acoustic.onnx", 100, 10, chunk_frames=4, delay_frames=2, states=(), file_chunk_frames=12
    )
    columns = 3

    def __init__(self):
        self.samples = []

    def initial_states(self):
        return {}

    def run(self, samples, states):
        self.samples.append(samples[0])
        return np.zeros((1, samples.shape[1] // 10, 3), np.float32), states


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


def test_files_are_heard_in_longer_chunks_and_give_as_many_frames():
    frames = {}
    for low_latency, chunk in ((True, 40), (False, 120)):
        graph = Echo()
        stream = AcousticStream(graph, low_latency=low_latency)
        rows = [*stream.feed(np.zeros(333, np.float32)), stream.run_ahead()]
        frames[low_latency] = sum(map(len, rows))
        assert {len(samples) for samples in graph.samples} == {chunk}
    assert frames == {True: 34, False: 34}
