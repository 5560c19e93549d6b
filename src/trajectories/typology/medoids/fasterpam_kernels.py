"""Compiled steps of weighted FasterPAM; many starts share one pass over the distances.

A start keeps its items sorted by their medoid, so that the inner loop is two branchless sums a
cluster, which vectorise. `reassoc` lets their order follow the vector width; it is the same
whatever the number of threads. All kernels release the lock: callers share the work.
"""

import numpy as np
from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True)
def build_gains(block: Array, weights: Array, nearest: Array, gains: Array) -> None:
    """Fill `gains` with the fall of the loss if each of the block's items became a medoid."""
    for c in range(block.shape[0]):
        gain = 0.0
        row = block[c]
        for o in range(weights.shape[0]):
            gain += weights[o] * max(nearest[o] - row[o], 0.0)
        gains[c] = gain


@njit(cache=True, nogil=True)
def assign(
    rows: Array,
    k: int,
    weights: Array,
    near: Array,
    items: Array,
    first_item: Array,
    mass: Array,
    nearest: Array,
    second: Array,
    removal: Array,
) -> float:
    """Assign every item to the nearest of k medoids and return the loss.

    Args:
        rows: (≥ k, n) distances of the medoids to all items.
        k: number of medoids.
        weights: (n,) weights.
        near: (n,) filled with the position of each item's nearest medoid, the first at ties.
        items: (n,) filled with the items sorted by `near`; the next three go in this order.
        first_item: (≥ k + 1,) filled with the place of each medoid's first item in `items`.
        mass: (n,) filled with the weights.
        nearest: (n,) filled with the distance to the nearest medoid.
        second: (n,) filled with the distance to the second nearest.
        removal: (≥ k,) filled with the rise of the loss if each medoid went.
    """
    n = weights.shape[0]
    first_item[: k + 1] = 0
    for o in range(n):
        best = rows[0, o]
        at = 0
        for j in range(1, k):
            if rows[j, o] < best:
                best = rows[j, o]
                at = j
        near[o] = at
        first_item[at + 1] += 1
    for j in range(k):
        first_item[j + 1] += first_item[j]
    place = first_item[:k].copy()
    loss = 0.0
    removal[:k] = 0.0
    for o in range(n):
        own = near[o]
        q = place[own]
        place[own] += 1
        other = np.inf
        for j in range(k):
            if j != own:
                other = min(other, np.float64(rows[j, o]))
        items[q] = o
        mass[q] = weights[o]
        nearest[q] = rows[own, o]
        second[q] = other
        loss += mass[q] * nearest[q]
        removal[own] += mass[q] * (other - nearest[q])
    return loss


@njit(cache=True, fastmath={"reassoc"})
def _changes(
    row: Array, items: Array, mass: Array, nearest: Array, second: Array
) -> tuple[float, float]:
    """Return what a candidate saves in one cluster, its medoid kept, and what it adds else."""
    gain = 0.0
    change = 0.0
    for q in range(items.shape[0]):  # from 0: a loop from elsewhere is not vectorised
        x = np.float64(row[items[q]])
        low = nearest[q]
        high = second[q]
        gain += mass[q] * (min(x, low) - low)
        change += mass[q] * (max(min(x, high), low) - high)
    return gain, change


@njit(cache=True, nogil=True)
def _swap_block(
    block: Array,
    start: int,
    k: int,
    weights: Array,
    medoids: Array,
    rows: Array,
    near: Array,
    items: Array,
    first_item: Array,
    mass: Array,
    nearest: Array,
    second: Array,
    removal: Array,
    loss: float,
    idle: int,
    tolerance: float,
) -> tuple[float, int]:
    """Try the items of one block as medoids and swap eagerly; return (loss, idle)."""
    n = weights.shape[0]
    for c in range(block.shape[0]):
        if idle >= n:
            break
        idle += 1
        item = start + c
        taken = False
        for j in range(k):
            taken |= medoids[j] == item
        if taken:
            continue
        row = block[c]
        saved = 0.0
        lowest = np.inf
        best = 0
        for j in range(k):
            a = first_item[j]
            b = first_item[j + 1]
            gain, change = _changes(row, items[a:b], mass[a:b], nearest[a:b], second[a:b])
            saved += gain
            if removal[j] + change < lowest:
                lowest = removal[j] + change
                best = j
        if lowest + saved < -tolerance * loss:
            medoids[best] = item
            for o in range(n):  # an array put in a slice takes seconds to compile
                rows[best, o] = row[o]
            idle = 1
            loss = assign(rows, k, weights, near, items, first_item, mass, nearest, second, removal)
    return loss, idle


@njit(cache=True, nogil=True)
def swap_block(
    block: Array,
    start: int,
    running: Array,
    sizes: Array,
    weights: Array,
    medoids: Array,
    rows: Array,
    near: Array,
    items: Array,
    first_item: Array,
    mass: Array,
    nearest: Array,
    second: Array,
    removal: Array,
    loss: Array,
    idle: Array,
    tolerance: float,
) -> None:
    """Let the given starts try the items of one block; starts are independent of each other.

    Args:
        block: (b, n) distances of the items start…start+b−1 to all items.
        start: the first item of the block.
        running: the starts that go on.
        sizes: (s,) number of medoids of each start.
        weights: (n,) weights.
        medoids: (s, kmax) medoids of each start, changed in place, as all that follow.
        rows: (s, kmax, n) the medoids' distances.
        near: (s, n) as in `assign`, as all arrays down to `removal`.
        items: (s, n).
        first_item: (s, kmax + 1).
        mass: (s, n).
        nearest: (s, n).
        second: (s, n).
        removal: (s, kmax).
        loss: (s,) current loss.
        idle: (s,) number of items tried since the last swap, its own included; n ends a start.
        tolerance: smallest relative fall of the loss that counts as one.
    """
    for r in range(running.shape[0]):
        s = running[r]
        loss[s], idle[s] = _swap_block(
            block,
            start,
            sizes[s],
            weights,
            medoids[s],
            rows[s],
            near[s],
            items[s],
            first_item[s],
            mass[s],
            nearest[s],
            second[s],
            removal[s],
            loss[s],
            idle[s],
            tolerance,
        )
