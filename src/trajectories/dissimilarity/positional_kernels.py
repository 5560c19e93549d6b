"""Compiled kernels of measures that compare position by position."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from trajectories.dissimilarity._lanes import (
    LANE_BYTES,
    add,
    add_different,
    load,
    pointer,
    store,
    zeros,
)

LONGEST_COUNT = 255
"""Positions that a lane of one byte can count before it has to be emptied."""

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_positional_profile(costs: Array, codes: Array, profile: Array) -> None:
    """Lay out the costs of every state against one block of targets.

    Args:
        costs: (L, a, a).
        codes: states of the targets, (L, lanes).
        profile: written, (L, a, lanes).
    """
    length, lanes = codes.shape
    for t in range(length):
        for state in range(costs.shape[1]):
            for lane in range(lanes):
                profile[t, state, lane] = costs[t, state, codes[t, lane]]


@njit(cache=True, nogil=True, error_model="numpy")
def count_block(
    queries: Array,
    last: int,
    codes: Array,
    cost: float,
    offsets: Array,
    begin: int,
    end: int,
    ahead: int,
    out: Array,
) -> None:
    """Write `cost` times the number of differing positions, one block of targets.

    Args:
        queries: states, (n, L).
        last: number of queries to take.
        codes: states of the targets, (L, lanes of one byte).
        cost: cost of a difference.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target of the block.
        end: one past its last target.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    length = queries.shape[1]
    few = np.empty(LANE_BYTES, np.uint8)
    count = np.empty(LANE_BYTES, np.int32)
    targets, few_lanes = pointer(codes), pointer(few)
    for i in range(last):
        count[:] = 0
        for outset in range(0, length, LONGEST_COUNT):
            different = zeros(targets)
            for t in range(outset, min(outset + LONGEST_COUNT, length)):
                different = add_different(targets, t * LANE_BYTES, queries[i, t], different)
            store(few_lanes, 0, different)
            for lane in range(LANE_BYTES):
                count[lane] += few[lane]
        offset = offsets[i]
        for j in range(max(begin, i + ahead), end):
            out[offset + j] = cost * count[j - begin]


@njit(cache=True, nogil=True, error_model="numpy")
def sum_block(
    queries: Array,
    shared: Array,
    last: int,
    profile: Array,
    rows: Array,
    offsets: Array,
    begin: int,
    end: int,
    ahead: int,
    out: Array,
) -> None:
    """Write the summed costs of positions, one block of targets.

    The running sums after each position are kept, so that a query starts where it parts from the
    one before it.

    Args:
        queries: states, (n, L).
        shared: number of leading positions that each shares with the one before, (n,).
        last: number of queries to take.
        profile: costs against the block, (L, a, lanes).
        rows: room for (L + 1, lanes) running sums.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target of the block.
        end: one past its last target.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    length, states, lanes = profile.shape
    costs, row = pointer(profile), pointer(rows)
    rows[0] = 0
    for i in range(last):
        kept = shared[i]
        value = load(row, kept * lanes)
        for t in range(kept, length):
            value = add(value, load(costs, (t * states + queries[i, t]) * lanes))
            store(row, (t + 1) * lanes, value)
        offset = offsets[i]
        for j in range(max(begin, i + ahead), end):
            out[offset + j] = rows[length, j - begin]
