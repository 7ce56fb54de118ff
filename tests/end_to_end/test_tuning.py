"""Weights found on the test clips with the bundled model."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import auricle
from auricle import lm
from auricle.lm import tuning
from auricle.manifest import read_manifest
from auricle.package import Package, find_package

pytest.importorskip("optuna")

SPEECH = Path(__file__).parents[1] / "data" / "speech"
CLIPS = ["1272-141231-0011", "174-168635-0014"]
TRIALS = tuning.TuningOptions(trials=4, beam_width=8, threads=1)


@pytest.fixture
def dev_set(tmp_path):
    lines = [f"{SPEECH / clip}.flac\t{(SPEECH / clip).with_suffix('.txt').read_text().strip()}"
             for clip in CLIPS]  # fmt: skip
    (tmp_path / "dev.tsv").write_text("\n".join(["path\ttext", *lines]))
    return tmp_path / "dev.tsv"


@pytest.fixture
def scorer():
    return find_package("en") / "scorer.lm"


def weights(path):
    info = lm.Scorer.open(path).info
    return {name: round(getattr(info, name), 3) for name in tuning.RANGES}


def test_the_best_weights_are_written_into_a_copy_of_the_scorer(model, dev_set, scorer, tmp_path):
    before = weights(scorer)
    result = tuning.tune(model, scorer, read_manifest(dev_set), tmp_path / "tuned.lm", TRIALS)
    assert weights(tmp_path / "tuned.lm") == pytest.approx(result.weights)
    lm.Scorer.open(tmp_path / "tuned.lm").verify()
    assert weights(scorer) == before
    assert result.error_rate <= result.error_rate_before
    assert (result.metric, result.utterances, result.trials) == ("word", 2, 4)
    assert {path.name for path in tmp_path.iterdir()} == {"dev.tsv", "tuned.lm"}


def test_the_acoustic_model_hears_each_recording_once_and_no_trial_is_lost(
    model, dev_set, scorer, tmp_path, monkeypatch
):
    heard = []
    listen = tuning.log_probabilities
    monkeypatch.setattr(
        tuning, "log_probabilities", lambda *given: heard.append(given) or listen(*given)
    )
    output = tmp_path / "tuned.lm"

    def interrupt(stage, done, _total, _best):
        if stage == "search" and done == 2:
            raise KeyboardInterrupt

    utterances = read_manifest(dev_set)
    with pytest.raises(KeyboardInterrupt):
        tuning.tune(model, scorer, utterances, output, TRIALS, progress=interrupt)
    assert not output.exists()
    seen = []
    tuning.tune(
        model, scorer, utterances, output, TRIALS,
        progress=lambda stage, done, total, best: seen.append((stage, done)),
    )  # fmt: skip
    assert len(heard) == len(CLIPS)
    assert [done for stage, done in seen if stage == "search"] == [2, 3, 4]


def test_log_probabilities_are_those_of_a_stream(model, dev_set):
    utterance = read_manifest(dev_set)[0]
    rows = tuning.log_probabilities(model, utterance)
    decoder = auricle.decoder.Decoder(model.vocabulary, model.scorer)
    segments = [*decoder.step(rows), *decoder.finish()]
    text = " ".join(segment.alternatives[0].text for segment in segments)
    assert text == model.transcribe(utterance.audio).text


def test_a_part_of_a_recording_is_heard_alone(model, dev_set):
    whole = read_manifest(dev_set)[0]
    part = replace(whole, start=0.5, duration=1.0)
    frames = -(-model.sample_rate // model.info.acoustic.frame_samples)
    assert len(tuning.log_probabilities(model, part)) == frames


def test_the_command_changes_a_package_of_ones_own_in_place(dev_set, tmp_path):
    from click.testing import CliRunner

    from auricle.cli import main

    package = tmp_path / "package"
    shutil.copytree(find_package("en"), package)
    arguments = ["lm", "tune", package, dev_set, "--trials", 2, "--beam", 8, "--json"]
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    assert weights(package / "scorer.lm") == pytest.approx(json.loads(result.stdout)["weights"])
    Package(package).verify()


def test_the_command_does_not_change_an_installed_model(dev_set):
    from click.testing import CliRunner

    from auricle.cli import main

    result = CliRunner().invoke(main, ["lm", "tune", "en", str(dev_set)])
    assert result.exit_code == 2
    assert "--output" in result.stderr
