"""Sequences laid out for the kernels: targets side by side in the lanes of a register."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

States = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Queries:
    """Sequences that are taken one at a time.

    Attributes:
        states: uint8 (n, L).
        shared: number of leading positions that each shares with the one before, int32 (n,).
    """

    states: States
    shared: npt.NDArray[np.int32]

    @classmethod
    def of(cls, states: States) -> "Queries":
        """Lay out sequences; lexicographic order makes the most of shared beginnings."""
        n, length = states.shape
        shared = np.zeros(n, np.int32)
        equal = states[1:] == states[:-1]
        if length:
            shared[1:] = np.where(equal.all(axis=1), length, equal.argmin(axis=1))
        return cls(np.ascontiguousarray(states), shared)


def side_by_side(states: States, lanes: int) -> States:
    """Return uint8 (blocks, L, lanes): `lanes` sequences a block, the last one filled with 0."""
    n, length = states.shape
    blocks = -(-n // lanes)
    padded = np.zeros((blocks * lanes, length), np.uint8)
    padded[:n] = states
    return np.ascontiguousarray(padded.reshape(blocks, lanes, length).transpose(0, 2, 1))


@dataclass(frozen=True, eq=False)
class Place:
    """Where distances go.

    Attributes:
        out: flat float32 or float64 array.
        offsets: int64 (n,): the distance of query i to target j goes to out[offsets[i] + j].
        triangle: write only j > i.
    """

    out: npt.NDArray[Any]
    offsets: npt.NDArray[np.int64]
    triangle: bool


class Plan(Protocol):
    """A measure made ready for its kernel."""

    queries: Queries
    targets: int
    lanes: int

    def fill(self, block: int, rows: range, place: Place) -> None:
        """Write the distances of the query rows to one block of targets."""


def fill(plan: Plan, rows: range, place: Place, threads: int) -> None:
    """Write the distances of the query rows to all targets.

    Each pair is computed by one thread in one fixed order of operations, so that the result is the
    same for any number of threads.
    """
    jobs = list(_jobs(plan, rows, place))
    if threads == 1:
        for block, part in jobs:
            plan.fill(block, part, place)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(lambda job: plan.fill(*job, place), jobs):
            pass


def _jobs(plan: Plan, rows: range, place: Place) -> Iterator[tuple[int, range]]:
    """Yield blocks with their rows, the longest first."""
    blocks = -(-plan.targets // plan.lanes)
    first = rows.start // plan.lanes if place.triangle else 0
    for block in reversed(range(first, blocks)):
        end = min(plan.targets, (block + 1) * plan.lanes)
        stop = min(rows.stop, end - 1) if place.triangle else rows.stop
        if rows.start < stop:
            yield block, range(rows.start, stop)
