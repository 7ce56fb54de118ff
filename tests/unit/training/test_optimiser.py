"""AdamW, and Muon with AdamW: what each trains, at which rate, and what checkpoints keep."""

import dataclasses

import pytest

pytest.importorskip("lightning")
import torch
from torch import nn

from auricle.errors import OptionError
from auricle.training.configuration import MachineOptions
from auricle.training.fitting import train
from auricle.training.optimiser import (
    MuonWithAdamW,
    OptimiserOptions,
    PreciseMuon,
    make_optimiser,
    orthogonal,
)

KINDS = ("adamw", "muon")


class Small(nn.Module):
    """A matrix between layers, a convolution, and a head."""

    def __init__(self):
        super().__init__()
        self.subsampling = nn.Conv1d(1, 4, 3, padding=1)
        self.inner = nn.Linear(4, 4)
        self.heads = nn.ModuleList([nn.Linear(4, 2)])

    def forward(self, x):
        return self.heads[0](self.inner(self.subsampling(x).mean(-1)))


def small(kind, **values):
    """A network, its optimiser and the schedule of its learning rate."""
    torch.manual_seed(0)
    network = Small()
    options = OptimiserOptions(kind=kind, steps=20, warm_up_steps=4, decay_steps=10, **values)
    optimiser = make_optimiser(network.named_parameters(), options)
    return network, optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, options.rate_at)


def step(network, optimiser, schedule, number):
    random = torch.Generator().manual_seed(number)
    loss = network(torch.randn(8, 1, 9, generator=random)).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    schedule.step()
    return float(loss.detach())


def weights(network):
    return torch.cat([each.detach().flatten() for each in network.parameters()])


def test_muon_has_the_matrices_between_layers_and_adamw_the_rest():
    network, optimiser, _ = small("muon")
    muon, adamw = optimiser.parts
    assert [id(each) for each in muon.param_groups[0]["params"]] == [id(network.inner.weight)]
    assert len(adamw.param_groups[0]["params"]) == 5  # both biases of layers, the rest whole


@pytest.mark.parametrize("shape", [(4, 16), (16, 4), (8, 8)])
def test_an_update_is_made_orthogonal(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    update = orthogonal(matrix, (3.4445, -4.7750, 2.0315), 5)
    values = torch.linalg.svdvals(update)
    assert values.min() > 0.5
    assert values.max() < 1.3
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    cosine = (update * (u @ v)).sum() / update.norm() / (u @ v).norm()
    assert cosine > 0.97


def test_muon_in_float32_steps_as_torchs_in_bfloat16_does():
    start = torch.randn(32, 8, generator=torch.Generator().manual_seed(1))
    ends = []
    for kind in (torch.optim.Muon, PreciseMuon):
        matrix = torch.nn.Parameter(start.clone())
        muon = kind([matrix], lr=0.02, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
        for number in range(6):
            random = torch.Generator().manual_seed(number)
            matrix.grad = torch.randn(matrix.shape, generator=random)
            muon.step()
        ends.append((matrix.detach() - start, muon.state_dict()["state"][0]["momentum_buffer"]))
    (moved, momentum), (precisely, precise_momentum) = ends
    torch.testing.assert_close(precisely, moved, rtol=0, atol=0.02 * float(moved.abs().max()))
    torch.testing.assert_close(precise_momentum, momentum)


@pytest.mark.parametrize("kind", KINDS)
def test_every_weight_moves_and_the_loss_falls(kind):
    network, optimiser, schedule = small(kind, learning_rate=0.02)
    before = {name: each.clone() for name, each in network.named_parameters()}
    losses = [step(network, optimiser, schedule, 1) for _ in range(15)]
    assert losses[-1] < 0.3 * losses[0]
    for name, each in network.named_parameters():
        assert not torch.equal(each, before[name]), name


@pytest.mark.parametrize("kind", KINDS)
def test_frozen_weights_are_left_out(kind):
    network = Small()
    network.subsampling.requires_grad_(False)
    optimiser = make_optimiser(network.named_parameters(), OptimiserOptions(kind=kind))
    held = {id(each) for group in optimiser.param_groups for each in group["params"]}
    assert id(network.subsampling.weight) not in held
    assert id(network.inner.weight) in held


@pytest.mark.parametrize("kind", KINDS)
def test_the_schedule_reaches_all_parts(kind):
    network, optimiser, schedule = small(kind, learning_rate=0.02)
    parts = optimiser.parts if isinstance(optimiser, MuonWithAdamW) else (optimiser,)
    rates = []
    for number in range(20):
        (rate,) = {group["lr"] for part in parts for group in part.param_groups}
        rates.append(rate)
        step(network, optimiser, schedule, number)
    assert rates[:4] == pytest.approx([0.005, 0.01, 0.015, 0.02])
    assert rates[4:11] == pytest.approx([0.02] * 7)
    assert rates[11:] == pytest.approx([0.02 * left / 10 for left in range(9, 0, -1)])


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_checkpoint_keeps_goes_on_to_the_same_weights(kind):
    whole = small(kind)
    for number in range(10):
        step(*whole, number)
    first = small(kind)
    for number in range(6):
        step(*first, number)
    kept = [each.state_dict() for each in first]
    torch.manual_seed(5)
    resumed = small(kind)
    for each, state in zip(resumed, kept, strict=True):
        each.load_state_dict(state)
    for number in range(6, 10):
        step(*resumed, number)
    torch.testing.assert_close(weights(resumed[0]), weights(whole[0]), rtol=0, atol=0)


@pytest.mark.filterwarnings("ignore")  # of torch and lightning about themselves
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_clipped_in_the_precision_that_runs_have_by_default(options, tmp_path, kind):
    changed = dataclasses.replace(
        options,
        optimiser=OptimiserOptions(kind=kind, steps=2, gradient_norm=0.1),
        machine=dataclasses.replace(options.machine, precision=MachineOptions().precision),
    )
    train(changed, tmp_path / "run")
    assert torch.load(tmp_path / "run" / "last.ckpt", weights_only=False)["global_step"] == 2


def test_a_kind_that_is_not_known_is_refused():
    with pytest.raises(OptionError, match=r"kind = 'sgd'; there are adamw, muon"):
        OptimiserOptions(kind="sgd")
