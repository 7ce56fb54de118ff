"""Beginning with another model's weights."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("lightning")

from auricle.errors import ModelError, OptionError  # noqa: E402
from auricle.training.beginning import (  # noqa: E402
    begin_with,
    freeze,
    read_checkpoint,
    with_its_alphabet,
)
from auricle.training.configuration import HeadChoice  # noqa: E402
from auricle.training.network import HeadOptions  # noqa: E402
from auricle.training.networks import network_options  # noqa: E402
from auricle.training.packaging import save_weights  # noqa: E402
from auricle.training.rnn import Rnn, RnnOptions  # noqa: E402


def network(seed=0, vocabulary_size=3, hidden=8):
    torch.manual_seed(seed)
    heads = (HeadOptions(vocabulary_size),)
    return Rnn(RnnOptions(heads, hidden=hidden, layers=1, convolutions=(4, 4)))


@pytest.fixture
def origin(tmp_path):
    save_weights(network(), ["<blank>", "a", "b"], tmp_path / "checkpoint.safetensors")
    return read_checkpoint(tmp_path / "checkpoint.safetensors", "old")


def equal(a, b, name):
    return torch.allclose(a.state_dict()[name], b.state_dict()[name], atol=1e-3)


def test_with_the_same_units_everything_is_kept(origin):
    new = network(seed=1)
    assert begin_with(new, origin, ["<blank>", "a", "b"]).endswith("the same units")
    assert all(equal(new, network(), name) for name in new.state_dict())


def test_characters_without_an_alphabet_are_those_of_the_origin(origin):
    heads = [HeadChoice(), HeadChoice(alphabet="xyz"), HeadChoice(units="pieces")]
    assert [head.alphabet for head in with_its_alphabet(heads, origin)] == ["ab", "xyz", ""]
    assert [head.alphabet for head in with_its_alphabet(heads, None)] == ["", "xyz", ""]


def test_with_other_units_the_output_layer_is_new(origin):
    for tokens in (["<blank>", "b", "a"], ["<blank>", "a", "b", "c"]):
        new = network(seed=1, vocabulary_size=len(tokens))
        assert "new output layers" in begin_with(new, origin, tokens)
        assert equal(new, network(), "layers.0.lstm.weight_ih_l0")
        assert equal(new, network(seed=1, vocabulary_size=len(tokens)), "heads.0.output.weight")


def test_the_geometry_is_in_the_checkpoint(origin):
    assert network_options(origin.geometry(), (HeadOptions(3),)) == network().options


def test_a_network_that_nothing_fits_is_refused(origin):
    with pytest.raises(OptionError, match=r"leave out \[network\]"):
        begin_with(network(hidden=12), origin, ["<blank>", "a", "b"])


def test_frozen_weights_stay(origin):
    new = network()
    freeze(new, ["subsampling", "layers.0"])
    trained = {name.split(".")[0] for name, p in new.named_parameters() if p.requires_grad}
    assert trained == {"look_ahead", "heads"}
    with pytest.raises(OptionError, match="no weight begins so; there are heads, layers"):
        freeze(new, ["encoder"])


def test_a_broken_checkpoint_is_refused(tmp_path):
    (tmp_path / "checkpoint.safetensors").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="the weights cannot be read"):
        read_checkpoint(tmp_path / "checkpoint.safetensors", "old")
