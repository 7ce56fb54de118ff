"""The convolution of single channels beside torch's."""

import pytest

torch = pytest.importorskip("torch")

from auricle.training.depthwise import Depthwise  # noqa: E402


def test_outputs_and_gradients_are_those_of_torch():
    torch.manual_seed(2)
    ours = Depthwise(6, 4)
    x, outer = torch.randn(3, 11, 6), torch.randn(3, 8, 6)
    found, expected = x.clone().requires_grad_(), x.clone().requires_grad_()
    weight = ours.weight.detach().clone().requires_grad_()
    y = ours(found)
    z = torch.nn.functional.conv1d(expected.transpose(1, 2), weight, groups=6).transpose(1, 2)
    torch.testing.assert_close(y, z)
    y.backward(outer)
    z.backward(outer)
    torch.testing.assert_close(found.grad, expected.grad)
    torch.testing.assert_close(ours.weight.grad, weight.grad)
