"""Stage 3: average the best checkpoints of a run and write the package models/en.

    python recipes/en/package.py DATA RUN MODEL [--config FILE]... [--scorer scorer.lm]
        [--mix MODEL SHARE] ...

MODEL receives acoustic.onnx (int8), checkpoint.safetensors (float16, with all heads: what a next
run starts from) and auricle.json; with a scorer also that one, and the second head with
phones.lexicon, which says the scorer's words as DATA/scorer_lexicon.txt has them
(`pronunciations.py --scorer`). With --mix the weights are the mean of the run's and those of other
models, such as earlier ones, each with its share of 1; the rest is the run's. The largest
differences between the float32 graph and torch, and between the int8 graph and float32, on the
first clips of the dev set are printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import tomllib
from train import ALPHABET, add_config_argument, recipe_options

from auricle.manifest import read_manifest
from auricle.package import PackageInfo, Units
from auricle.training.export import describe
from auricle.training.fitting import geometry
from auricle.training.mixing import mix_in
from auricle.training.networks import make_network
from auricle.training.packaging import SecondHead, average, best_checkpoints, write_model
from auricle.training.units import Characters, Phones, read_lexicon

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="where everything large is kept")
    parser.add_argument("run", type=Path, help="the folder of the run")
    parser.add_argument("model", type=Path, help="the package folder to write")
    add_config_argument(parser)
    parser.add_argument("--scorer", type=Path, help="a scorer.lm built for the run's units")
    parser.add_argument(
        "--mix",
        nargs=2,
        action="append",
        default=[],
        metavar=("MODEL", "SHARE"),
        help="weights of a run before to mix in",
    )
    arguments = parser.parse_args()
    options = recipe_options(arguments.config, arguments.data)
    facts = tomllib.loads((HERE / "package.toml").read_text())

    units = [
        Characters(ALPHABET)
        if head.units == "characters"
        else Phones(read_lexicon(Path(head.lexicon)))
        for head in options.heads
    ]
    sizes = [len(unit.tokens) for unit in units]
    network = make_network(geometry(sizes, options, dict(options.network))).eval()
    checkpoints = best_checkpoints(arguments.run, options.checkpoints.average_best)
    network.load_state_dict(average(checkpoints))
    if arguments.mix:
        shares = [(model, float(share)) for model, share in arguments.mix]
        mix_in(network, units[0].tokens, shares)
    print(
        f"averaged {len(checkpoints)} checkpoints: {', '.join(path.stem for path in checkpoints)}"
    )
    prior_scale = facts.pop("prior_scale")
    weight, second_pass = facts.pop("second_pass_weight"), None
    if arguments.scorer:  # without which there is no second pass
        ways = read_lexicon(arguments.data / "scorer_lexicon.txt")
        lexicon = {word: [" ".join(way) for way in ways[word]] for word in ways}
        second_pass = SecondHead(units[1].tokens, lexicon, weight)
    info = PackageInfo(
        units=Units("characters", "separator", 0, tuple(Characters(ALPHABET).tokens)),
        acoustic=describe(network, facts.pop("chunk_seconds")),
        **facts,
    )
    dev = read_manifest(options.data.dev[0])
    exact, rounded = write_model(
        network,
        info,
        arguments.model,
        dev,
        scorer=arguments.scorer,
        prior_scale=prior_scale,
        second_pass=second_pass,
    )
    print(f"largest difference of probabilities, float32 graph from torch: {exact:.1e}")
    print(f"largest difference of probabilities, int8 from float32: {rounded:.1e}")
    print(f"wrote {arguments.model}")


if __name__ == "__main__":
    main()
