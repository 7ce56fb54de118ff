"""The CTC loss (Graves et al., 2006), on a CPU by whole rows at once.

torch's own loss goes from state to state on a CPU, and takes a tenth of a training step; here a
frame of all rows is one operation. Both find the same: -log of the sum over all paths of a text,

    a_t(s) = e_t(s) + log(exp a_{t-1}(s) + exp a_{t-1}(s-1) + [may skip] exp a_{t-1}(s-2))

from the first frame on, and b_t(s) likewise from the last one back; states s are the tokens with
blanks around each, e_t(s) their log-probabilities. exp(a + b - e) / Z is the share of the paths
that go through a state, and its negative the gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

_NEVER = -1e30  # a log-probability; finite, so that differences are numbers


def ctc_losses(log_probs: Tensor, frames: Tensor, targets: Sequence[Sequence[int]]) -> Tensor:
    """Return the CTC loss of every row.

    Args:
        log_probs: (B, T, V), natural log, the blank first.
        frames: Rows count so many frames, (B,).
        targets: Tokens of each row.

    Returns:
        Losses (B,), 0 where the tokens do not fit into the frames.
    """
    device = log_probs.device
    counts = torch.tensor([len(target) for target in targets], device=device)
    if device.type == "cpu":
        padded = torch.zeros(len(targets), max(1, int(counts.max())), dtype=torch.long)
        for row, target in zip(padded, targets, strict=True):
            row[: len(target)] = torch.tensor(target, dtype=torch.long)
        losses: Tensor = _RowCtc.apply(log_probs, frames, padded, counts)  # type: ignore[no-untyped-call]
        return losses
    flat = torch.tensor([token for target in targets for token in target], device=device)
    return torch.nn.functional.ctc_loss(
        log_probs.transpose(0, 1), flat, frames, counts, reduction="none", zero_infinity=True
    )


class _RowCtc(torch.autograd.Function):
    """Losses with their gradients."""

    @staticmethod
    def forward(
        ctx: Any, log_probs: Tensor, frames: Tensor, targets: Tensor, counts: Tensor
    ) -> Tensor:
        states = torch.zeros(len(targets), 2 * targets.shape[1] + 1, dtype=torch.long)
        states[:, 1::2] = targets
        emissions = _emissions(log_probs, frames, states, counts)  # (T, B, S)
        skips = torch.full(states.shape, _NEVER)
        skips[:, 3::2][targets[:, 1:] != targets[:, :-1]] = 0.0
        first = torch.full(states.shape, _NEVER)
        first[:, :2] = 0.0
        last = torch.full(states.shape, _NEVER).scatter_(1, 2 * counts[:, None], 0.0)
        last.scatter_(1, (2 * counts[:, None] - 1).clamp(min=0), 0.0)
        forward = _recursion(emissions, first, skips)
        # Backward is the same with states and frames from the last to the first.
        back = torch.nn.functional.pad(skips, (0, 2), value=_NEVER)[:, 2:].flip(1)
        backward = _recursion(emissions.flip(0, 2), last.flip(1), back).flip(0, 2)
        total = torch.logsumexp(forward[-1] + last, dim=1)  # (B,)
        possible = total > _NEVER / 2
        shares = forward.add_(backward).sub_(emissions).sub_(total[:, None]).clamp_(max=0.0).exp_()
        shares = shares.mul_(possible[:, None]).transpose(0, 1)  # (B, T, S)
        tokens = torch.nn.functional.one_hot(states, log_probs.shape[2]).to(shares.dtype)
        gradient = torch.bmm(shares, tokens)
        gradient.mul_(torch.arange(log_probs.shape[1])[:, None] < frames[:, None, None])
        ctx.save_for_backward(gradient)
        return torch.where(possible, -total, 0.0)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return -gradient * outer[0][:, None, None], None, None, None


def _emissions(log_probs: Tensor, frames: Tensor, states: Tensor, counts: Tensor) -> Tensor:
    """Return the log-probability of every state in every frame, (T, B, S).

    After its frames a row has blanks for certain, which changes no path's probability.
    """
    emissions = log_probs.gather(2, states[:, None].expand(-1, log_probs.shape[1], -1))
    for row, count, tokens in zip(emissions, frames.tolist(), counts.tolist(), strict=True):
        row[count:, 0::2] = 0.0
        row[count:, 1::2] = _NEVER
        row[:, 2 * tokens + 1 :] = _NEVER
    return emissions.transpose(0, 1).contiguous()


def _recursion(emissions: Tensor, first: Tensor, skips: Tensor) -> Tensor:
    """Return a_t(s) for emissions (T, B, S), log-probabilities to begin with and skips (B, S)."""
    length, batch, count = emissions.shape
    sums = emissions.new_full((length, batch, count + 2), _NEVER)
    torch.add(emissions[0], first, out=sums[0, :, 2:])
    for frame in range(1, length):
        before = sums[frame - 1]
        stay = torch.logaddexp(before[:, 2:], before[:, 1:-1])
        stay = torch.logaddexp(stay, before[:, :-2] + skips)
        torch.add(stay, emissions[frame], out=sums[frame, :, 2:])
    return sums[:, :, 2:]
