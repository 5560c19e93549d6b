"""Compiled access to condensed distances."""

import numpy as np
from numba import njit, prange

COLUMNS = 8


@njit(cache=True, inline="always")
def pair_index(i, j, n):  # type: ignore[no-untyped-def]
    """Position of the pair i < j among n(n−1)/2 row-major distances."""
    return n * i - i * (i + 1) // 2 + j - i - 1


@njit(cache=True)
def copy_row(d, n, i, out):  # type: ignore[no-untyped-def]
    """Copy the distances of item `i` to all n items into `out`."""
    at = i - 1
    for j in range(i):
        out[j] = d[at]
        at += n - j - 2
    out[i] = 0
    start = pair_index(i, i + 1, n)
    for j in range(i + 1, n):
        out[j] = d[start + j - i - 1]


@njit(cache=True, parallel=True)
def copy_rows(d, n, first, end, out):  # type: ignore[no-untyped-def]
    """Copy the distances of the items first…end−1 to all n items into the rows of `out`.

    Before the block's own columns, a column's distances to the block lie side by side: eight
    columns at a time are read so and written as whole cache lines.
    """
    for tile in prange((first + COLUMNS - 1) // COLUMNS):
        left = np.int64(tile) * COLUMNS  # prange counts unsigned, which makes mixed indices floats
        at = np.empty(COLUMNS, np.int64)
        width = min(COLUMNS, first - left)
        for c in range(width):
            at[c] = pair_index(left + c, first, n)
        for i in range(end - first):
            for c in range(width):
                out[i, left + c] = d[at[c] + i]
    for row in prange(end - first):
        i = np.int64(row)
        item = first + i
        for j in range(first, item):
            out[i, j] = d[pair_index(j, item, n)]
        out[i, item] = 0
        after = pair_index(item, item + 1, n)
        for j in range(item + 1, n):
            out[i, j] = d[after + j - item - 1]


@njit(cache=True, parallel=True)
def cross_sums(d, n, w, labels, k, out):  # type: ignore[no-untyped-def]
    """Fill out[p, i, c] with Σ w_j d(i, j) over the items j of cluster c of partition p."""
    for partition in prange(labels.shape[0]):
        p = np.int64(partition)
        lab = labels[p]
        s = out[p]
        at = 0
        for i in range(n):
            own = lab[i]
            wi = w[i]
            for j in range(i + 1, n):
                x = np.float64(d[at])
                at += 1
                s[i, lab[j]] += w[j] * x
                s[j, own] += wi * x
