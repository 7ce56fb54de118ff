"""The kinds of networks, by the name that `[network] kind` gives them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from auricle.errors import OptionError
from auricle.training.conformer import Conformer, ConformerOptions
from auricle.training.deepspeech import Deepspeech, DeepspeechOptions
from auricle.training.network import HeadOptions, Network, NetworkOptions
from auricle.training.rnn import Rnn, RnnOptions
from auricle.training.sections import check_table, section

_KINDS: dict[str, tuple[type[NetworkOptions], Callable[[Any], Network]]] = {
    "rnn": (RnnOptions, Rnn),
    "conformer": (ConformerOptions, Conformer),
    "deepspeech": (DeepspeechOptions, Deepspeech),
}
NOT_WRITTEN = ("heads", "features")


def network_options(values: Mapping[str, Any], heads: Sequence[HeadOptions]) -> NetworkOptions:
    """Return the geometry that a section [network] describes.

    Args:
        values: The section; `kind` is "rnn" if it does not say.
        heads: What the network has as outputs.

    Raises:
        OptionError: There is no such kind, or a value is not allowed.
    """
    check_table(values, "network")
    values = dict(values)
    kind = values.pop("kind", "rnn")
    if kind not in _KINDS:
        raise OptionError(f"[network] kind = {kind!r}; there are {', '.join(_KINDS)}")
    return section(_KINDS[kind][0], {**values, "heads": tuple(heads)}, "network")


def written_options(options: NetworkOptions) -> dict[str, Any]:
    """Return a geometry as in a section [network], all values given."""
    values = dataclasses.asdict(options)
    return {"kind": options.kind, **{k: v for k, v in values.items() if k not in NOT_WRITTEN}}


def make_network(options: NetworkOptions) -> Network:
    """Return a new network of a geometry."""
    return _KINDS[options.kind][1](options)
