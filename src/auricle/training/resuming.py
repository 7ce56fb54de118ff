"""What of a run may not change while it stops: said before its checkpoint is taken up.

Steps, rates, batches, augmentations and data may change in its file. What the state of its weights
and of its optimiser belongs to may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auricle.errors import OptionError
from auricle.training.network import Network
from auricle.training.networks import written_options
from auricle.training.optimiser import OptimiserOptions, kind_of_state, trained_tensors

_REMEDY = "set it back, or begin in a new folder, with --from to keep what was learnt"


def check_unchanged(
    saved: Mapping[str, Any], path: Path, network: Network, optimiser: OptimiserOptions
) -> None:
    """Refuse to go on where the checkpoint does not fit the file of the run any more.

    Args:
        saved: The checkpoint.
        path: Of the checkpoint.
        network: As the file describes it, with what is frozen.
        optimiser: As the file describes it.

    Raises:
        OptionError: The network, the kind of the optimiser or what is frozen has changed.
    """
    _check_network(saved, path, network)
    (state,) = saved["optimizer_states"]
    if (kind := kind_of_state(state)) != optimiser.kind:
        raise OptionError(
            f"{path}: the run began with [optimiser] kind = {kind!r}, and its file now says "
            f"{optimiser.kind!r}; {_REMEDY}"
        )
    was, now = trained_tensors(state), sum(each.requires_grad for each in network.parameters())
    if was != now:
        raise OptionError(
            f"{path}: the run trains {was} tensors of its network, and would train {now} with "
            f"[begin] freeze as its file now says; {_REMEDY}"
        )


def _check_network(saved: Mapping[str, Any], path: Path, network: Network) -> None:
    now = {f"network.{name}": value.shape for name, value in network.state_dict().items()}
    if now == {name: value.shape for name, value in saved["state_dict"].items()}:
        return
    was = written_options(saved["hyper_parameters"]["network"])
    changed = ", ".join(
        f"{name} = {was[name]!r} and not {value!r}"
        for name, value in written_options(network.options).items()
        if name in was and was[name] != value
    )
    raise OptionError(f"{path}: the run has [network] {changed or 'with other heads'}; {_REMEDY}")
