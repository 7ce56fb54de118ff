"""Our CTC loss beside torch's."""

import pytest

torch = pytest.importorskip("torch")

from auricle.training.ctc import ctc_losses  # noqa: E402

TARGETS = [[1, 2, 3], [4, 4, 4, 1], [], [2], [3, 3, 3, 3, 3, 3]]
FRAMES = torch.tensor([12, 9, 5, 1, 7])  # the last row's tokens do not fit: 6, and 5 blanks between


def losses_and_gradient(function):
    torch.manual_seed(3)
    logits = torch.randn(len(TARGETS), 12, 6).requires_grad_()
    losses = function(torch.log_softmax(logits * 3.0, dim=-1))
    (losses * torch.arange(1.0, 6.0)).sum().backward()
    return losses, logits.grad


def test_losses_and_gradients_are_those_of_torch():
    def by_torch(log_probs):
        return torch.nn.functional.ctc_loss(
            log_probs.transpose(0, 1),
            torch.tensor([token for target in TARGETS for token in target]),
            FRAMES,
            torch.tensor([len(target) for target in TARGETS]),
            reduction="none",
            zero_infinity=True,
        )

    expected = losses_and_gradient(by_torch)
    found = losses_and_gradient(lambda log_probs: ctc_losses(log_probs, FRAMES, TARGETS))
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
    assert found[0][-1] == 0.0
    assert not found[1][-1].any()
