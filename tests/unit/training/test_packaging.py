"""A run becomes a package: in float32 or int8, compared with torch, with a card to fill in."""

import dataclasses

import numpy as np
import pytest

pytest.importorskip("lightning")

from safetensors.numpy import load_file

import auricle
from auricle.errors import OptionError, TrainingError
from auricle.lm.tuning import log_probabilities
from auricle.manifest import read_manifest
from auricle.training import packaging
from auricle.training.configuration import HeadChoice
from auricle.training.fitting import train
from auricle.training.packaging import export_run, load_network
from auricle.training.prior import token_prior

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def finished(options, tmp_path):
    """The folder of a run of two steps."""
    package = dataclasses.replace(
        options.package, name="two-steps", language="cy", licence="CC0-1.0"
    )
    optimiser = dataclasses.replace(options.optimiser, steps=2)
    run = dataclasses.replace(options, package=package, optimiser=optimiser)
    train(run, tmp_path / "run")
    return tmp_path / "run"


def test_a_run_is_exported_in_float32_and_int8(finished, tmp_path, capsys):
    exact = export_run(finished, tmp_path / "exact", int8=False)
    rounded = export_run(finished, tmp_path / "rounded")
    (looked_at,) = exact.checkpoints
    assert looked_at.startswith("dev-step=2-")  # the look that a short run ends with
    assert rounded.checkpoints == exact.checkpoints
    assert exact.float_difference < 1e-4
    assert exact.int8_difference is None
    assert 0.0 < rounded.int8_difference < 0.1
    # LSTM cells of 8 bits round what goes into them by the whole of it: files get no longer chunks.
    chunks = [auricle.load(tmp_path / name).info.acoustic for name in ("exact", "rounded")]
    assert chunks[0].file_chunk_frames * chunks[0].frame_seconds == pytest.approx(1.28)
    assert chunks[1].file_chunk_frames is None
    for name in ("exact", "rounded"):
        model = auricle.load(tmp_path / name)
        assert (model.info.name, model.info.language) == ("two-steps", "cy")
        assert model.info.training == {"manifests": ["set.jsonl.gz"], "steps": 2}
        assert model.transcribe(tmp_path / "3.wav").duration == pytest.approx(0.937, abs=0.001)


def test_a_second_head_of_phones_becomes_the_second_pass(options, tmp_path):
    words = {word for each in read_manifest(options.data.dev[0]) for word in each.text.split()}
    lexicon = tmp_path / "lexicon.txt"
    lexicon.write_text("".join(f"{word}  {' '.join(word.upper())}\n" for word in sorted(words)))
    heads = (*options.heads[:1], HeadChoice(units="phones", lexicon=str(lexicon), weight=0.5))
    optimiser = dataclasses.replace(options.optimiser, steps=2)
    train(dataclasses.replace(options, heads=heads, optimiser=optimiser), tmp_path / "run")
    export_run(tmp_path / "run", tmp_path / "one", int8=False)
    export_run(tmp_path / "run", tmp_path / "two", int8=False, second_pass=0.25)
    one, two = (auricle.load(tmp_path / name) for name in ("one", "two"))
    assert one.info.second_pass is None
    assert two.info.second_pass.weight == 0.25
    assert "phones.lexicon" in two.info.checksums
    phones = len({letter for word in words for letter in word.upper()}) + 1
    assert two.vocabulary.columns == len(one.vocabulary) + phones
    utterance = read_manifest(options.data.dev[0])[0]
    rows = [log_probabilities(model, utterance) for model in (one, two)]
    assert np.abs(np.exp(rows[0]) - np.exp(rows[1][:, : len(one.vocabulary)])).max() < 1e-4
    assert np.exp(rows[1][:, len(one.vocabulary) :]).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
    assert two.transcribe(tmp_path / "3.wav").duration == pytest.approx(0.937, abs=0.001)


def test_a_run_without_a_second_head_has_no_second_pass(finished, tmp_path):
    with pytest.raises(OptionError, match="second pass"):
        export_run(finished, tmp_path / "package", second_pass=0.5)


def test_the_prior_is_taken_off_the_outputs_of_the_graph_alone(finished, tmp_path):
    plain, divided = tmp_path / "plain", tmp_path / "divided"
    export_run(finished, plain, int8=False)
    export_run(finished, divided, int8=False, prior_scale=0.5)
    assert "prior_scale" not in auricle.load(plain).info.training
    assert auricle.load(divided).info.training["prior_scale"] == 0.5
    kept = [load_file(path / "checkpoint.safetensors") for path in (plain, divided)]
    for name, weights in kept[0].items():  # what finetuning begins with
        assert np.array_equal(weights, kept[1][name])

    utterance = read_manifest(tmp_path / "set.jsonl.gz")[0]
    before, after = (log_probabilities(auricle.load(path), utterance) for path in (plain, divided))
    network, _ = load_network(finished, 1)
    prior = token_prior(network, read_manifest(tmp_path / "set.jsonl.gz")).numpy()
    expected = before - 0.5 * np.log(prior)
    expected -= np.log(np.exp(expected).sum(axis=1, keepdims=True))
    assert np.abs(np.exp(after) - np.exp(expected)).max() < 1e-4
    assert np.abs(np.exp(after) - np.exp(before)).max() > 1e-3


def test_the_prior_is_the_mean_of_what_the_network_gives(finished, tmp_path):
    network, _ = load_network(finished, 1)
    utterances = read_manifest(tmp_path / "set.jsonl.gz")[:2]
    export_run(finished, tmp_path / "model", int8=False)
    model = auricle.load(tmp_path / "model")
    rows = np.concatenate([log_probabilities(model, utterance) for utterance in utterances])
    prior = token_prior(network, utterances).numpy()
    assert prior.sum() == pytest.approx(1.0, abs=1e-3)
    assert np.abs(prior - np.exp(rows).mean(axis=0)).max() < 0.02  # but for a few last frames


def test_a_card_has_the_facts_and_what_was_written_into_it_stays(finished, tmp_path):
    export_run(finished, tmp_path / "model")
    card = tmp_path / "model" / "MODEL_CARD.md"
    text = card.read_text()
    for fact in ("two-steps 0.1.0", "language cy", "CC0-1.0", "6 characters", "`whitespace`"):
        assert fact in text
    card.write_text("# By a woman of Bangor\n")
    export_run(finished, tmp_path / "model")
    assert card.read_text() == "# By a woman of Bangor\n"


def test_a_graph_that_is_not_what_was_trained_is_not_packed(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(packaging, "_differences", lambda *_: (0.02, 0.0))
    with pytest.raises(TrainingError, match=r"differ from torch's by 2\.0e-02, the limit is 1e-04"):
        export_run(finished, tmp_path / "model")
    assert not (tmp_path / "model" / "acoustic.onnx").exists()
    assert not (tmp_path / "model" / "auricle.json").exists()
