"""Every kind of network is trained, exported and run by the same commands."""

import dataclasses

import numpy as np
import pytest

pytest.importorskip("lightning")

import auricle
from auricle.errors import OptionError
from auricle.training.beginning import read_origin
from auricle.training.configuration import HeadChoice
from auricle.training.fitting import train
from auricle.training.network import HeadOptions
from auricle.training.networks import network_options
from auricle.training.packaging import export_run

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")

SMALL = {"hidden": 8, "layers": 1, "convolutions": [4, 4]}
KINDS = {
    "lstm": {"kind": "rnn", **SMALL},
    "both ways": {"kind": "rnn", **SMALL, "bidirectional": True, "look_ahead": 0},
    "conformer": {"kind": "conformer", **SMALL, "attention_heads": 2, "depth_dropout": 0.2},
    "deepspeech": {"kind": "deepspeech", "hidden": 8},
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_trained_packed_and_run(options, tmp_path, kind):
    shorter = dataclasses.replace(options.optimiser, steps=3)
    train(dataclasses.replace(options, network=KINDS[kind], optimiser=shorter), tmp_path / "run")
    exported = export_run(tmp_path / "run", tmp_path / "model")
    assert exported.float_difference < 1e-4
    model = auricle.load(tmp_path / "model")
    model.transcribe(np.zeros(20000, np.float32), sample_rate=16000)
    card = (tmp_path / "model" / "MODEL_CARD.md").read_text()
    assert ("streaming speech recognition" in card) == (kind != "both ways")
    assert ("cannot be run on a stream" in card) == (kind == "both ways")
    geometry = read_origin(str(tmp_path / "model")).geometry()
    assert KINDS[kind].items() <= {k: _listed(v) for k, v in geometry.items()}.items()


def _listed(value):
    return list(value) if isinstance(value, tuple) else value


def test_bytes_are_trained_packed_and_run(options, tmp_path):
    shorter = dataclasses.replace(options.optimiser, steps=2)
    heads = (HeadChoice(units="bytes"),)
    train(dataclasses.replace(options, heads=heads, optimiser=shorter), tmp_path / "run")
    export_run(tmp_path / "run", tmp_path / "model")
    model = auricle.load(tmp_path / "model")
    assert (model.info.units.kind, model.vocabulary.boundary) == ("bytes", "none")  # no spaces
    model.transcribe(np.zeros(20000, np.float32), sample_rate=16000)


def test_phones_are_packed_with_their_lexicon(options, tmp_path):
    lexicon = tmp_path / "lexicon.txt"
    lexicon.write_text("".join(f"{letter} {letter}1 {letter}2\n" for letter in "abcd"))
    head = HeadChoice(units="phones", lexicon=str(lexicon), spaces=False)
    shorter = dataclasses.replace(options.optimiser, steps=2)
    train(dataclasses.replace(options, heads=(head,), optimiser=shorter), tmp_path / "run")
    export_run(tmp_path / "run", tmp_path / "model")
    model = auricle.load(tmp_path / "model")
    assert (model.vocabulary.boundary, model.vocabulary.separator) == ("lexicon", "")
    assert model.vocabulary.lexicon.spellings("a")
    model.transcribe(np.zeros(20000, np.float32), sample_rate=16000)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "transformer"}, "there are rnn, conformer, deepspeech"),
        ({"cell": "elman"}, "cell = 'elman'; there are lstm, gru"),
        ({"bidirectional": True}, "set look_ahead = 0, not 3"),
        ({"kind": "conformer", "hidden": 10}, "hidden = 10 is no multiple of attention_heads = 4"),
        ({"kind": "conformer", "chunk": 4, "stream_chunk": 3}, "chunk = 4 must be a multiple"),
        ({"kind": "conformer", "cell": "gru"}, "no 'cell'"),
        ({"kind": "conformer", "attention_heads": 0}, "attention_heads = 0: .* at least 1"),
        ({"hidden": 0}, r"\[network\] hidden = 0: it must be at least 1"),
        ({"hidden": "big"}, r"\[network\] hidden = 'big': it must be a whole number"),
        ({"convolutions": 8}, "convolutions = 8: it must be a list of whole numbers"),
        ({"kernel": 2}, "kernel = 2: it must be at least 3"),
        ({"dropout": 2.0}, "dropout = 2.0: it must be at least 0 and below 1"),
    ],
)
def test_what_does_not_fit_is_refused(values, message):
    with pytest.raises(OptionError, match=message):
        network_options(values, (HeadOptions(3),))


@pytest.mark.parametrize(("kind", "layers"), [("rnn", 4), ("conformer", 10), ("deepspeech", 5)])
def test_a_head_listens_to_a_layer_that_there_is(kind, layers):
    network_options({"kind": kind}, (HeadOptions(3), HeadOptions(3, layer=layers)))
    for layer in (0, layers + 1):
        with pytest.raises(OptionError, match=rf"layer = {layer}: .* from 1 to {layers}"):
            network_options({"kind": kind}, (HeadOptions(3), HeadOptions(3, layer=layer)))
