"""Compiled kernels on condensed distance matrices."""

import numpy as np
from numba import njit

from trajectories.arrays import Array

GROUP = 16
"""Unique sequences taken together: their distances to another one share two cache lines."""


@njit(cache=True, nogil=True, error_model="numpy")
def expand_rows(
    d: Array, offsets: Array, inverse: Array, order: Array, bounds: Array, group: int, out: Array
) -> None:
    """Write the distances of the sequences of a group of unique ones to all later sequences.

    Args:
        d: condensed distances between unique sequences.
        offsets: the distance of unique a < b stands at offsets[a] + b, (u,).
        inverse: the unique sequence of each sequence, (n,).
        order: the sequences by their unique sequence, (n,).
        bounds: where in `order` each unique sequence begins, and the end, (u + 1,).
        group: the first unique sequence of the group.
        out: condensed distances between sequences, written in part.
    """
    n, u = len(inverse), len(offsets)
    size = min(GROUP, u - group)
    rows = np.empty((size, u), d.dtype)
    for b in range(group):
        for k in range(size):
            rows[k, b] = d[offsets[b] + group + k]
    for k in range(size):
        a = group + k
        for b in range(group, a):
            rows[k, b] = d[offsets[b] + a]
        rows[k, a] = 0
        for b in range(a + 1, u):
            rows[k, b] = d[offsets[a] + b]
    for place in range(bounds[group], bounds[group + size]):
        i = order[place]
        row = rows[np.int64(inverse[i]) - group]
        start = i * (2 * n - i - 1) // 2 - i - 1
        for j in range(i + 1, n):
            out[start + j] = row[inverse[j]]
