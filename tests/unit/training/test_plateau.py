"""The learning rate falls where the dev error stays, and a run that has patience no more ends."""

import dataclasses
from types import SimpleNamespace

import pytest

pytest.importorskip("lightning")

from auricle.training.configuration import CheckpointOptions
from auricle.training.fitting import train
from auricle.training.plateau import Plateau

OPTIONS = CheckpointOptions(plateau_patience=2, plateau_factor=0.5)


def look(plateau, model, error):
    plateau.on_validation_end(SimpleNamespace(callback_metrics={"dev_wer": error}), model)
    return model.rate_scale


def a_model():
    return SimpleNamespace(rate_scale=1.0, set_rate=lambda: None)


def test_it_falls_after_so_many_looks_and_again():
    plateau, model = Plateau(OPTIONS), a_model()
    errors = [0.9, 0.8, 0.8, 0.85, 0.79, 0.8, 0.8, 0.8, 0.8]
    scales = [look(plateau, model, error) for error in errors]
    assert scales == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]


def test_a_resumed_run_goes_on_with_its_rate():
    plateau, model = Plateau(OPTIONS), a_model()
    for error in (0.5, 0.6, 0.6, 0.6):
        look(plateau, model, error)
    resumed, model = Plateau(OPTIONS), a_model()
    resumed.load_state_dict(plateau.state_dict())
    resumed.on_train_start(None, model)
    assert model.rate_scale == 0.5
    assert look(resumed, model, 0.55) == 0.25


@pytest.mark.filterwarnings("ignore")  # of torch and lightning about themselves
def test_a_run_ends_early_and_says_why(options, tmp_path, capsys):
    looks = dataclasses.replace(options.checkpoints, dev_every_steps=2, patience=2)
    still = dataclasses.replace(options.optimiser, learning_rate=1e-12)  # it learns nothing
    train(dataclasses.replace(options, checkpoints=looks, optimiser=still), tmp_path / "run")
    printed = capsys.readouterr().out
    assert "step 6: loss" in printed
    assert "step 7: loss" not in printed
    assert "ended after step 6: the dev error did not fall in as many looks" in printed
