"""Work spread over the processes of this machine, or over the machines of a Ray cluster.

    items -> chunks -> workers -> results, in the order of the items

On a cluster the recordings and the folders that are written to must have the same paths on all
machines, as on a shared disk, and all need Auricle. What a worker was doing that died is done
again by another.
"""

from __future__ import annotations

import itertools
import logging
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from auricle.errors import DependencyError, OptionError, TrainingError

Item = TypeVar("Item")
Result = TypeVar("Result")

# Chunks that a cluster is given before the first one's results are asked for, for each processor.
_AHEAD = 3
_RETRIES = 5


@dataclass(frozen=True)
class Workers:
    """Where work is done.

    Args:
        jobs: Processes on this machine.
        ray: Address of a Ray cluster, such as "auto" or "10.0.0.1:6379"; empty for this machine.

    Raises:
        OptionError: Both are given.
    """

    jobs: int = 1
    ray: str = ""

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise OptionError(f"{self.jobs} jobs: there must be one")
        if self.ray and self.jobs > 1:
            raise OptionError("a cluster decides itself how many jobs run; leave out the jobs")

    def map(
        self, function: Callable[[Item], Result], items: Sequence[Item], chunk: int = 64
    ) -> Iterator[Result]:
        """Apply a function to items and yield the results in their order.

        Args:
            function: That can be pickled.
            items: That can be pickled.
            chunk: Items given to a worker at once.

        Raises:
            TrainingError: The cluster cannot be reached, or workers die again and again.
        """
        if self.ray:
            yield from _on_cluster(self.ray, function, items, chunk)
        elif self.jobs == 1:
            yield from map(function, items)
        else:
            with ProcessPoolExecutor(self.jobs) as pool:
                yield from pool.map(function, items, chunksize=chunk)


def _on_cluster(
    address: str, function: Callable[[Item], Result], items: Sequence[Item], chunk: int
) -> Iterator[Result]:
    ray = _connect(address)
    try:
        task = ray.remote(max_retries=_RETRIES)(_apply)
        shared = ray.put(function)
        ahead = _AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        chunks = iter([items[start : start + chunk] for start in range(0, len(items), chunk)])
        pending = deque(task.remote(shared, each) for each in itertools.islice(chunks, ahead))
        while pending:
            results = _result(ray, pending.popleft())
            pending.extend(task.remote(shared, each) for each in itertools.islice(chunks, 1))
            yield from results
    finally:
        ray.shutdown()


def _apply(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [function(item) for item in items]


def _connect(address: str) -> Any:
    _check_listening(address)
    try:
        import ray
    except ModuleNotFoundError as error:
        raise DependencyError("a cluster needs Ray: pip install 'auricle[ray]'") from error
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise _no_answer(address, error) from error
    return ray


def _check_listening(address: str) -> None:
    """Find in seconds what Ray would tell after minutes."""
    host, colon, port = address.rpartition(":")
    if not (colon and port.isdigit() and "/" not in host):
        return
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except OSError as error:
        raise _no_answer(address, error) from error


def _no_answer(address: str, error: Exception) -> TrainingError:
    return TrainingError(
        f"no Ray cluster answers at {address} ({str(error).splitlines()[0]}); "
        "`ray start --head` on one machine begins one"
    )


def _result(ray: Any, reference: Any) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None  # what the function raised
    except ray.exceptions.RayError as error:
        raise TrainingError(
            f"the cluster could not do a part of the work after {_RETRIES} more tries "
            f"({str(error).splitlines()[0]}); start the command again to go on"
        ) from error
