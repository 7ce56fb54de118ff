"""The mean of several models' weights.

Runs that began with one another, or with the same model, end in one valley of the loss, and the
mean of their weights makes fewer errors than each of them (Wortsman et al., 2022), for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from auricle.errors import OptionError
from auricle.training.beginning import read_weights
from auricle.training.network import Network


def mix_in(network: Network, tokens: Sequence[str], shares: Sequence[tuple[str, float]]) -> None:
    """Make the weights of a network the mean of its own and those of other models.

    Args:
        network: Keeps what the shares of the others leave of 1.
        tokens: What its first head spells in.
        shares: Other models, each a bundled name, a package or a checkpoint.safetensors, and the
            share of each.

    Raises:
        ModelError: A model has no weights, or they cannot be read.
        OptionError: The weights are those of another geometry or other units, or shares are not
            above 0 and together below 1.
    """
    own_share = 1.0 - sum(share for _, share in shares)
    if own_share <= 0.0 or not all(share > 0.0 for _, share in shares):
        given = ", ".join(f"{share:g}" for _, share in shares)
        raise OptionError(
            f"the shares to mix in are {given}: each must be above 0, and together they must be "
            "below 1; the rest is the run's"
        )
    own = network.state_dict()
    mean = {name: own_share * value for name, value in own.items()}
    for model, share in shares:
        other = read_weights(model)
        shapes = {name: value.shape for name, value in other.weights.items()}
        if shapes != {name: value.shape for name, value in own.items()}:
            raise OptionError(f"{model} cannot be mixed in: its network has another geometry")
        if other.tokens and other.tokens != tuple(tokens):
            raise OptionError(f"{model} cannot be mixed in: it spells in other units")
        for name, value in other.weights.items():
            mean[name] += share * value
    network.load_state_dict(mean)
