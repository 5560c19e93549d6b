"""Compiled passes over condensed distances in rising order, for the indices of cluster quality."""

import numpy as np
from numba import njit

from trajectories.arrays import Array


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
    rises: Array, firsts: Array, seconds: Array, products: Array, lab: Array, state: Array
) -> None:
    """Go on along the distances of one partition in rising order.

    Args:
        rises: whether each distance is larger than the one before.
        firsts: the pairs' first items.
        seconds: their second items.
        products: the products of their weights.
        lab: (n,) labels.
        state: (6,) weight of the pairs so far within clusters and between, the same before the
            latest rise, weight of concordant and of tied pairs of pairs; carried on.
    """
    within = state[0]
    between = state[1]
    within_below = state[2]
    between_below = state[3]
    concordant = state[4]
    tied = state[5]
    for at in range(rises.shape[0]):
        within_below = within if rises[at] else within_below
        between_below = between if rises[at] else between_below
        together = lab[firsts[at]] == lab[seconds[at]]
        inside = products[at] if together else 0.0
        across = 0.0 if together else products[at]
        concordant += across * within_below
        tied += across * (within - within_below) + inside * (between - between_below)
        within += inside
        between += across
    state[0] = within
    state[1] = between
    state[2] = within_below
    state[3] = between_below
    state[4] = concordant
    state[5] = tied
