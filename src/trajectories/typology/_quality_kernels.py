"""Compiled passes over condensed distances for the indices of cluster quality."""

import numpy as np
from numba import njit, prange


@njit(cache=True)
def count_bins(d, scale, counts):  # type: ignore[no-untyped-def]
    """Count the distances by the floor of distance × scale."""
    for pair in range(d.shape[0]):
        counts[np.int64(np.float64(d[pair]) * scale)] += 1


@njit(cache=True)
def select_pairs(d, n, scale, low, high, values, firsts, seconds):  # type: ignore[no-untyped-def]
    """Copy the pairs whose bin lies in low…high−1: distance, first and second item."""
    at = 0
    pair = 0
    for i in range(n):
        for j in range(i + 1, n):
            value = d[pair]
            pair += 1
            b = np.int64(np.float64(value) * scale)
            if low <= b < high:
                values[at] = value
                firsts[at] = i
                seconds[at] = j
                at += 1


@njit(cache=True)
def _scan(values, firsts, seconds, products, lab, cut_low, cut_high, state):  # type: ignore[no-untyped-def]
    """Go on along the sorted distances of one partition; ties never straddle two calls."""
    below_within = state[0]
    below_all = state[1]
    concordant = state[2]
    tied = state[3]
    low_sum = state[4]
    high_sum = state[5]
    at = 0
    end = values.shape[0]
    while at < end:
        value = values[at]
        within = 0.0
        between = 0.0
        while at < end and values[at] == value:
            together = lab[firsts[at]] == lab[seconds[at]]
            within += products[at] if together else 0.0
            between += 0.0 if together else products[at]
            at += 1
        if value > 0:
            concordant += between * below_within
        else:  # what lies below are the items' distances to themselves, which are ties
            tied += between * below_within
        tied += between * within
        here = within + between
        low_sum += value * max(0.0, min(here, cut_low - below_all))
        high_sum += value * max(0.0, min(here, below_all + here - cut_high))
        below_within += within
        below_all += here
    state[0] = below_within
    state[1] = below_all
    state[2] = concordant
    state[3] = tied
    state[4] = low_sum
    state[5] = high_sum


@njit(cache=True, parallel=True)
def scan_sorted(  # type: ignore[no-untyped-def]
    values, firsts, seconds, products, labels, cut_low, cut_high, state
):
    """Go on along the distances in rising order, all partitions in parallel.

    Args:
        values: distances in rising order, with all those that are equal to them.
        firsts: their first items.
        seconds: their second items.
        products: the products of their weights.
        labels: (p, n) labels.
        cut_low: (p,) weight of the smallest distances to sum.
        cut_high: (p,) weight of all but the largest distances to sum.
        state: (p, 6) weight so far of pairs within clusters and of all pairs, of concordant and
            tied pairs of pairs, sums of the smallest and largest distances; carried on.
    """
    for partition in prange(labels.shape[0]):
        p = np.int64(partition)
        _scan(values, firsts, seconds, products, labels[p], cut_low[p], cut_high[p], state[p])


@njit(cache=True, parallel=True)
def partition_sums(d, n, w, labels, sums, squares, total):  # type: ignore[no-untyped-def]
    """Sum distances by cluster, one pass for each partition (rows of `labels`), in parallel.

    Args:
        d: condensed distances.
        n: number of items.
        w: (n,) weights.
        labels: (p, n) labels from 0.
        sums: (p, n, k) zeros, filled with Σ_j∈c w_j d(i, j).
        squares: (p, k) zeros, filled with Σ_i<j∈c w_i w_j d².
        total: (p,) filled with Σ_i<j w_i w_j d².
    """
    for partition in prange(labels.shape[0]):
        p = np.int64(partition)
        lab = labels[p]
        at = 0
        all_squares = 0.0
        for i in range(n):
            own = lab[i]
            wi = w[i]
            for j in range(i + 1, n):
                x = np.float64(d[at])
                at += 1
                other = lab[j]
                sums[p, i, other] += w[j] * x
                sums[p, j, own] += wi * x
                product = wi * w[j] * x * x
                all_squares += product
                if own == other:
                    squares[p, own] += product
        total[p] = all_squares
