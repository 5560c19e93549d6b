"""Compiled kernel of weighted Euclidean distances."""

import numpy as np
from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True, error_model="numpy")
def square_block(
    queries: Array,
    targets: Array,
    sums: Array,
    offsets: Array,
    begin: int,
    end: int,
    last: int,
    ahead: int,
    out: Array,
) -> None:
    """Write the Euclidean distances of queries to targets.

    Differences are taken before they are squared, so that nothing cancels.

    Args:
        queries: float64 (n, f).
        targets: float64 (f, m): the features of the targets side by side.
        sums: room for one block of targets.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target.
        end: one past the last target.
        last: number of queries to take.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    for i in range(last):
        start = max(begin, i + ahead)
        total = sums[: end - start]
        total[:] = 0
        for f in range(queries.shape[1]):
            value = queries[i, f]
            row = targets[f, start:end]
            for j in range(len(row)):
                difference = row[j] - value
                total[j] += difference * difference
        for j in range(len(total)):
            out[offsets[i] + start + j] = np.sqrt(total[j])
