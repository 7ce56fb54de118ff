"""Put new blocks between those of a conformer, so that it goes on from what it knows.

    python recipes/en/deepen.py CHECKPOINT DEEPER --every 2

After every second block of CHECKPOINT (a checkpoint.safetensors) comes a copy of it that adds
nothing yet: the last layers of its modules are 0, and its norm gives back what the norm before it
gives, but for the differences from step to step in that one's mean and scale. DEEPER begins
a run (`train.py --begin`) whose [network] has so many more layers; a head that listens to a layer
half-way listens to a higher one.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from auricle.errors import OptionError
from auricle.training.beginning import read_checkpoint

LAYER = re.compile(r"layers\.(\d+)\.(.*)")
LAST = ("first.3.", "attention.output.", "convolution.output.", "second.3.")


def passing(block: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return a copy of a block that gives back what the block gives."""
    copy = {
        name: value * 0 if name.startswith(LAST) else value.clone() for name, value in block.items()
    }
    gain, shift = block["norm.weight"], block["norm.bias"]
    copy["norm.weight"].fill_((gain.square().mean() + shift.var(correction=0)).sqrt())
    copy["norm.bias"].fill_(shift.mean())
    return copy


def deepened(weights: dict[str, Tensor], every: int) -> dict[str, Tensor]:
    """Return the weights of a network with a block more after every so many."""
    blocks: dict[int, dict[str, Tensor]] = {}
    deeper = {}
    for name, value in weights.items():
        if match := LAYER.fullmatch(name):
            blocks.setdefault(int(match[1]), {})[match[2]] = value
        else:
            deeper[name] = value
    stack = []
    for index in range(len(blocks)):
        stack.append(blocks[index])
        if (index + 1) % every == 0:
            stack.append(passing(blocks[index]))
    for index, block in enumerate(stack):
        deeper.update({f"layers.{index}.{name}": value for name, value in block.items()})
    return deeper


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path, help="a checkpoint.safetensors of a conformer")
    parser.add_argument("deeper", type=Path, help="the checkpoint to write")
    parser.add_argument("--every", type=int, default=2, help="blocks before a new one")
    arguments = parser.parse_args()
    origin = read_checkpoint(arguments.checkpoint, str(arguments.checkpoint))
    geometry = origin.geometry()
    if geometry["kind"] != "conformer":
        raise OptionError(f"{origin.name}: a network of kind {geometry['kind']}, not a conformer")
    if not 1 <= arguments.every <= geometry["layers"]:
        raise OptionError(f"--every {arguments.every}: from 1 to its {geometry['layers']} blocks")
    deeper = deepened(origin.weights, arguments.every)
    added = geometry["layers"] // arguments.every
    geometry["layers"] += added
    save_file(
        deeper, arguments.deeper, metadata={**origin.metadata, "network": json.dumps(geometry)}
    )
    print(f"{arguments.deeper}: {geometry['layers']} blocks, {added} of them new")


if __name__ == "__main__":
    main()
