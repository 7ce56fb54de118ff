"""Half precision with scaled losses, for GPUs without bfloat16: its whole way, on a processor.

Lightning takes no half precision on processors, unless it is given the plug-in that it makes for
GPUs. Torch's arithmetic there is in half precision all the same.
"""

import dataclasses
import math

import pytest

pytest.importorskip("lightning")

import lightning
import torch
from lightning.pytorch.plugins import MixedPrecision

from auricle.errors import OptionError
from auricle.training import trainer
from auricle.training.fitting import train
from printed import losses

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")

FIRST_SCALE = 2.0**16
NETWORKS = {
    "rnn": {"kind": "rnn", "hidden": 8, "layers": 1, "convolutions": [4, 4]},
    "conformer": {
        "kind": "conformer",
        "hidden": 8,
        "layers": 1,
        "convolutions": [4, 4],
        "attention_heads": 2,
    },
    "deepspeech": {"kind": "deepspeech", "hidden": 8},
}


@pytest.fixture
def half(options):
    machine = dataclasses.replace(options.machine, precision="16-mixed")
    return dataclasses.replace(options, machine=machine)


@pytest.fixture
def scalers(monkeypatch):
    """The loss scaler of each trainer that is made from here on with half precision."""
    made = []
    Trainer = lightning.Trainer

    def make(*arguments, precision, plugins, **options):
        if precision != "16-mixed":
            return Trainer(*arguments, precision=precision, plugins=plugins, **options)
        made.append(torch.amp.GradScaler("cpu", init_scale=FIRST_SCALE))
        plugin = MixedPrecision(precision, "cpu", made[-1])
        return Trainer(*arguments, plugins=[*plugins, plugin], **options)

    monkeypatch.setattr(trainer.lightning, "Trainer", make)
    return made


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
@pytest.mark.parametrize("network", NETWORKS)
def test_losses_begin_as_in_float32_and_the_scale_falls_until_gradients_are_finite(
    options, half, tmp_path, capsys, scalers, network, optimiser
):
    changes = {
        "network": NETWORKS[network],
        "optimiser": dataclasses.replace(options.optimiser, kind=optimiser),
    }
    train(dataclasses.replace(options, **changes), tmp_path / "whole")
    whole = losses(capsys.readouterr().out)
    train(dataclasses.replace(half, **changes), tmp_path / "half")
    told = capsys.readouterr().out
    heard = losses(told)
    assert heard[1] == pytest.approx(whole[1], rel=0.01)
    assert list(heard) == list(whole)
    assert all(map(math.isfinite, heard.values()))
    assert "skipped a batch" not in told  # a scale too large is no broken recording
    assert 1.0 <= scalers[-1].get_scale() <= FIRST_SCALE


def test_the_scale_goes_on_with_a_resumed_run(half, tmp_path, capsys, scalers):
    train(half, tmp_path / "whole")
    whole = losses(capsys.readouterr().out)
    shorter = dataclasses.replace(half.optimiser, steps=7)
    train(dataclasses.replace(half, optimiser=shorter), tmp_path / "run")
    begun = scalers[-1].get_scale()
    train(half, tmp_path / "run")
    assert begun < FIRST_SCALE
    assert scalers[-1].get_scale() == scalers[0].get_scale()
    assert losses(capsys.readouterr().out)[12] == pytest.approx(whole[12], rel=0.1)


def test_without_a_gpu_it_is_refused(half, tmp_path):
    with pytest.raises(OptionError, match="needs a GPU"):
        train(half, tmp_path / "half")
