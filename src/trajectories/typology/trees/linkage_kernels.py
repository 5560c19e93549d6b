"""Compiled nearest-neighbour chain with item weights."""

import numpy as np
from numba import njit

from trajectories.arrays import Array
from trajectories.dissimilarity.matrix.pair_kernels import pair_index

WARD = 0
AVERAGE = 1
COMPLETE = 2
SINGLE = 3
MCQUITTY = 4


@njit(cache=True, nogil=True)
def nearest_neighbour_chain(
    d: Array, weights: Array, method: int, merges: Array, heights: Array
) -> None:
    """Merge n weighted items by a Lance–Williams recurrence.

    Args:
        d: condensed working distances, overwritten.
        weights: (n,) float64, overwritten by the weights of the clusters.
        method: a constant of this module.
        merges: (n−1, 2) int64, filled with the slots of the two merged clusters, the smaller
            first; the merged cluster lives on in the larger slot.
        heights: (n−1,) float64, filled with the distance at each merge, in the order of the chain.
    """
    n = weights.shape[0]
    active = np.arange(n)
    n_active = n
    chain = np.empty(n, np.int64)
    length = 0
    for step in range(n - 1):
        if length == 0:
            chain[0] = active[0]
            length = 1
        while True:
            x = chain[length - 1]
            y = np.int64(-1)
            best = np.inf
            if length > 1:
                y = chain[length - 2]
                best = np.float64(d[pair_index(min(x, y), max(x, y), n)])
            for a in range(n_active):
                i = active[a]
                if i < x:
                    dist = np.float64(d[pair_index(i, x, n)])
                elif i > x:
                    dist = np.float64(d[pair_index(x, i, n)])
                else:
                    continue
                if dist < best:
                    best = dist
                    y = i
            if length > 1 and y == chain[length - 2]:
                break
            chain[length] = y
            length += 1
        length -= 2
        low = min(x, y)
        high = max(x, y)
        merges[step, 0] = low
        merges[step, 1] = high
        heights[step] = best
        kept = 0
        for a in range(n_active):
            if active[a] != low:
                active[kept] = active[a]
                kept += 1
        n_active = kept
        wl = weights[low]
        wh = weights[high]
        for a in range(n_active):
            i = active[a]
            if i == high:
                continue
            il = pair_index(min(i, low), max(i, low), n)
            ih = pair_index(min(i, high), max(i, high), n)
            wi = weights[i]
            if method == WARD:
                d[ih] = ((wl + wi) * d[il] + (wh + wi) * d[ih] - wi * best) / (wl + wh + wi)
            elif method == AVERAGE:
                d[ih] = (wl * d[il] + wh * d[ih]) / (wl + wh)
            elif method == COMPLETE:
                d[ih] = max(d[il], d[ih])
            elif method == SINGLE:
                d[ih] = min(d[il], d[ih])
            else:
                d[ih] = (d[il] + d[ih]) / 2
        weights[high] = wl + wh


@njit(cache=True, nogil=True)
def merge_flexibly(d: Array, beta: float, merges: Array, heights: Array) -> None:
    """Merge the closest pair of n items again and again, by the beta-flexible recurrence.

    A chain of nearest neighbours would not do: the distance of two clusters depends on the order
    of the merges within them. Each item keeps its nearest neighbour among later ones (Anderberg
    1973).

    Args:
        d: condensed working distances, overwritten.
        beta: weight of the distance between the merged parts.
        merges: as `nearest_neighbour_chain`.
        heights: as there.
    """
    n = heights.shape[0] + 1
    alive = np.ones(n, np.bool_)
    near = np.empty(n, np.int64)
    for i in range(n):
        near[i] = _nearest(d, alive, i, n)
    for step in range(n - 1):
        low, best = -1, np.inf
        for i in range(n):
            if alive[i] and near[i] >= 0:
                between = np.float64(d[pair_index(i, near[i], n)])
                if between < best:
                    low, best = i, between
        high = near[low]
        merges[step, 0] = low
        merges[step, 1] = high
        heights[step] = best
        alive[low] = False
        for i in range(n):
            if alive[i] and i != high:
                il = pair_index(min(i, low), max(i, low), n)
                ih = pair_index(min(i, high), max(i, high), n)
                d[ih] = (1 - beta) / 2 * (d[il] + d[ih]) + beta * best
        for i in range(n):
            if not alive[i]:
                continue
            if near[i] == low or near[i] == high or i == high:
                near[i] = _nearest(d, alive, i, n)
            elif i < high:
                here = np.float64(d[pair_index(i, high, n)])
                there = np.float64(d[pair_index(i, near[i], n)])
                if here < there or (here == there and high < near[i]):
                    near[i] = high


@njit(cache=True, nogil=True)
def _nearest(d: Array, alive: Array, i: int, n: int) -> int:
    """Return the first nearest living item after `i`; −1 if there is none."""
    best, place = np.inf, -1
    for j in range(i + 1, n):
        if alive[j]:
            between = np.float64(d[pair_index(i, j, n)])
            if between < best:
                best, place = between, j
    return place
