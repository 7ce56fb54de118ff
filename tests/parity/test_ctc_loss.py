"""The core's CTC loss against torch's, values and gradients."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from auricle import _core  # noqa: E402
from auricle.errors import AuricleError  # noqa: E402
from auricle.training.ctc import ctc_losses, torch_losses  # noqa: E402


def both(logits, frames, targets):
    """Return (loss, gradient) of the core and of torch."""
    found = []
    for losses in (ctc_losses, torch_losses):
        leaf = logits.clone().requires_grad_()
        loss = losses(leaf.log_softmax(-1), frames, targets).sum() / sum(map(len, targets))
        loss.backward()
        found.append((float(loss.detach()), leaf.grad))
    return found


@pytest.mark.parametrize("sharpness", [0.1, 3.0, 40.0])
def test_rows_of_all_lengths(sharpness):
    torch.manual_seed(5)
    logits = torch.randn(6, 60, 9) * sharpness
    frames = torch.tensor([60, 41, 30, 59, 22, 8])
    targets = [[1, 1, 2], [], [8] * 14, list(range(1, 9)), [3, 4] * 10, [7]]
    (ours, our_gradient), (theirs, their_gradient) = both(logits, frames, targets)
    assert ours == pytest.approx(theirs, rel=1e-5)
    torch.testing.assert_close(our_gradient, their_gradient, atol=2e-5, rtol=1e-4)


def test_a_row_without_a_path_teaches_nothing():
    logits = torch.randn(2, 5, 4)
    (loss, gradient), (reference, _) = both(logits, torch.tensor([5, 5]), [[1, 1, 1, 1], [2]])
    assert loss == pytest.approx(reference)
    assert not gradient[0].any()


def test_arrays_that_do_not_fit_are_refused():
    log_probs, losses = np.zeros((1, 5, 4), np.float32), np.zeros(1, np.float32)
    arguments = (np.array([6]), np.array([1], np.int32), np.array([1]))
    with pytest.raises(AuricleError, match="do not fit"):
        _core.ctc_loss(log_probs, *arguments, np.zeros_like(log_probs), losses)
