"""The errors to be expected of a search, and a network that is trained on them."""

import dataclasses

import numpy as np
import pytest

pytest.importorskip("lightning")

import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from auricle.decoder import Decoder, DecodingOptions, open_scorer
from auricle.errors import ModelError, OptionError
from auricle.lm.building import BuildOptions, build
from auricle.model import vocabulary_of
from auricle.package import Package, find_package
from auricle.training.beginning import read_origin
from auricle.training.expected_errors import ExpectedErrorOptions, ExpectedErrors
from auricle.training.fitting import train
from auricle.training.packaging import average, best_checkpoints, export_run

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")

OPTIONS = ExpectedErrorOptions(weight=1.0, model="en", texts=8)


class Tokens:
    """Units by their tokens alone, each a letter."""

    def __init__(self, tokens):
        self.tokens = list(tokens)

    def encode(self, text):
        return [self.tokens.index(letter) for letter in text]


@pytest.fixture(scope="module")
def units():
    info = Package(find_package("en")).info
    return [Tokens(info.units.tokens), Tokens(info.second_pass.tokens)]


@pytest.fixture(scope="module")
def heard(units):
    """A row between "the cat sat" and "the mat sat", and one of silence, without a text."""
    lexicon = vocabulary_of(Package(find_package("en"))).second_pass.lexicon
    spelt = units[0].encode("the cat sat")
    other = [units[0].tokens.index("m") if i == 4 else token for i, token in enumerate(spelt)]
    said = [lexicon.spellings(word)[0] for word in ("the", "cat", "sat")]
    said = [phone for word in said for phone in word]
    outputs = []
    for unit, tokens in zip(units, (spelt, said), strict=True):
        logits = torch.zeros(2, 40, len(unit.tokens))
        logits[:, :, 0] = 5.0
        for place, token in enumerate(tokens):
            logits[0, 3 * place, token] = 8.0
        outputs.append(logits)
    outputs[0][0, 12, other[4]] = 8.4
    frames = torch.tensor([36, 40])
    return [logits.requires_grad_() for logits in outputs], frames, ["the cat sat", ""]


def sums(errors, heard):
    logits, frames, texts = heard
    return errors.sums([each.log_softmax(-1) for each in logits], frames, texts)


def test_it_is_the_mean_of_the_errors_weighed_by_the_scores(units, heard):
    errors = ExpectedErrors(OPTIONS, units)
    expected, words = sums(errors, heard)
    logits, frames, _ = heard
    columns = torch.cat([each.detach().log_softmax(-1)[0] for each in logits], -1)
    package = Package(find_package("en"))
    vocabulary = vocabulary_of(package)
    search = DecodingOptions(beam_width=64, beam_margin=10.0, alternatives=OPTIONS.texts)
    decoder = Decoder(vocabulary, open_scorer(package.scorer_file(), vocabulary), search)
    decoder.step(columns[: frames[0]].numpy())
    texts = decoder.finish()[0].alternatives
    wrong = [_wrong(["the", "cat", "sat"], each.text.split()) for each in texts]
    weights = np.exp([each.score - texts[0].score for each in texts])
    assert len(texts) > 2
    assert words == 3
    assert float(expected.detach()) == pytest.approx(np.dot(weights / weights.sum(), wrong), 1e-4)


def _wrong(said, heard):
    """Levenshtein's distance of words, by its definition."""
    if not said or not heard:
        return len(said) + len(heard)
    return min(
        _wrong(said[1:], heard[1:]) + (said[0] != heard[0]),
        _wrong(said[1:], heard) + 1,
        _wrong(said, heard[1:]) + 1,
    )


def test_its_gradient_is_that_of_small_changes(units, heard):
    # A search so wide that a small change makes no hypothesis fall out of it.
    errors = ExpectedErrors(dataclasses.replace(OPTIONS, beam_width=1000, beam_margin=30.0), units)
    logits, frames, texts = heard
    expected, _ = sums(errors, heard)
    gradients = torch.autograd.grad(expected, logits)
    place, step = (0, 12, units[0].tokens.index("m")), 0.05
    around = []
    for change in (step, -step):
        changed = logits[0].detach().clone()
        changed[place] += change
        around.append(float(sums(errors, ([changed, logits[1].detach()], frames, texts))[0]))
    assert float(gradients[0][place]) == pytest.approx((around[0] - around[1]) / (2 * step), 0.05)
    assert gradients[0][place] > 0  # less of the wrong letter
    assert not gradients[0][1].any()  # nothing was said there


def test_following_it_mends_the_search(units, heard):
    errors = ExpectedErrors(OPTIONS, units)
    logits, frames, texts = heard
    moved = [each.detach().clone().requires_grad_() for each in logits]
    optimiser = torch.optim.SGD(moved, lr=2.0)
    before = float(sums(errors, (moved, frames, texts))[0].detach())
    for _ in range(20):
        optimiser.zero_grad()
        sums(errors, (moved, frames, texts))[0].backward()
        optimiser.step()
    after = float(sums(errors, (moved, frames, texts))[0].detach())
    assert after < 0.3 * before


def test_characters_count_where_words_have_no_spaces():
    package = Package(find_package("zh"))
    lexicon = vocabulary_of(package).lexicon
    units = Tokens(package.info.units.tokens)
    units.encode = lambda text: [phone for each in text for phone in lexicon.spellings(each)[0]]
    logits = torch.zeros(1, 40, len(units.tokens))
    logits[..., 0] = 5.0
    for place, phone in enumerate(units.encode("你好")):
        logits[0, 6 * place, phone] = 8.0
    options = ExpectedErrorOptions(weight=1.0, model="zh", beam_width=200, beam_margin=20.0)
    errors = ExpectedErrors(options, [units])
    expected, words = sums(errors, ([logits], torch.tensor([40]), ["你好"]))
    assert words == 2
    assert 0.0 < expected < 2.0


def test_units_of_another_model_are_refused(units):
    with pytest.raises(OptionError, match="output 2 of the model has other units"):
        ExpectedErrors(OPTIONS, [units[0], units[0]])
    with pytest.raises(OptionError, match="output 2 of the model has other units"):
        ExpectedErrors(OPTIONS, units[:1])
    with pytest.raises(ModelError, match="no model 'nowhere'"):
        ExpectedErrors(dataclasses.replace(OPTIONS, model="nowhere"), units)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"weight": 1.0}, "needs a model"),
        ({"texts": 1}, "texts = 1: it must be at least 2"),
        ({"weight": -1.0, "model": "en"}, "weight = -1.0: it must be at least 0"),
        ({"sharpness": 0.0}, "sharpness = 0.0: it must be above 0"),
    ],
)
def test_options_outside_their_range_are_refused(values, message):
    with pytest.raises(OptionError, match=message):
        ExpectedErrorOptions(**values)


def test_a_run_counts_them_beside_its_losses(options, tmp_path):
    (tmp_path / "texts").write_text("abcd\nbcd\ncd abcd\n" * 30)
    build([tmp_path / "texts"], tmp_path / "scorer.lm", BuildOptions(discount_fallback=True))
    few = dataclasses.replace(options, optimiser=dataclasses.replace(options.optimiser, steps=2))
    train(few, tmp_path / "first")
    export_run(tmp_path / "first", tmp_path / "model", scorer=tmp_path / "scorer.lm")
    again = dataclasses.replace(
        few, expected_errors=ExpectedErrorOptions(weight=2.0, model=str(tmp_path / "model"))
    )
    train(again, tmp_path / "second", origin=read_origin(str(tmp_path / "model")))
    curves = EventAccumulator(str(tmp_path / "second")).Reload()
    errors = [each.value for each in curves.Scalars("expected_errors")]
    assert len(errors) == 2
    assert all(each > 0.0 for each in errors)
    train(few, tmp_path / "third", origin=read_origin(str(tmp_path / "model")))
    assert _weights(tmp_path / "second") != _weights(tmp_path / "third")


def _weights(run):
    return average(best_checkpoints(run, 1))["heads.0.output.bias"].tolist()
