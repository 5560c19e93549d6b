"""Compiled kernels of optimal matching: one query sequence against a register full of targets.

Optimal matching is computed as a maximisation. With w(a, b) = max(0, indel(a) + indel(b) −
sub(a, b)), the distance is Σ indel(x) + Σ indel(y) − W, where W is the largest total weight of a
monotone matching of x with y. Its borders are zero and its values never negative, so a cell needs
one addition and two maxima. The weights against one block of targets are laid out once
(`profile`), so that a cell needs no look-up. Queries come in lexicographic order: rows that a query
shares with the one before it are kept.
"""

import numpy as np
from numba import njit, types
from numba.cpython.unsafe.tuple import tuple_setitem

from trajectories.dissimilarity._lanes import LANE_BYTES, load, match_column, store, zeros

ROWS = 8
"""Query rows in registers at a time, and between two kept rows."""


@njit(cache=True, nogil=True, error_model="numpy")
def fill_profile(weights, codes, profile):
    """Write weights[a, codes[t, lane]] to the flat profile, in the order a, t, lane."""
    states = weights.shape[0]
    length, lanes = codes.shape
    place = 0
    for state in range(states):
        for t in range(length):
            for lane in range(lanes):
                profile[place] = weights[state, codes[t, lane]]
                place += 1


@njit(cache=True, nogil=True, error_model="numpy")
def sweep(profile, starts, rows, source, target, length, blank):
    """Take the row of values at `source` down through the query rows of `starts` to `target`."""
    lanes = LANE_BYTES // profile.itemsize
    left = blank
    corner = zeros(profile)
    for t in range(length):
        column = t * lanes
        above = load(rows, source + column)
        left = match_column(profile, starts, column, left, corner, above)
        corner = above
        store(rows, target + column, left[-1])


@njit(cache=True, nogil=True, error_model="numpy")
def align_block(
    queries,
    shared,
    first,
    last,
    profile,
    rows,
    query_ends,
    target_ends,
    unit,
    offsets,
    begin,
    end,
    triangle,
    out,
):
    """Write the distances of queries first…last−1 to the targets begin…end−1 of one block."""
    length = queries.shape[1]
    lanes = LANE_BYTES // profile.itemsize
    span = length * lanes
    whole = length // ROWS
    zero = zeros(profile)
    blank8 = (zero, zero, zero, zero, zero, zero, zero, zero)
    blank1 = (zero,)
    starts8 = (0, 0, 0, 0, 0, 0, 0, 0)
    for place in range(span):
        rows[place] = 0
    best = np.empty(lanes, profile.dtype)
    for i in range(first, last):
        kept = min(shared[i] // ROWS, whole) if i > first else 0
        for group in range(kept, whole):
            for r in range(ROWS):
                starts8 = tuple_setitem(starts8, r, np.intp(queries[i, group * ROWS + r]) * span)
            sweep(profile, starts8, rows, group * span, (group + 1) * span, length, blank8)
        source = whole * span
        for position in range(whole * ROWS, length):
            starts1 = (np.intp(queries[i, position]) * span,)
            sweep(profile, starts1, rows, source, (whole + 1) * span, length, blank1)
            source = (whole + 1) * span
        store(best, 0, load(rows, source + span - lanes))
        offset = offsets[i]
        base = query_ends[i]
        for j in range(max(begin, i + 1) if triangle else begin, end):
            out[offset + j] = base + target_ends[j] - unit * best[j - begin]
