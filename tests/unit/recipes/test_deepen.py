import dataclasses
import json
import sys
from pathlib import Path

import deepen
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from auricle.errors import OptionError
from auricle.training.conformer import Conformer
from auricle.training.network import HeadOptions
from auricle.training.networks import make_network, network_options, written_options

HEADS = (HeadOptions(5),)
SIZE = {"kind": "conformer", "hidden": 8, "attention_heads": 2, "convolutions": (8, 8)}


@pytest.fixture
def network() -> Conformer:
    torch.manual_seed(1)
    made = make_network(network_options({**SIZE, "layers": 4, "chunk": 2}, HEADS)).eval()
    assert isinstance(made, Conformer)
    return made


def deeper(network: Conformer) -> Conformer:
    made = Conformer(dataclasses.replace(network.options, layers=6)).eval()
    made.load_state_dict(deepen.deepened(network.state_dict(), every=2))
    return made


def test_new_blocks_pass_on_what_the_blocks_before_them_give(network: Conformer) -> None:
    features = torch.randn(2, 32, network.options.features.n_mels)
    torch.testing.assert_close(
        deeper(network).head_outputs(features), network.head_outputs(features), atol=1e-3, rtol=0
    )


def test_uneven_norms_are_passed_on_nearly(network: Conformer) -> None:
    for index in range(4):
        block = network.get_submodule(f"layers.{index}.norm")
        torch.nn.init.uniform_(block.get_parameter("weight"), 0.8, 1.2)
        torch.nn.init.uniform_(block.get_parameter("bias"), -0.2, 0.2)
    features = torch.randn(2, 32, network.options.features.n_mels)
    (new,), (old,) = deeper(network).head_outputs(features), network.head_outputs(features)
    assert (new - old).abs().mean() < 0.1 * old.std()


def test_new_blocks_learn(network: Conformer) -> None:
    grown = deeper(network)
    grown.head_outputs(torch.randn(1, 32, network.options.features.n_mels))[0].sum().backward()  # type: ignore[no-untyped-call]
    weights = dict(grown.named_parameters())
    for name in ("first.3", "attention.output", "convolution.output", "second.3"):
        weight = weights[f"layers.2.{name}.weight"]
        assert weight.abs().max() == 0
        assert weight.grad is not None
        assert weight.grad.abs().max() > 0


def test_the_file_says_how_deep_it_is(
    network: Conformer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = {"network": json.dumps(written_options(network.options)), "tokens": "[]"}
    save_file(network.state_dict(), tmp_path / "old.safetensors", metadata=metadata)
    files = [str(tmp_path / name) for name in ("old.safetensors", "new.safetensors")]
    monkeypatch.setattr(sys, "argv", ["deepen.py", *files, "--every", "2"])
    deepen.main()
    with safe_open(files[1], framework="pt") as file:
        assert json.loads(file.metadata()["network"])["layers"] == 6
        assert "layers.5.norm.weight" in file.keys()  # noqa: SIM118


def test_what_cannot_be_deepened_is_refused(
    network: Conformer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = written_options(network.options)
    rnn = written_options(network_options({"kind": "rnn"}, HEADS))
    for geometry, every, told in ((options, "5", "from 1 to its 4"), (rnn, "2", "not a conformer")):
        old = tmp_path / "old.safetensors"
        save_file(network.state_dict(), old, metadata={"network": json.dumps(geometry)})
        new = str(tmp_path / "new.safetensors")
        monkeypatch.setattr(sys, "argv", ["deepen.py", str(old), new, "--every", every])
        with pytest.raises(OptionError, match=told):
            deepen.main()
        assert not Path(new).exists()
