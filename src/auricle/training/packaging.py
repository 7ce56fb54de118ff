"""From the checkpoints of a run to a model package with its card.

    dev-*.ckpt -> mean of their weights (mixed with others) -> prior off -> float32 graph -> int8
               -> checkpoint.safetensors (float16, for finetuning)         -> acoustic.onnx

The graphs are compared with torch on dev recordings, and a package that disagrees is not written.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save

from auricle.acoustic import AcousticGraph
from auricle.decoder import Vocabulary
from auricle.errors import OptionError, TrainingError
from auricle.lexicon import LexiconSource
from auricle.lm import write_fingerprint
from auricle.manifest import Utterance, read_manifest, read_utterance
from auricle.package import Acoustic, PackageInfo, SecondUnits, Units, read_info, write_package
from auricle.quantisation import quantise, rounds_inputs
from auricle.training.beginning import CHECKPOINT_FILE
from auricle.training.card import write_card
from auricle.training.checkpoints import last_checkpoint
from auricle.training.configuration import HeadChoice, RunOptions, kept_run
from auricle.training.export import ACOUSTIC_FILE, FEATURES, describe, export_float
from auricle.training.mixing import mix_in
from auricle.training.network import Network
from auricle.training.networks import make_network, written_options
from auricle.training.preparing import UNITS_FILE
from auricle.training.prior import token_prior, without_prior

SCORER_FILE = "scorer.lm"
LEXICON_FILE = "words.lexicon"
SECOND_LEXICON_FILE = "phones.lexicon"
_BOUNDARIES = {"characters": "separator", "pieces": "prefix", "phones": "lexicon"}
_FILE_CHUNK_SECONDS = 1.28  # a quarter of the work of 0.16 s; twice as much saves little more
_FLOAT_LIMIT = 1e-4  # of probabilities, float32 graph from torch


@dataclass(frozen=True)
class Exported:
    """What an export did.

    Args:
        checkpoints: That were averaged.
        float_difference: Largest, of probabilities, between the float32 graph and torch.
        int8_difference: Likewise between int8 and float32; None for float32.
    """

    checkpoints: tuple[str, ...]
    float_difference: float
    int8_difference: float | None


@dataclass(frozen=True)
class SecondHead:
    """The second head of a network, which is on top too, as a package's second pass."""

    tokens: Sequence[str]
    lexicon: LexiconSource  # how words are said in them
    weight: float  # see auricle.decoder.SecondPass


def best_checkpoints(folder: Path, count: int) -> list[Path]:
    """Return the checkpoints of a run with the lowest dev error, or its last one.

    Raises:
        TrainingError: There is none.
    """
    best = sorted(folder.glob("dev-*.ckpt"), key=lambda path: path.stem.rpartition("=")[2])[:count]
    if best:
        return best
    last = last_checkpoint(folder)
    if last is None:
        raise TrainingError(f"{folder}: there is no checkpoint in it; give the folder of a run")
    return [last]


def average(checkpoints: Sequence[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of the network weights of some checkpoints."""
    mean: dict[str, torch.Tensor] = {}
    for path in checkpoints:
        weights = torch.load(path, map_location="cpu", weights_only=False)["state_dict"]
        for name, value in weights.items():
            mean[name] = mean.get(name, 0.0) + value.double() / len(checkpoints)
    return {name.removeprefix("network."): value.float() for name, value in mean.items()}


def load_network(folder: Path, count: int) -> tuple[Network, list[Path]]:
    """Return the averaged network of a run, and the checkpoints it is the mean of."""
    checkpoints = best_checkpoints(folder, count)
    saved = torch.load(checkpoints[0], map_location="cpu", weights_only=False)
    network = make_network(saved["hyper_parameters"]["network"]).eval()
    network.load_state_dict(average(checkpoints))
    return network, checkpoints


def export_run(
    folder: Path,
    target: Path,
    *,
    mix: Sequence[tuple[str, float]] = (),
    scorer: Path | None = None,
    int8: bool = True,
    prior_scale: float = 0.0,
    second_pass: float = 0.0,
) -> Exported:
    """Write the package of a run.

    Args:
        folder: Of the run.
        target: Folder of the package.
        mix: Other models whose weights are mixed in, with their shares: see `mix_in`.
        scorer: A scorer.lm to put in.
        int8: Round the weights to 8 bits, which makes the model four times smaller and faster.
        prior_scale: How much of the tokens' prior the graph takes off its outputs, in [0, 1].
        second_pass: Weight of the run's second head, which spells in phones; 0 leaves it out.

    Raises:
        TrainingError: There is no checkpoint, or the graph disagrees with torch.
        OptionError: The folder is not that of a run, its second head cannot be a second pass, or
            a model cannot be mixed in.
    """
    options = kept_run(folder)
    network, checkpoints = load_network(folder, options.checkpoints.average_best)
    head = options.heads[0]
    info = _info(options, network, _package_units(folder, 0, head))
    if mix:
        mix_in(network, info.units.tokens, mix)
    dev = read_manifest(options.data.dev[0])
    lexicon = Path(head.lexicon) if head.units == "phones" else None
    exact, rounded = write_model(
        network,
        info,
        target,
        dev,
        scorer=scorer,
        lexicon=lexicon,
        int8=int8,
        prior_scale=prior_scale,
        second_pass=_second_head(folder, options, second_pass) if second_pass else None,
    )
    write_card(read_info(target), network, target)
    names = tuple(path.stem for path in checkpoints)
    return Exported(names, exact, rounded if int8 else None)


def write_model(
    network: Network,
    info: PackageInfo,
    target: Path,
    dev: Sequence[Utterance],
    *,
    scorer: Path | None = None,
    lexicon: Path | None = None,
    int8: bool = True,
    prior_scale: float = 0.0,
    second_pass: SecondHead | None = None,
) -> tuple[float, float]:
    """Write a package: graph, weights, scorer, lexicons, description.

    Args:
        network: To be packed.
        info: What the package says of itself.
        target: Folder of the package.
        dev: Recordings to compare the graphs on, and to measure the prior of the tokens on.
        scorer: A scorer.lm to put in.
        lexicon: What says the words of units that do not spell them.
        int8: Round the weights to 8 bits.
        prior_scale: How much of the tokens' prior the graph takes off its outputs, in [0, 1].
        second_pass: The network's second head, to be packed too.

    Returns:
        The largest differences of probabilities: between the float32 graph and torch, and between
        the written graph and float32.

    Raises:
        TrainingError: The float32 graph disagrees with torch.
    """
    target.mkdir(parents=True, exist_ok=True)
    graph = target / ACOUSTIC_FILE
    packed = copy.copy(network)
    if prior_scale:
        packed = without_prior(network, token_prior(network, dev), prior_scale)
        info = dataclasses.replace(info, training={**info.training, "prior_scale": prior_scale})
    if second_pass is not None:
        packed.packed_heads = 2
    with tempfile.TemporaryDirectory() as scratch:
        float_path = Path(scratch) / "float.onnx"
        export_float(packed, float_path)
        if int8:
            quantise(float_path, graph, but_for=FEATURES)
        else:
            shutil.copyfile(float_path, graph)
        exact, rounded = _differences(packed, (float_path, graph), info.acoustic, dev[:8])
    if exact > _FLOAT_LIMIT:
        graph.unlink()
        raise TrainingError(
            f"the graph's probabilities differ from torch's by {exact:.1e}, the limit is "
            f"{_FLOAT_LIMIT:.0e}; please report it with the versions of torch and onnxruntime"
        )
    info = dataclasses.replace(info, acoustic=_with_file_chunks(info.acoustic, graph))
    save_weights(network, info.units.tokens, target / CHECKPOINT_FILE)
    units = info.units
    vocabulary = Vocabulary(
        units.tokens, blank=units.blank, boundary=units.boundary, lexicon=lexicon
    )
    if vocabulary.lexicon is not None:
        vocabulary.lexicon.write(str(target / LEXICON_FILE))
        info = dataclasses.replace(info, lexicon=LEXICON_FILE)
    if second_pass is not None:
        second = Vocabulary(
            second_pass.tokens, blank=0, boundary="lexicon", lexicon=second_pass.lexicon
        )
        assert second.lexicon is not None
        second.lexicon.write(str(target / SECOND_LEXICON_FILE))
        units_of_it = SecondUnits(
            tuple(second_pass.tokens), 0, SECOND_LEXICON_FILE, second_pass.weight
        )
        info = dataclasses.replace(info, second_pass=units_of_it)
    if scorer is not None:
        shutil.copyfile(scorer, target / SCORER_FILE)
        write_fingerprint(target / SCORER_FILE, vocabulary.fingerprint)
        info = dataclasses.replace(info, scorer=SCORER_FILE)
    write_package(info, target)
    return exact, rounded


def save_weights(network: Network, tokens: Sequence[str], path: Path) -> None:
    """Write all weights in float16, with geometry and units: what finetuning begins with."""
    weights = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    metadata = {
        "network": json.dumps(written_options(network.options)),
        "tokens": json.dumps(list(tokens)),
    }
    path.write_bytes(save(weights, metadata))  # for all to read: save_file writes for its owner


def _second_head(folder: Path, options: RunOptions, weight: float) -> SecondHead:
    head = options.heads[1] if len(options.heads) > 1 else None
    if head is None or head.units != "phones" or head.layer is not None:
        raise OptionError(
            'a second pass needs a second of the [[heads]] with units = "phones" and without a '
            "layer; train with one, or leave the second pass out"
        )
    return SecondHead(_package_units(folder, 1, head).tokens, head.lexicon, weight)


def _package_units(folder: Path, number: int, head: HeadChoice) -> Units:
    tokens = json.loads((folder / UNITS_FILE).read_text(encoding="utf-8"))[number]["tokens"]
    if head.units == "bytes":
        return Units(head.units, "separator" if " " in tokens else "none", 0, tuple(tokens))
    return Units(head.units, _BOUNDARIES[head.units], 0, tuple(tokens), head.spaces)


def _info(options: RunOptions, network: Network, units: Units) -> PackageInfo:
    package = options.package
    training = {
        "manifests": [Path(path).name for path in options.data.train],
        "steps": options.optimiser.steps,
    }
    return PackageInfo(
        name=package.name,
        version=package.version,
        language=package.language,
        licence=package.licence,
        description=package.description,
        normaliser=options.data.normaliser,
        units=units,
        acoustic=describe(network, package.chunk_seconds),
        training=training,
    )


def _with_file_chunks(contract: Acoustic, graph: Path) -> Acoustic:
    """Let a graph hear files in longer chunks, where its results do not depend on their length."""
    if not contract.streaming or rounds_inputs(graph):
        return contract
    chunks = round(_FILE_CHUNK_SECONDS * contract.sample_rate / contract.chunk_samples)
    return dataclasses.replace(contract, file_chunk_frames=max(1, chunks) * contract.chunk_frames)


def _differences(
    network: Network, paths: tuple[Path, Path], contract: Acoustic, dev: Sequence[Utterance]
) -> tuple[float, float]:
    """Return how far float32 is from torch, and the written graph from float32."""
    graphs = [AcousticGraph(path, contract) for path in paths]
    worst = [0.0, 0.0]
    for utterance in dev:
        samples = read_utterance(utterance, contract.sample_rate)[None]
        samples = np.pad(samples, ((0, 0), (0, -samples.shape[1] % contract.chunk_samples)))
        with torch.no_grad():
            expected = network(torch.from_numpy(samples), network.initial_state(1))[0].exp().numpy()
        exact, rounded = (np.exp(graph.run(samples, graph.initial_states())[0]) for graph in graphs)
        worst[0] = max(worst[0], float(np.abs(exact - expected).max()))
        worst[1] = max(worst[1], float(np.abs(rounded - exact).max()))
    return worst[0], worst[1]
