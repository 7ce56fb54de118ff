"""A package whose network reads whole utterances: transcribed, but never streamed."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import auricle  # noqa: E402
from auricle.errors import ModelError  # noqa: E402
from auricle.package import PackageInfo, Units, write_package  # noqa: E402
from auricle.training.export import describe, export_float  # noqa: E402
from auricle.training.network import HeadOptions  # noqa: E402
from auricle.training.networks import make_network  # noqa: E402
from auricle.training.rnn import RnnOptions  # noqa: E402


@pytest.fixture
def model(tmp_path):
    torch.manual_seed(5)
    shape = RnnOptions(
        (HeadOptions(4),), hidden=8, layers=1, convolutions=(4, 4), bidirectional=True, look_ahead=0
    )
    network = make_network(shape).eval()
    with torch.no_grad():
        network.heads[0].output.weight.mul_(10.0)  # sure of what it says
    export_float(network, tmp_path / "acoustic.onnx")
    units = Units("characters", "separator", 0, ("<blank>", " ", "a", "b"))
    info = PackageInfo("both", "1", "und", "none", "", "whitespace", units, describe(network, 0.32))
    write_package(info, tmp_path)
    return auricle.load(tmp_path)


def test_it_transcribes_recordings(model):
    samples = (np.random.default_rng(1).standard_normal(3 * 16000) * 0.1).astype(np.float32)
    transcript = model.transcribe(samples, sample_rate=16000)
    assert transcript.duration == pytest.approx(3.0)
    assert transcript.text
    again = model.transcribe(samples, sample_rate=16000)
    assert again.text == transcript.text


def test_it_refuses_a_stream(model):
    assert not model.info.acoustic.streaming
    with pytest.raises(ModelError, match=r"'both' cannot stream, because .* transcribe recordings"):
        model.stream()
