"""Compiled passes over condensed distances in rising order, for the indices of cluster quality."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True)
def count_bins(d: Array, scale: float, counts: Array) -> None:
    """Count the distances by the floor of distance × scale."""
    for pair in range(d.shape[0]):
        counts[np.int64(np.float64(d[pair]) * scale)] += 1


@njit(cache=True, nogil=True)
def select_pairs(
    d: Array,
    n: int,
    scale: float,
    low: int,
    high: int,
    values: Array,
    firsts: Array,
    seconds: Array,
) -> None:
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


@njit(cache=True, nogil=True)
def scan(
    values: Array,
    firsts: Array,
    seconds: Array,
    products: Array,
    lab: Array,
    cut_low: float,
    cut_high: float,
    state: Array,
) -> None:
    """Go on along the distances of one partition in rising order.

    Args:
        values: distances in rising order; equal ones never straddle two calls.
        firsts: their first items.
        seconds: their second items.
        products: the products of their weights.
        lab: (n,) labels.
        cut_low: weight of the smallest distances to sum.
        cut_high: weight of all but the largest distances to sum.
        state: (6,) weight so far of pairs within clusters and of all pairs, of concordant and
            tied pairs of pairs, sums of the smallest and largest distances; carried on.
    """
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
