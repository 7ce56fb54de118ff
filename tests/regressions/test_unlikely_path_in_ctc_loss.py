"""The gradient of a row whose only path is all but impossible was no number.

The shares of the paths were divided by their sum through its reciprocal, which is infinite for a
sum below the normal numbers. One recording of silence with a transcript ended a training.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
ctc = pytest.importorskip("auricle.training.ctc")


@pytest.mark.parametrize("unlikely", [-100.0, -700.0, -720.0, -740.0])
def test_an_unlikely_path_has_all_of_the_gradient(unlikely):
    log_probs = torch.zeros(1, 1, 2)
    log_probs[0, 0, 1] = unlikely
    log_probs.requires_grad_()
    losses = ctc.ctc_losses(log_probs, torch.tensor([1]), [[1]])
    losses.sum().backward()
    assert losses.item() == pytest.approx(-unlikely, rel=1e-4)
    np.testing.assert_array_equal(log_probs.grad, [[[0.0, -1.0]]])
