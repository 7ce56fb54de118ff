"""Converted acoustic models against what DeepSpeech's own graphs gave for the same recordings.

tests/data/deepspeech/README.md tells where the models and the golden values come from.
"""

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("onnx")
pytest.importorskip("tflite")

from auricle.acoustic import AcousticGraph
from auricle.acoustic_stream import AcousticStream
from auricle.conversion import front_end
from auricle.conversion.deepspeech import Naming, convert, read_model
from tests.making_deepspeech import DATA, memory_mapped

SPEECH = Path(__file__).parents[1] / "data/speech"
GOLDEN = np.load(DATA / "golden.npz")
EXACT = ("chars.pb", "float.tflite", "bytes.pb")


def recordings(name):
    """Yield each recording's id, samples, and the frames and log-probabilities that are kept."""
    for key in sorted(GOLDEN.files):
        model, speech, kind = key.split("/")
        if model == name and kind == "probabilities":
            samples, rate = soundfile.read(SPEECH / f"{speech}.flac", dtype="int16")
            assert rate == 16000
            frames = GOLDEN[f"{model}/{speech}/frames"]
            yield speech, samples.astype(np.float32) / 32768.0, frames, GOLDEN[key]


@pytest.fixture(scope="module")
def graph_of(tmp_path_factory):
    known = {}

    def graph_of(name, int8=False):
        if (name, int8) not in known:
            folder = tmp_path_factory.mktemp("package")
            info = convert(DATA / name, folder, Naming("test"), int8=int8).info
            known[name, int8] = AcousticGraph(folder / info.acoustic.file, info.acoustic)
        return known[name, int8]

    return graph_of


def heard(graph, samples, block=4000):
    stream = AcousticStream(graph)
    rows = [
        row
        for start in range(0, len(samples), block)
        for row in stream.feed(samples[start : start + block])
    ]
    return np.concatenate([*rows, stream.run_ahead()])


@pytest.mark.parametrize("name", EXACT)
def test_log_probabilities_are_those_of_the_original_to_the_last_frame(graph_of, name):
    for _, samples, frames, expected in recordings(name):
        log_probs = heard(graph_of(name), samples)
        assert len(log_probs) - 1 - frames[-1] in (0, 1)  # the last one kept is the original's last
        np.testing.assert_allclose(np.exp(log_probs[frames]), expected, atol=1e-5)
        likely = expected > 1e-6
        difference = np.abs(log_probs[frames] - np.log(np.maximum(expected, 1e-30)))
        assert difference[likely].max() < 1e-3


def test_frames_after_the_original_s_last_one_are_surely_blank(graph_of):
    graph = graph_of("chars.pb")
    for length, frames in ((512, 2), (512 + 128, 2), (512 + 129, 3)):
        log_probs = heard(graph, np.full(length, 0.1, np.float32))
        assert len(log_probs) == frames
        assert [row[-1] == 0.0 for row in log_probs] == [frame >= 2 for frame in range(frames)]


def test_int8_weights_give_what_they_stand_for(graph_of):
    # The original rounds activations to 8 bits as well, which a converted graph does not.
    worst = 0.0
    for _, samples, frames, expected in recordings("chars.tflite"):
        log_probs = heard(graph_of("chars.tflite"), samples)[frames]
        worst = max(worst, np.abs(np.exp(log_probs) - expected).max())
        agreeing = (log_probs.argmax(1) == expected.argmax(1)).mean()
        assert agreeing > 0.95
    assert 1e-3 < worst < 0.15


def test_a_graph_of_int8_stays_near_the_exact_one(graph_of):
    _, samples, _, _ = next(recordings("chars.pb"))
    exact, rounded = (np.exp(heard(graph_of("chars.pb", int8), samples)) for int8 in (False, True))
    assert 0.0 < np.abs(exact - rounded).max() < 0.3


@pytest.mark.parametrize("block", [7, 320, 16000])
def test_blocks_of_any_length_give_the_same(graph_of, block):
    graph = graph_of("chars.pb")
    _, samples, _, _ = next(recordings("chars.pb"))
    np.testing.assert_array_equal(heard(graph, samples[:8000], block), heard(graph, samples[:8000]))


@pytest.mark.parametrize("steps", [1, 5, 11, 40])
def test_chunks_of_any_length_give_the_same(graph_of, steps):
    graph = graph_of("chars.pb")
    samples = np.zeros((2, 40 * 320), np.float32)
    for row, (_, speech, _, _) in enumerate(recordings("chars.pb")):
        samples[row % 2] = speech[: samples.shape[1]]
    whole, _ = graph.run(samples, graph.initial_states(2))
    states, rows = graph.initial_states(2), []
    for start in range(0, samples.shape[1], steps * 320):
        log_probs, states = graph.run(samples[:, start : start + steps * 320], states)
        rows.append(log_probs)
    delay = graph.contract.delay_frames
    np.testing.assert_allclose(np.concatenate(rows, 1)[:, delay:], whole[:, delay:], atol=1e-4)


def test_the_front_end_is_tensorflow_s():
    options = read_model(DATA / "chars.pb").front_end
    for key in GOLDEN.files:
        _, speech, kind = key.split("/")
        if kind != "mfcc":
            continue
        samples, _ = soundfile.read(SPEECH / f"{speech}.flac", dtype="float32")
        expected = GOLDEN[key]
        windows = [samples[k * 320 : k * 320 + 512] for k in range(len(expected))]
        np.testing.assert_allclose(front_end.mfcc(np.stack(windows), options), expected, atol=1e-4)


def test_a_memory_mapped_graph_is_the_same_model(tmp_path):
    (tmp_path / "x.pbmm").write_bytes(memory_mapped((DATA / "chars.pb").read_bytes()))
    mapped, plain = read_model(tmp_path / "x.pbmm"), read_model(DATA / "chars.pb")
    assert mapped.labels == plain.labels
    for ours, theirs in zip((*mapped.dense, mapped.lstm), (*plain.dense, plain.lstm), strict=True):
        np.testing.assert_array_equal(ours.weights, theirs.weights)
        np.testing.assert_array_equal(ours.bias, theirs.bias)
