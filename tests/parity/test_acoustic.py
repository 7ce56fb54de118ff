"""One network run by torch, as a float32 graph and as an int8 graph; whole and in blocks."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from auricle.acoustic import AcousticGraph  # noqa: E402
from auricle.quantisation import quantise  # noqa: E402
from auricle.training.conformer import ConformerOptions  # noqa: E402
from auricle.training.deepspeech import DeepspeechOptions  # noqa: E402
from auricle.training.export import FEATURES, describe, export_float  # noqa: E402
from auricle.training.network import HeadOptions  # noqa: E402
from auricle.training.networks import make_network  # noqa: E402
from auricle.training.rnn import RnnOptions  # noqa: E402

FLOAT, INT8 = onnx.TensorProto.FLOAT, onnx.TensorProto.INT8

# The int8 graph of a random network may give a token another probability by this much.
INT8_DISTANCE = 0.02
HEADS = (HeadOptions(vocabulary_size=20), HeadOptions(vocabulary_size=9, layer=1))
SIZE = {"rows": 2, "hidden": 32, "layers": 2, "convolutions": (16, 24)}
NETWORKS = {
    "rnn": RnnOptions(HEADS, **SIZE),
    "gru": RnnOptions(HEADS, **SIZE, cell="gru"),
    "bidirectional": RnnOptions(HEADS, **SIZE, bidirectional=True, look_ahead=0),
    "deepspeech": DeepspeechOptions(HEADS, rows=1, hidden=32),
    # The past is shorter than the audio, so that a stream forgets and training has windows.
    "conformer": ConformerOptions(HEADS, **SIZE, chunk=2, left_chunks=2, dropout=0.1),
    "conformer of two chunks": ConformerOptions(
        HEADS, **SIZE, chunk=4, left_chunks=1, stream_chunk=2, dropout=0.0
    ),
}


@pytest.fixture(scope="module", params=NETWORKS)
def network(request):
    torch.manual_seed(7)
    network = make_network(NETWORKS[request.param]).eval()
    with torch.no_grad():
        for name, weight in network.named_parameters():
            if name.endswith("attention.bias"):  # zeros at first, which would hide mistakes
                weight.normal_()
    return network


@pytest.fixture(scope="module")
def streaming(network):
    if not network.options.streaming:
        pytest.skip("reads whole utterances")


@pytest.fixture(scope="module")
def samples():
    return (np.random.default_rng(7).standard_normal((2, 18 * 1280)) * 0.1).astype(np.float32)


@pytest.fixture(scope="module")
def folder(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("graphs")
    export_float(network, folder / "float.onnx")
    quantise(folder / "float.onnx", folder / "int8.onnx", but_for=FEATURES)
    return folder


@pytest.fixture(scope="module")
def graphs(network, folder):
    contract = describe(network, chunk_seconds=0.32)
    return {name: AcousticGraph(folder / f"{name}.onnx", contract) for name in ("float", "int8")}


def in_blocks(graph, samples, steps):
    states, rows = graph.initial_states(len(samples)), []
    step = steps * 1280
    for start in range(0, samples.shape[1], step):
        log_probs, states = graph.run(samples[:, start : start + step], states)
        rows.append(log_probs)
    return np.concatenate(rows, axis=1)


def test_the_float_graph_is_the_torch_network(network, graphs, samples):
    with torch.no_grad():
        expected, _ = network(torch.from_numpy(samples), network.initial_state(2))
    found, _ = graphs["float"].run(samples, graphs["float"].initial_states(2))
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)


@pytest.mark.usefixtures("streaming")
@pytest.mark.parametrize("steps", [2, 4, 18])
def test_blocks_give_what_the_whole_gives(network, graphs, samples, steps):
    if steps < getattr(network.options, "chunk", 1):
        pytest.skip("shorter blocks attend in shorter chunks")
    whole, _ = graphs["float"].run(samples, graphs["float"].initial_states(2))
    np.testing.assert_allclose(in_blocks(graphs["float"], samples, steps), whole, atol=1e-4)


def test_int8_stays_near_float(network, graphs, samples):
    steps = 4 if network.options.streaming else 18
    exact, rounded = (in_blocks(graphs[name], samples, steps) for name in ("float", "int8"))
    assert np.abs(np.exp(rounded) - np.exp(exact)).max() < INT8_DISTANCE


def test_int8_rounds_linear_layers_and_lstm_cells(folder):
    """Convolutions, features and GRU cells stay in float32."""
    graph = onnx.load(folder / "int8.onnx").graph
    operators = {node.op_type for node in graph.node}
    assert any(tensor.data_type == INT8 for tensor in graph.initializer)
    assert "LSTM" not in operators
    kept = {tensor.name for tensor in graph.initializer if tensor.data_type == FLOAT}
    products = [node for node in graph.node if node.op_type == "MatMul"]
    assert all(FEATURES in node.name for node in products if node.input[1] in kept)


def test_the_rows_of_a_batch_do_not_touch_each_other(graphs, samples):
    graph = graphs["float"]
    together, _ = graph.run(samples, graph.initial_states(2))
    alone, _ = graph.run(samples[1:], graph.initial_states(1))
    np.testing.assert_allclose(together[1:], alone, atol=1e-5)


def test_probabilities_of_a_frame_add_up_to_one(graphs, samples):
    log_probs = in_blocks(graphs["int8"], samples, 18)
    np.testing.assert_allclose(np.exp(log_probs).sum(axis=2), 1.0, atol=1e-5)


@pytest.mark.usefixtures("streaming")
def test_what_changes_a_chunk_changes_no_earlier_output(network):
    """Later outputs it does change: their delay lets them speak of it."""
    samples = torch.zeros(1, 16 * 1280)
    changed = samples.clone()
    changed[0, 8 * 1280 :] = 0.3
    with torch.no_grad():
        before, _ = network(samples, network.initial_state(1))
        after, _ = network(changed, network.initial_state(1))
    differs = (before - after).abs().amax(dim=2)[0] > 1e-6
    half = 8 * 1280 // network.options.frame_samples
    assert before.shape[1] == 2 * half
    assert not differs[:half].any()
    assert differs[half]


@pytest.mark.parametrize("steps", [4, 18])  # the shorter row is no longer than a past
def test_training_sees_what_a_stream_gives_without_its_delay(network, graphs, steps):
    samples = torch.randn(1, steps * 1280) * 0.1
    block = 2 if network.options.streaming else steps
    streamed = in_blocks(graphs["float"], samples.numpy(), block)
    with torch.no_grad():
        features, _ = network.log_mel(samples, network.initial_state(1)["waveform"])
        first, half_way = network.head_outputs(features)
    delay = network.options.delay_frames
    np.testing.assert_allclose(first, streamed[:, delay:], atol=1e-4)
    assert half_way.shape == (1, streamed.shape[1] - delay, 9)


def test_training_sees_what_a_file_gives_without_its_delay():
    """In the longer of two chunks, whatever their share of the rows of training."""
    torch.manual_seed(7)
    network = make_network(NETWORKS["conformer of two chunks"])
    alone = dataclasses.replace(network.options, stream_chunk=0)
    longer = make_network(alone)
    longer.load_state_dict(network.state_dict())
    samples = torch.randn(1, 16 * 1280) * 0.1
    state = network.initial_state(1)
    with torch.no_grad():
        heard, _ = network.eval()(samples, state)
        features, _ = network.log_mel(samples, state["waveform"])
        first, _ = longer.eval().head_outputs(features)
    torch.testing.assert_close(first, heard[:, network.options.delay_frames :])


def test_rows_of_training_attend_in_chunks_of_either_length(samples):
    torch.manual_seed(7)
    network = make_network(NETWORKS["conformer of two chunks"])
    features, _ = network.log_mel(
        torch.from_numpy(samples), torch.zeros(2, network.log_mel.tail_samples)
    )
    with torch.no_grad():
        for block in network.layers:
            block.attention.bias.normal_()
        network.eval()
        streamed, _ = network.encode_rows(features)
        network.train()
        drawn = [network.encode_rows(features)[0] for _ in range(8)]
    same = [torch.equal(x, streamed) for x in drawn]
    assert any(same)
    assert not all(same)
