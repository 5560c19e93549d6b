"""Sequences laid out for the kernels: targets side by side in the lanes of a register."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Array, Ints
from trajectories.parallel import run

States = npt.NDArray[np.uint8]


def begins_with(rows: Array, first: Array) -> bool:
    """Return whether `first` is a view of the first of `rows`."""
    place, other = rows.__array_interface__, first.__array_interface__
    same = (place["data"], rows.strides, rows.dtype) == (other["data"], first.strides, first.dtype)
    return same and rows.shape[1:] == first.shape[1:] and len(first) <= len(rows)


def shared_beginnings(states: Array) -> npt.NDArray[np.int32]:
    """Return the number of leading positions that each row shares with the one before, (n,)."""
    n, length = states.shape
    shared = np.zeros(n, np.int32)
    if length:
        equal = states[1:] == states[:-1]
        shared[1:] = np.where(equal.all(axis=1), length, equal.argmin(axis=1))
    return shared


def first_uses(states: Array, letters: int) -> Ints:
    """Return the first row in which each letter occurs, or the number of rows if in none."""
    n = len(states)
    first = np.full(letters, n, np.int64)
    # Among several assignments the last one, for the first row, remains.
    first[states[::-1]] = np.arange(n - 1, -1, -1)[:, None]
    return first


def side_by_side(states: Array, lanes: int) -> Array:
    """Return (blocks, L, lanes): `lanes` sequences a block, the last one filled with 0."""
    n, length = states.shape
    blocks = -(-n // lanes)
    padded = np.zeros((blocks * lanes, length), states.dtype)
    padded[:n] = states
    return np.ascontiguousarray(padded.reshape(blocks, lanes, length).transpose(0, 2, 1))


@dataclass(frozen=True, eq=False)
class Place:
    """Where distances are written.

    Attributes:
        out: flat float32 or float64 array.
        offsets: int64 (n,): the distance of query i to target j goes to out[offsets[i] + j].
        ahead: only targets j ≥ i + ahead are written; −n or less writes all.
    """

    out: Array
    offsets: Ints
    ahead: int


class Plan(Protocol):
    """A measure prepared for its kernel."""

    @property
    def queries(self) -> int:
        """Return the number of queries."""

    @property
    def targets(self) -> int:
        """Return the number of targets."""

    @property
    def lanes(self) -> int:
        """Return the number of targets in a block."""

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""


def fill(plan: Plan, place: Place, threads: int) -> None:
    """Write the distances of all queries to all targets.

    Each pair is computed by one thread in a fixed order of operations, so the result does not
    depend on the number of threads.
    """
    run(plan.fill, ((block, last, place) for block, last in _jobs(plan, place.ahead)), threads)


def _jobs(plan: Plan, ahead: int) -> Iterator[tuple[int, int]]:
    """Yield each block and the number of queries that need it, the longest first."""
    for block in reversed(range(-(-plan.targets // plan.lanes))):
        end = min(plan.targets, (block + 1) * plan.lanes)
        last = min(plan.queries, end - ahead)
        if last > 0:
            yield block, last
