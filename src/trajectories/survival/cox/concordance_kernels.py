"""Compiled loop that compares the ranks of those who have an event with those who outlive them."""

import numpy as np
from numba import njit

from trajectories.arrays import Bools, Floats, Ints


@njit(cache=True, nogil=True)
def _add(tree: Floats, rank: int, weight: float) -> None:
    """Add a weight at a rank of a Fenwick tree (Fenwick 1994)."""
    at = rank + 1
    while at < len(tree):
        tree[at] += weight
        at += at & -at


@njit(cache=True, nogil=True)
def _below(tree: Floats, rank: int) -> float:
    """The weight at ranks under `rank`."""
    total, at = 0.0, rank
    while at > 0:
        total += tree[at]
        at -= at & -at
    return total


@njit(cache=True, nogil=True)
def pairs(
    rank: Ints,
    weight: Floats,
    entry: Floats,
    stop: Floats,
    event: Bools,
    stratum: Ints,
    by_entry: Ints,
) -> tuple[float, float, float]:
    """Weights of the pairs whose event has the higher rank, the lower rank, and the same one.

    Rows are sorted by stratum and then by `stop` descending; `by_entry` orders them by stratum and
    `entry` descending. Who leaves without the event at its time outlives it.
    """
    rows = len(rank)
    levels = int(rank.max()) + 1
    tree = np.zeros(levels + 1)
    higher, lower, same = 0.0, 0.0, 0.0
    added, removed = 0, 0
    while added < rows:
        now, layer = stop[added], stratum[added]
        if added == 0 or layer != stratum[added - 1]:
            tree[:] = 0.0
            removed = added
        while removed < rows:
            row = by_entry[removed]
            if stratum[row] != layer or entry[row] < now:
                break
            _add(tree, rank[row], -weight[row])
            removed += 1
        last = added
        while last < rows and stop[last] == now and stratum[last] == layer:
            if not event[last]:
                _add(tree, rank[last], weight[last])
            last += 1
        for row in range(added, last):
            if event[row]:
                under, upto = _below(tree, rank[row]), _below(tree, rank[row] + 1)
                higher += weight[row] * under
                same += weight[row] * (upto - under)
                lower += weight[row] * (_below(tree, levels) - upto)
        for row in range(added, last):
            if event[row]:
                _add(tree, rank[row], weight[row])
        added = last
    return higher, lower, same
