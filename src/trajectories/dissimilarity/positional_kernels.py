"""Compiled kernels of measures that compare position by position."""

import numpy as np
from numba import njit

from trajectories.dissimilarity._lanes import (
    LANE_BYTES,
    add,
    add_different,
    load,
    store,
    zeros,
)

LONGEST_COUNT = 255
"""Positions that a lane of one byte can count before it has to be emptied."""


@njit(cache=True, nogil=True, error_model="numpy")
def fill_positional_profile(costs, codes, profile):
    """Write costs[t, a, codes[t, lane]] to the flat profile, in the order t, a, lane."""
    states = costs.shape[1]
    length, lanes = codes.shape
    place = 0
    for t in range(length):
        for state in range(states):
            for lane in range(lanes):
                profile[place] = costs[t, state, codes[t, lane]]
                place += 1


@njit(cache=True, nogil=True, error_model="numpy")
def count_block(queries, first, last, codes, cost, offsets, begin, end, triangle, out):
    """Write `cost` times the number of differing positions, targets begin…end−1 of one block."""
    length = queries.shape[1]
    flat = codes.reshape(-1)
    few = np.empty(LANE_BYTES, np.uint8)
    count = np.empty(LANE_BYTES, np.int32)
    for i in range(first, last):
        count[:] = 0
        for begin_t in range(0, length, LONGEST_COUNT):
            different = zeros(flat)
            for t in range(begin_t, min(begin_t + LONGEST_COUNT, length)):
                different = add_different(flat, t * LANE_BYTES, queries[i, t], different)
            store(few, 0, different)
            for lane in range(LANE_BYTES):
                count[lane] += few[lane]
        offset = offsets[i]
        for j in range(max(begin, i + 1) if triangle else begin, end):
            out[offset + j] = cost * count[j - begin]


@njit(cache=True, nogil=True, error_model="numpy")
def sum_block(
    queries, shared, first, last, profile, states, rows, offsets, begin, end, triangle, out
):
    """Write the summed costs of positions, targets begin…end−1 of one block.

    `rows` keeps the running sums after each position, so that a query starts where it parts from
    the one before it.
    """
    length = queries.shape[1]
    lanes = LANE_BYTES // profile.itemsize
    store(rows, 0, zeros(profile))
    total = np.empty(lanes, profile.dtype)
    for i in range(first, last):
        kept = shared[i] if i > first else 0
        value = load(rows, kept * lanes)
        for t in range(kept, length):
            value = add(profile, (t * states + queries[i, t]) * lanes, value)
            store(rows, (t + 1) * lanes, value)
        store(total, 0, value)
        offset = offsets[i]
        for j in range(max(begin, i + 1) if triangle else begin, end):
            out[offset + j] = total[j - begin]
