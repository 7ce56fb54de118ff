"""The tables behind TensorFlow's `audio_spectrogram` and `mfcc`.

A frame x of W samples becomes

    X = DFT of (periodic Hann window * x), filled with zeros to a power of 2
    m = filters |X|                 triangles in mel(f) = 1127 ln(1 + f / 700), of magnitudes
    c = DCT-II of ln max(m, 1e-12)  scaled by sqrt(2 / channels); no liftering

The triangles leave out bin 0 and end where the next one peaks. TensorFlow computes all of it in
float64, and so does the graph: between a loud low band and a quiet high one float32 loses the
latter.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from auricle.conversion.acoustic_model import FrontEnd

Doubles = npt.NDArray[np.float64]

FLOOR = 1e-12


def fourier(options: FrontEnd) -> Doubles:
    """Return the window and the DFT in one, (W, 2 bins): all real parts, then all imaginary."""
    size = 1 << (options.window_samples - 1).bit_length()
    time = np.arange(options.window_samples)
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * time / options.window_samples)
    angle = 2.0 * np.pi / size * np.outer(time, np.arange(size // 2 + 1))
    waves = np.concatenate([np.cos(angle), -np.sin(angle)], axis=1)
    return np.asarray(window[:, None] * waves, np.float64)


def mel_filters(options: FrontEnd) -> Doubles:
    """Return the triangles, (bins, channels)."""
    size = 1 << (options.window_samples - 1).bit_length()
    bins = size // 2 + 1
    bin_hz = options.sample_rate / 2.0 / (bins - 1)
    edges = np.linspace(_mel(options.lower_hz), _mel(options.upper_hz), options.channels + 2)
    positions = _mel(np.arange(bins) * bin_hz)[:, None]
    rising = (positions - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - positions) / (edges[2:] - edges[1:-1])
    filters = np.maximum(np.minimum(rising, falling), 0.0)
    first = int(1.5 + options.lower_hz / bin_hz)
    filters[:first] = 0.0
    filters[int(options.upper_hz / bin_hz) + 1 :] = 0.0
    return np.asarray(filters, np.float64)


def cosines(options: FrontEnd) -> Doubles:
    """Return the DCT, (channels, coefficients)."""
    centres = np.arange(options.channels) + 0.5
    angle = np.pi / options.channels * np.outer(centres, np.arange(options.coefficients))
    return np.asarray(np.sqrt(2.0 / options.channels) * np.cos(angle), np.float64)


def mfcc(windows: npt.NDArray[np.float32], options: FrontEnd) -> Doubles:
    """Compute the coefficients of windows (..., W) as the graph does, (..., coefficients)."""
    real, imaginary = np.split(windows.astype(np.float64) @ fourier(options), 2, axis=-1)
    magnitude = np.sqrt(real * real + imaginary * imaginary)
    loudness = np.log(np.maximum(magnitude @ mel_filters(options), FLOOR))
    return np.asarray(loudness @ cosines(options), np.float64)


def _mel(hz: npt.ArrayLike) -> Doubles:
    return np.asarray(1127.0 * np.log1p(np.asarray(hz) / 700.0), np.float64)
