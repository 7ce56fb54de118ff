"""Beginning with what another model knows: its float weights, and which of them stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from auricle.errors import ModelError, OptionError
from auricle.package import Package, find_package
from auricle.training.configuration import HeadChoice
from auricle.training.network import Network
from auricle.training.networks import NOT_WRITTEN, network_options, written_options

CHECKPOINT_FILE = "checkpoint.safetensors"


@dataclass(frozen=True)
class Origin:
    """A model to begin with.

    Args:
        name: What messages call it.
        weights: Float tensors by name.
        metadata: Of the checkpoint: "network" is its geometry as JSON.
        tokens: What its first head spells in.
    """

    name: str
    weights: dict[str, Tensor]
    metadata: dict[str, str]
    tokens: tuple[str, ...]

    def geometry(self) -> dict[str, Any]:
        """Return its network as in the section [network].

        Raises:
            ModelError: The checkpoint is of another kind of network.
        """
        values = json.loads(self.metadata.get("network", "{}"))
        try:
            if not values:
                raise OptionError("nothing is said of it")
            written = {key: value for key, value in values.items() if key not in NOT_WRITTEN}
            return written_options(network_options(written, ()))
        except OptionError as error:
            raise ModelError(
                f"{self.name}: its checkpoint is of a network that is not known here ({error})"
            ) from error


def read_weights(name: str) -> Origin:
    """Read the float checkpoint of a package, or one that is kept by itself.

    Args:
        name: A bundled name, a package folder, a packed file or a file *.safetensors.

    Raises:
        ModelError: There is none, or it cannot be read.
    """
    path = Path(name)
    return read_checkpoint(path, name) if path.suffix == ".safetensors" else read_origin(name)


def read_origin(name: str) -> Origin:
    """Read the float checkpoint of a package.

    Args:
        name: A bundled name, a package folder or a packed file.

    Raises:
        ModelError: There is no such package, or no checkpoint in it.
    """
    package = Package(find_package(name))
    path = package.folder / CHECKPOINT_FILE
    if not path.is_file():
        raise ModelError(
            f"{name}: there is no {CHECKPOINT_FILE} in the package, which training begins with; "
            "bundled packages have one, and so do folders that `auricle export` writes"
        )
    return read_checkpoint(path, name, package.info.units.tokens)


def read_checkpoint(path: Path, name: str, tokens: Sequence[str] = ()) -> Origin:
    """Read a checkpoint.safetensors.

    Args:
        path: Of the file.
        name: What messages call it.
        tokens: What its first head spells in, if the file does not say.

    Raises:
        ModelError: It cannot be read.
    """
    try:
        with safe_open(path, framework="pt") as file:
            weights = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
            metadata = file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: the weights cannot be read ({error})") from error
    return Origin(
        name, weights, metadata, tuple(json.loads(metadata.get("tokens", "[]")) or tokens)
    )


def with_its_alphabet(heads: Sequence[HeadChoice], origin: Origin | None) -> list[HeadChoice]:
    """Let heads of characters that name no alphabet spell in the origin's characters.

    The few texts of a finetuning may lack some of them, and what the model knows of these, and of
    the others' places, would be lost.
    """
    characters = origin.tokens[1:] if origin else ()  # after the blank
    alphabet = "".join(characters) if all(len(token) == 1 for token in characters) else ""
    return [
        replace(head, alphabet=alphabet)
        if head.units == "characters" and not head.alphabet
        else head
        for head in heads
    ]


def begin_with(network: Network, origin: Origin, tokens: Sequence[str]) -> str:
    """Take over the weights that fit by name and shape.

    The output layers are taken over only if the units are the same, token by token.

    Args:
        network: Receives them.
        origin: Gives them.
        tokens: What the network's first head spells in.

    Returns:
        A sentence that says what was taken over.

    Raises:
        OptionError: Nothing fits.
    """
    own = network.state_dict()
    same_units = tuple(tokens) == origin.tokens
    fitting = {
        name: value
        for name, value in origin.weights.items()
        if name in own
        and own[name].shape == value.shape
        and (same_units or not name.startswith("heads."))
    }
    if not any(name.startswith("layers.") for name in fitting):
        raise OptionError(
            f"nothing of {origin.name} fits this network; leave out [network] to take its geometry"
        )
    network.load_state_dict(fitting, strict=False)
    units = "the same units" if same_units else "new units, so new output layers"
    return f"{len(fitting)} of {len(own)} tensors are those of {origin.name}; {units}"


def freeze(network: nn.Module, beginnings: Sequence[str]) -> None:
    """Let the weights whose names begin so stay as they are.

    Raises:
        OptionError: No weight's name begins so.
    """
    for beginning in beginnings:
        chosen = [p for name, p in network.named_parameters() if name.startswith(beginning)]
        if not chosen:
            names = sorted({name.split(".")[0] for name, _ in network.named_parameters()})
            raise OptionError(
                f"[begin] freeze = {beginning!r}: no weight begins so; there are {', '.join(names)}"
            )
        for parameter in chosen:
            parameter.requires_grad_(False)
