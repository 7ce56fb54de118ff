"""Recordings through graphs that read whole utterances."""

import numpy as np
import pytest

from auricle.acoustic_stream import AcousticStream
from auricle.package import Acoustic
from auricle.utterance_acoustics import UtteranceAcoustics, acoustics_of

CHUNK = 1280
RATE = 16000


class Recorder:
    """A graph that notes what it is given; a frame says how many samples there are."""

    columns = 2

    def __init__(self, streaming=False):
        self.contract = Acoustic("a.onnx", RATE, 640, 2, 0, (), streaming)
        self.pieces = []

    def initial_states(self):
        return {}

    def run(self, samples, states):
        self.pieces.append(samples[0])
        return np.full((1, samples.shape[1] // 640, 2), samples.shape[1], np.float32), {}


def hear(samples, block):
    graph = Recorder()
    acoustics = UtteranceAcoustics(graph)
    rows = []
    for start in range(0, len(samples), block):
        rows += acoustics.feed(samples[start : start + block])
    return graph, np.concatenate([*rows, acoustics.run_ahead()])


def test_a_graph_that_streams_gets_a_stream():
    assert type(acoustics_of(Recorder(streaming=True))) is AcousticStream
    assert type(acoustics_of(Recorder())) is UtteranceAcoustics


def test_a_short_recording_is_one_piece():
    graph, rows = hear(np.ones(5 * RATE + 1, np.float32), 1000)
    assert len(graph.pieces) == 1
    assert len(graph.pieces[0]) % CHUNK == 0
    assert len(rows) == -(-(5 * RATE + 1) // 640)


@pytest.mark.parametrize("block", [999, RATE, 10**9])
def test_a_long_recording_is_cut_where_it_is_quietest(block):
    random = np.random.default_rng(2)
    samples = random.standard_normal(70 * RATE).astype(np.float32)
    for second in (20, 44):
        samples[second * RATE - 1600 : second * RATE + 1600] *= 0.01
    graph, rows = hear(samples, block)
    assert [len(piece) // CHUNK for piece in graph.pieces] == [250, 300, 325]  # 20, 24, 26 s
    assert np.array_equal(np.concatenate(graph.pieces)[: len(samples)], samples)
    assert len(rows) == 70 * RATE // 640


def test_nothing_gives_nothing():
    assert UtteranceAcoustics(Recorder()).run_ahead().shape == (0, 2)
