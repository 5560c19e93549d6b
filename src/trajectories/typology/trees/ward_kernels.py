"""Compiled nearest-neighbour chain for Ward's criterion with item weights."""

import numpy as np
from numba import njit

from trajectories.arrays import Array
from trajectories.dissimilarity.matrix.pair_kernels import pair_index


@njit(cache=True)
def nearest_neighbour_chain(d: Array, weights: Array, merges: Array, heights: Array) -> None:
    """Merge n weighted items by Ward's Lance–Williams recurrence.

    Args:
        d: condensed working distances, overwritten.
        weights: (n,) float64, overwritten by the weights of the clusters.
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
            d[ih] = ((wl + wi) * d[il] + (wh + wi) * d[ih] - wi * best) / (wl + wh + wi)
        weights[high] = wl + wh
