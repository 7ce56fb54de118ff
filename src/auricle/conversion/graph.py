"""An acoustic model of DeepSpeech as an acoustic graph of ours.

    samples (B, S) -> windows (B, T, W) -> MFCC (B, T, F) -> contexts (B, T, (2C + 1) F)
      -> dense, dense, dense -> LSTM -> dense -> output -> log_probs (B, T, V)

The graph keeps its states between blocks, and its output is late by the steps that a window is
longer than one step and by the context C (docs/decisions/0001). Two ends need care:

- Frames before the first one must not reach the LSTM, whose states begin as zeros. While the first
  `delay` frames of a stream pass, the graph turns those at the head of the block behind the others,
  runs the LSTM over the latter only, and turns its output back.
- DeepSpeech ends with C vectors of zeros, not with the MFCC of silence. Samples of negative zero
  say that the recording is over (docs/decisions/0007). The last window is the first that is not
  full; one after it counts as zeros, and where it is in the middle the output is a sure blank.

States: `waveform` (B, D steps) samples, `features` (B, 2C, F) past MFCC, `heard` (B, C) which of
the last ones are windows of the recording, `frames` (B, 1) frames so far up to the delay, `h`, `c`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto

from auricle.conversion import front_end as tables
from auricle.conversion.acoustic_model import AcousticModel, FrontEnd, Layer
from auricle.conversion.graph_nodes import END, Nodes
from auricle.package import Acoustic, State

ACOUSTIC_FILE = "acoustic.onnx"
CHUNK_FRAMES = 16
FRONT_END = "front_end"
"""What the names of the nodes begin with that stay in full precision."""
_SURELY_NOT = -100.0  # log-probability of labels after the recording


def window_delay(options: FrontEnd) -> int:
    """Steps that must be waited for until a window is full."""
    return -(-options.window_samples // options.step_samples) - 1


def describe(model: AcousticModel) -> Acoustic:
    """Return the contract of the model's graph."""
    options = model.front_end
    waiting = window_delay(options)
    return Acoustic(
        file=ACOUSTIC_FILE,
        sample_rate=options.sample_rate,
        frame_samples=options.step_samples,
        chunk_frames=CHUNK_FRAMES,
        delay_frames=waiting + model.context,
        states=(
            State("waveform", (waiting * options.step_samples,)),
            State("features", (2 * model.context, options.coefficients)),
            State("heard", (model.context,)),
            State("frames", (1,)),
            State("h", (model.hidden,)),
            State("c", (model.hidden,)),
        ),
    )


def build(model: AcousticModel) -> onnx.ModelProto:
    """Return the graph, in float32 but for the front end, which is in float64."""
    contract = describe(model)
    nodes = Nodes()
    windows = _windows(nodes, model.front_end)
    present = _present(nodes, model, windows, contract.delay_frames)
    contexts = _contexts(nodes, model, _mfcc(nodes, model.front_end, windows), present)
    hidden = contexts
    for layer in model.dense:
        hidden = _dense(nodes, layer, hidden, model.clip)
    hidden = _lstm(nodes, model, hidden, contract.delay_frames)
    hidden = _dense(nodes, model.last_dense, hidden, model.clip)
    logits = _affine(nodes, model.output, hidden)
    _log_probs(nodes, model, logits, present)
    return nodes.finish(contract, len(model.labels) + 1)


def _windows(nodes: Nodes, options: FrontEnd) -> str:
    """Cut the waveform into windows, float32 (B, T, W)."""
    nodes.section(FRONT_END)
    step, waiting = options.step_samples, window_delay(options)
    audio = nodes.add("Concat", "waveform", "samples", axis=1)
    nodes.slice(audio, -waiting * step, END, 1, "next_waveform")
    steps = nodes.add("Reshape", audio, nodes.numbers(0, -1, step))
    parts = []
    for k in range(waiting + 1):
        part = nodes.slice(steps, k, k - waiting or END, 1)
        parts.append(nodes.slice(part, 0, options.window_samples - k * step, 2))
    return nodes.add("Concat", *parts, axis=2)


def _mfcc(nodes: Nodes, options: FrontEnd, windows: str) -> str:
    """Compute the coefficients, float32 (B, T, F)."""
    exact = nodes.add("Cast", windows, to=TensorProto.DOUBLE)
    spectrum = nodes.add("MatMul", exact, nodes.constant(tables.fourier(options)))
    squares = nodes.add("Mul", spectrum, spectrum)
    real, imaginary = nodes.add_many("Split", [squares], ["", ""], axis=2)
    magnitude = nodes.add("Sqrt", nodes.add("Add", real, imaginary))
    mel = nodes.add("MatMul", magnitude, nodes.constant(tables.mel_filters(options)))
    loudness = nodes.add("Log", nodes.add("Max", mel, nodes.constant(tables.FLOOR, np.float64)))
    exact = nodes.add("MatMul", loudness, nodes.constant(tables.cosines(options)))
    return nodes.add("Cast", exact, to=TensorProto.FLOAT)


def _present(nodes: Nodes, model: AcousticModel, windows: str, delay: int) -> str:
    """Tell which windows belong to the recording, bool (B, T); also counts the frames."""
    options = model.front_end
    length = nodes.slice(nodes.add("Shape", windows), 1, 2, 0)
    count = nodes.add("Cast", length, to=TensorProto.FLOAT)
    limit = nodes.constant(float(delay), np.float32)
    passed = nodes.add("Add", "frames", count)
    nodes.add("Min", passed, limit, output="next_frames")
    zero, one = (nodes.constant(float(number), np.float32) for number in (0, 1))
    scalar = nodes.add("Squeeze", count)
    numbers = nodes.add("Add", "frames", nodes.add("Range", zero, scalar, one))
    waiting = nodes.constant(float(window_delay(options)), np.float32)
    begun = nodes.add("GreaterOrEqual", numbers, waiting)
    # A window is followed by another one where it is full.
    last = max(options.window_samples - 1 - options.step_samples, 0)
    probe = nodes.add("Squeeze", nodes.slice(windows, last, last + 1, 2), nodes.numbers(2))
    below = nodes.add("IsInf", nodes.add("Reciprocal", probe), detect_positive=0)
    over = nodes.add("And", below, nodes.add("Equal", probe, zero))
    return nodes.add("And", begun, nodes.add("Not", over))


def _contexts(nodes: Nodes, model: AcousticModel, mfcc: str, present: str) -> str:
    """Put each frame beside its neighbours, float32 (B, T, (2C + 1) F)."""
    zero = nodes.constant(0.0, np.float32)
    known = nodes.add("Unsqueeze", present, nodes.numbers(2))
    frames = nodes.add("Concat", "features", nodes.add("Where", known, mfcc, zero), axis=1)
    size = 2 * model.context
    nodes.slice(frames, -size, END, 1, "next_features")
    parts = [nodes.slice(frames, k, k - size or END, 1) for k in range(size + 1)]
    contexts = nodes.add("Concat", *parts, axis=2)
    nodes.section("")
    return contexts


def _affine(nodes: Nodes, layer: Layer, value: str) -> str:
    product = nodes.add("MatMul", value, nodes.constant(layer.weights))
    return nodes.add("Add", product, nodes.constant(layer.bias))


def _dense(nodes: Nodes, layer: Layer, value: str, clip: float) -> str:
    bounds = (nodes.constant(limit, np.float32) for limit in (0.0, clip))
    return nodes.add("Clip", _affine(nodes, layer, value), *bounds)


def _lstm(nodes: Nodes, model: AcousticModel, value: str, delay: int) -> str:
    """Run the LSTM from the first frame of the stream on, float32 (B, T, H)."""
    by_time = nodes.add("Transpose", value, perm=[1, 0, 2])
    length = nodes.slice(nodes.add("Shape", by_time), 0, 1, 0)
    all_frames = nodes.add("Expand", length, nodes.slice(nodes.add("Shape", by_time), 1, 2, 0))
    early = nodes.add("Sub", nodes.constant(float(delay), np.float32), "frames")
    early = nodes.add("Cast", nodes.add("Squeeze", early, nodes.numbers(1)), to=TensorProto.INT64)
    rest = nodes.add("Sub", all_frames, early)
    used = nodes.add("Max", rest, nodes.constant(1, np.int64))  # of none the state is dropped below

    def turned(frames: str, first: str, second: str) -> str:
        frames = nodes.add("ReverseSequence", frames, first, batch_axis=1, time_axis=0)
        return nodes.add("ReverseSequence", frames, second, batch_axis=1, time_axis=0)

    states = [nodes.add("Unsqueeze", name, nodes.numbers(0)) for name in ("h", "c")]
    output, *following = nodes.add_many(
        "LSTM",
        [
            turned(by_time, all_frames, used),
            *(nodes.constant(weights) for weights in _gates(model)),
            nodes.add("Cast", used, to=TensorProto.INT32),
            *states,
        ],
        ["", "", ""],
        hidden_size=model.hidden,
    )
    axis = nodes.numbers(0)
    reached = nodes.add("Greater", rest, nodes.constant(0, np.int64))
    reached = nodes.add("Unsqueeze", reached, nodes.numbers(1))
    for name, state in zip(("h", "c"), following, strict=True):
        after = nodes.add("Squeeze", state, axis)
        nodes.add("Where", reached, after, name, output=f"next_{name}")
    squeezed = nodes.add("Squeeze", output, nodes.numbers(1))
    return nodes.add("Transpose", turned(squeezed, used, all_frames), perm=[1, 0, 2])


def _gates(model: AcousticModel) -> list[npt.NDArray[np.float32]]:
    """Return W, R and B in the order of ONNX, i o f c, each with a direction in front."""

    def ordered(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        i, c, f, o = np.split(values, 4, axis=-1)
        return np.ascontiguousarray(np.concatenate([i, o, f, c], axis=-1).T[None])

    inputs = model.lstm.weights.shape[0] - model.hidden
    bias = ordered(model.lstm.bias)
    return [
        ordered(model.lstm.weights[:inputs]),
        ordered(model.lstm.weights[inputs:]),
        np.concatenate([bias, np.zeros_like(bias)], axis=1),
    ]


def _log_probs(nodes: Nodes, model: AcousticModel, logits: str, present: str) -> None:
    flags = nodes.add("Cast", present, to=TensorProto.FLOAT)
    flags = nodes.add("Concat", "heard", flags, axis=1)
    nodes.slice(flags, -model.context, END, 1, "next_heard")
    centre = nodes.add("Cast", nodes.slice(flags, 0, -model.context, 1), to=TensorProto.BOOL)
    centre = nodes.add("Unsqueeze", centre, nodes.numbers(2))
    blank = np.full(len(model.labels) + 1, _SURELY_NOT, np.float32)
    blank[-1] = 0.0
    spoken = nodes.add("LogSoftmax", logits, axis=2)
    nodes.add("Where", centre, spoken, nodes.constant(blank), output="log_probs")
