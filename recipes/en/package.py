"""Stage 3: average the best checkpoints of a run and write the package models/en.

    python recipes/en/package.py DATA RUN MODEL [--config run.toml] [--scorer scorer.lm]

MODEL receives acoustic.onnx (int8, with the first head alone), checkpoint.safetensors (float16,
with all heads: what a next run starts from), the scorer and auricle.json. The largest differences
between the float32 graph and torch, and between the int8 graph and float32, on the first clips of
the dev set are printed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tomllib
import torch
from lhotse import CutSet
from safetensors.torch import save_file
from train import network_options

from auricle.acoustic import AcousticGraph
from auricle.decoder import Vocabulary
from auricle.lm import write_fingerprint
from auricle.package import PackageInfo, Units, write_package
from auricle.training.export import describe, export_float, quantise
from auricle.training.rnn import Rnn

HERE = Path(__file__).parent
CHUNK_STEPS = 4  # 0.32 s
SCORER_FILE = "scorer.lm"


def best_checkpoints(run: Path, count: int) -> list[Path]:
    """Return the checkpoints of a run with the lowest dev error, which their names end in."""
    return sorted(run.glob("dev-*.ckpt"), key=lambda path: path.stem.rpartition("=")[2])[:count]


def average(checkpoints: Sequence[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of the network weights of some checkpoints."""
    mean: dict[str, torch.Tensor] = {}
    for path in checkpoints:
        weights = torch.load(path, map_location="cpu", weights_only=False)["state_dict"]
        for name, value in weights.items():
            mean[name] = mean.get(name, 0.0) + value.double() / len(checkpoints)
    return {name.removeprefix("network."): value.float() for name, value in mean.items()}


def largest_differences(
    network: Rnn, float_path: Path, int8_path: Path, dev: CutSet
) -> list[float]:
    """Return how far float32 is from torch, and int8 from float32, on log-probabilities."""
    contract = describe(network, CHUNK_STEPS)
    graphs = [AcousticGraph(path, contract) for path in (float_path, int8_path)]
    differences = [0.0, 0.0]
    for cut in list(dev)[:8]:
        samples = cut.load_audio()
        samples = np.pad(samples, ((0, 0), (0, -samples.shape[1] % network.options.step_samples)))
        with torch.no_grad():
            expected = network(torch.from_numpy(samples), network.initial_state(1))[0].numpy()
        exact, rounded = (graph.run(samples, graph.initial_states())[0] for graph in graphs)
        differences[0] = max(differences[0], float(np.abs(exact - expected).max()))
        differences[1] = max(differences[1], float(np.abs(np.exp(rounded) - np.exp(exact)).max()))
    return differences


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("run", type=Path, help="the folder of the run")
    parser.add_argument("model", type=Path, help="the package folder to write")
    parser.add_argument("--config", type=Path, default=HERE / "run.toml", help="the run's options")
    parser.add_argument("--scorer", type=Path, help="a scorer.lm built for the run's units")
    arguments = parser.parse_args()
    options = tomllib.loads(arguments.config.read_text())
    facts = tomllib.loads((HERE / "package.toml").read_text())

    units, network_geometry = network_options(options, arguments.data)
    tokens = tuple(units[0].tokens)
    network = Rnn(network_geometry).eval()
    checkpoints = best_checkpoints(arguments.run, options["checkpoints"]["average_best"])
    network.load_state_dict(average(checkpoints))
    print(
        f"averaged {len(checkpoints)} checkpoints: {', '.join(path.stem for path in checkpoints)}"
    )

    arguments.model.mkdir(parents=True, exist_ok=True)
    dev = CutSet.from_file(arguments.data / "manifests" / "dev.jsonl.gz")
    with tempfile.TemporaryDirectory() as folder:
        float_path = Path(folder) / "float.onnx"
        export_float(network, float_path)
        quantise(float_path, arguments.model / "acoustic.onnx")
        exact, rounded = largest_differences(
            network, float_path, arguments.model / "acoustic.onnx", dev
        )
    print(f"largest difference of log-probabilities, float32 graph from torch: {exact:.1e}")
    print(f"largest difference of probabilities, int8 from float32: {rounded:.1e}")
    weights = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    metadata = {"network": json.dumps(dataclasses.asdict(network_geometry))}
    save_file(weights, arguments.model / "checkpoint.safetensors", metadata)
    if arguments.scorer:
        shutil.copy(arguments.scorer, arguments.model / SCORER_FILE)
        vocabulary = Vocabulary(tokens, blank=0, boundary="separator")
        write_fingerprint(arguments.model / SCORER_FILE, vocabulary.fingerprint)
    info = PackageInfo(
        units=Units("characters", "separator", 0, tokens),
        acoustic=describe(network, CHUNK_STEPS),
        scorer=SCORER_FILE if arguments.scorer else None,
        **facts,
    )
    write_package(info, arguments.model)
    print(f"wrote {arguments.model}")


if __name__ == "__main__":
    main()
