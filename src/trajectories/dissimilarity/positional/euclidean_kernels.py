"""Compiled kernel of weighted Euclidean distances."""

import numpy as np
from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True, error_model="numpy")
def square_block(
    queries: Array,
    targets: Array,
    coarse: Array,
    fine: Array,
    coarse_unit: float,
    fine_unit: float,
    sums: Array,
    offsets: Array,
    begin: int,
    end: int,
    last: int,
    ahead: int,
    out: Array,
) -> None:
    """Write the weighted Euclidean distances of queries to targets.

    Differences are taken before they are squared, so that nothing cancels. Weights are in two
    parts, whole numbers of a coarse and of a fine unit, whose sums are exact if the features are
    whole numbers.

    Args:
        queries: float64 (n, f).
        targets: float64 (f, m): the features of the targets side by side.
        coarse: weight of each feature's squared difference in coarse units, (f,).
        fine: the rest of the weight in fine units, (f,), or none if there is no rest.
        coarse_unit: what a coarse unit is worth.
        fine_unit: what a fine unit is worth.
        sums: room for two sums of each target of a block, (2, targets).
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target.
        end: one past the last target.
        last: number of queries to take.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    for i in range(last):
        start = max(begin, i + ahead)
        total, rest = sums[0, : end - start], sums[1, : end - start]
        total[:] = 0
        rest[:] = 0
        for f in range(queries.shape[1]):
            value, weight = queries[i, f], coarse[f]
            row = targets[f, start:end]
            if len(fine):
                other = fine[f]
                for j in range(len(row)):
                    difference = row[j] - value
                    square = difference * difference
                    total[j] += square * weight
                    rest[j] += square * other
            else:
                for j in range(len(row)):
                    difference = row[j] - value
                    total[j] += difference * difference * weight
        for j in range(len(total)):
            square = coarse_unit * total[j] + fine_unit * rest[j]
            out[offsets[i] + start + j] = np.sqrt(square)
