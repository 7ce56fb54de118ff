"""Log-mel by the fast Fourier transform, for training, beside the convolution of the graph."""

import pytest

torch = pytest.importorskip("torch")

from auricle.training.features import FeatureOptions, LogMel  # noqa: E402


def test_training_has_the_features_of_the_graph(monkeypatch):
    torch.manual_seed(1)
    log_mel = LogMel(FeatureOptions())
    samples, tail = torch.randn(2, 16000) * 0.1, torch.randn(2, log_mel.tail_samples) * 0.1
    fast, rest = log_mel(samples, tail)
    monkeypatch.setattr(torch.onnx, "is_in_onnx_export", lambda: True)
    exact, same_rest = log_mel(samples, tail)
    torch.testing.assert_close(fast, exact, atol=1e-3, rtol=0.0)
    torch.testing.assert_close(rest, same_rest)
