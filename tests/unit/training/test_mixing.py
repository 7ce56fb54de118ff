"""The mean of a run's weights and those of other models."""

import dataclasses

import pytest

pytest.importorskip("torch")

import numpy as np
from safetensors.numpy import load_file, save_file

from auricle.errors import ModelError, OptionError
from auricle.training.fitting import train
from auricle.training.packaging import export_run


@pytest.fixture
def run_of(options, tmp_path):
    """Return a function that trains for two steps and returns the folder of the run."""

    def trained(name, seed=0, hidden=8):
        optimiser = dataclasses.replace(options.optimiser, steps=2, seed=seed)
        network = {**options.network, "hidden": hidden}
        train(dataclasses.replace(options, optimiser=optimiser, network=network), tmp_path / name)
        return tmp_path / name

    return trained


def weights(package):
    return load_file(package / "checkpoint.safetensors")


def test_each_model_has_its_share_of_the_mean(run_of, tmp_path):
    run, others = run_of("run"), [tmp_path / "first", tmp_path / "second"]
    export_run(run, tmp_path / "alone")
    for seed, other in enumerate(others, 1):
        export_run(run_of(f"run{seed}", seed), other)
    kept = tmp_path / "kept.safetensors"  # a checkpoint by itself is as good as a package
    kept.write_bytes((others[1] / "checkpoint.safetensors").read_bytes())
    export_run(run, tmp_path / "mean", mix=[(str(others[0]), 0.3), (str(kept), 0.2)])
    own, first, second = (weights(path) for path in (tmp_path / "alone", *others))
    for name, value in weights(tmp_path / "mean").items():
        expected = 0.5 * own[name] + 0.3 * first[name] + 0.2 * second[name]
        assert value == pytest.approx(expected, abs=2e-3), name  # float16
    assert any(np.abs(own[name] - first[name]).max() > 0.1 for name in own)


@pytest.mark.parametrize("shares", [[1.0], [0.6, 0.4], [-0.1], [0.0]])
def test_shares_leave_some_to_the_run(run_of, tmp_path, shares):
    run, other = run_of("run"), tmp_path / "other"
    export_run(run, other)
    ways_to_name_it = (str(other), str(other / "checkpoint.safetensors"))
    mix = list(zip(ways_to_name_it, shares, strict=False))
    with pytest.raises(OptionError, match="together they must be below 1"):
        export_run(run, tmp_path / "mean", mix=mix)
    assert not (tmp_path / "mean").exists()


def test_a_model_of_another_geometry_or_other_units_is_refused(run_of, tmp_path):
    run, other = run_of("run"), tmp_path / "other"
    export_run(run_of("wider", hidden=16), other)
    with pytest.raises(OptionError, match="another geometry"):
        export_run(run, tmp_path / "mean", mix=[(str(other), 0.5)])
    export_run(run, other)
    checkpoint = other / "checkpoint.safetensors"
    save_file(weights(other), checkpoint, {"tokens": '["<blank>", "x", "y", "z", " "]'})
    with pytest.raises(OptionError, match="other units"):
        export_run(run, tmp_path / "mean", mix=[(str(checkpoint), 0.5)])


def test_what_has_no_weights_is_named(run_of, tmp_path):
    run = run_of("run")
    export_run(run, tmp_path / "other")
    (tmp_path / "other" / "checkpoint.safetensors").unlink()
    with pytest.raises(ModelError, match=r"no checkpoint\.safetensors"):
        export_run(run, tmp_path / "mean", mix=[(str(tmp_path / "other"), 0.5)])
    with pytest.raises(ModelError, match="cannot be read"):
        export_run(run, tmp_path / "mean", mix=[(str(tmp_path / "none.safetensors"), 0.5)])
