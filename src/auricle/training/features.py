"""Log-mel features as a part of the network, so that every runtime computes the same ones.

In the exported graph a frame is one row of a strided convolution over the waveform: its kernels are
the windowed cosines and sines of the discrete Fourier transform. So nothing but standard operators
enters the graph; training takes the fast Fourier transform of the same frames instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class FeatureOptions:
    """Geometry of the features."""

    sample_rate: int = 16000  # Hz
    window_samples: int = 400  # 25 ms
    shift_samples: int = 160  # 10 ms
    n_fft: int = 512
    n_mels: int = 80
    low_hz: float = 20.0
    high_hz: float = 7600.0
    floor: float = 1e-5  # added to the mel energies before the logarithm


def hz_to_mel(hz: Tensor) -> Tensor:
    """Convert Hz to mel: 2595 log10(1 + f / 700) (O'Shaughnessy, 1987)."""
    return 2595.0 * torch.log10(1.0 + hz / 700.0)


def mel_filters(options: FeatureOptions) -> Tensor:
    """Make triangular filters of unit height, evenly spaced in mel.

    Returns:
        float32 (n_fft // 2 + 1, n_mels).
    """
    bins = torch.linspace(0.0, options.sample_rate / 2, options.n_fft // 2 + 1, dtype=torch.float64)
    edges = hz_to_mel(torch.tensor([options.low_hz, options.high_hz], dtype=torch.float64))
    points = torch.linspace(
        float(edges[0]), float(edges[1]), options.n_mels + 2, dtype=torch.float64
    )
    mels = hz_to_mel(bins)[:, None]
    rising = (mels - points[:-2]) / (points[1:-1] - points[:-2])
    falling = (points[2:] - mels) / (points[2:] - points[1:-1])
    return torch.minimum(rising, falling).clamp(min=0.0).float()


def fourier_kernels(options: FeatureOptions) -> Tensor:
    """Make the kernels of a windowed DFT: first all cosines, then all sines.

    Returns:
        float32 (2 (n_fft // 2 + 1), 1, window_samples).
    """
    time = torch.arange(options.window_samples, dtype=torch.float64)
    frequency = torch.arange(options.n_fft // 2 + 1, dtype=torch.float64)[:, None]
    angle = 2.0 * math.pi * frequency * time / options.n_fft
    kernels = torch.cat([torch.cos(angle), torch.sin(angle)]) * hann_window(options)
    return kernels[:, None, :].float()


def hann_window(options: FeatureOptions) -> Tensor:
    """Return the window of a frame, float64 (window_samples,)."""
    return torch.hann_window(options.window_samples, periodic=True, dtype=torch.float64)


class LogMel(nn.Module):
    """Turn a waveform into normalised log-mel frames, block by block.

    The frame t of a stream ends with its sample (t + 1) shift_samples; what a later frame needs of
    earlier samples is the tail that the caller hands on.
    """

    kernels: Tensor
    window: Tensor
    filters: Tensor
    mean: Tensor
    scale: Tensor

    def __init__(self, options: FeatureOptions) -> None:
        super().__init__()
        self.options = options
        self.tail_samples = options.window_samples - options.shift_samples
        self.register_buffer("kernels", fourier_kernels(options), persistent=False)
        self.register_buffer("window", hann_window(options).float(), persistent=False)
        self.register_buffer("filters", mel_filters(options), persistent=False)
        self.register_buffer("mean", torch.zeros(options.n_mels))
        self.register_buffer("scale", torch.ones(options.n_mels))

    def forward(self, samples: Tensor, tail: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the frames that end within the samples.

        Args:
            samples: float32 (B, S), S a multiple of shift_samples.
            tail: float32 (B, tail_samples), the samples before them, zeros at the beginning.

        Returns:
            Features float32 (B, S / shift_samples, n_mels) and the next tail.
        """
        waveform = torch.cat([tail, samples], dim=1)
        exporting = torch.onnx.is_in_onnx_export()
        power = self._convolved(waveform) if exporting else self._transformed(waveform)
        mel = power @ self.filters  # (B, T, F)
        log_mel = torch.log(mel + self.options.floor)
        return (log_mel - self.mean) * self.scale, waveform[:, -self.tail_samples :]

    def _convolved(self, waveform: Tensor) -> Tensor:
        """Return the power spectrum of the frames, (B, T, bins), by standard operators."""
        spectrum = nn.functional.conv1d(
            waveform[:, None, :], self.kernels, stride=self.options.shift_samples
        )  # (B, 2 bins, T)
        real, imaginary = spectrum.chunk(2, dim=1)
        return (real * real + imaginary * imaginary).transpose(1, 2)

    def _transformed(self, waveform: Tensor) -> Tensor:
        """Return the same by the fast Fourier transform, row by row to stay in the cache."""
        frames = waveform.unfold(1, self.options.window_samples, self.options.shift_samples)
        spectra = (torch.fft.rfft(row * self.window, self.options.n_fft) for row in frames)
        return torch.stack([each.real.square() + each.imag.square() for each in spectra])
