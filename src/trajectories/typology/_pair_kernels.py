"""Compiled access to condensed distances. All kernels release the lock: callers share the work."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]

COLUMNS = 8


@njit(cache=True, inline="always")
def pair_index(i: int, j: int, n: int) -> int:
    """Position of the pair i < j among n(n−1)/2 row-major distances."""
    return n * i - i * (i + 1) // 2 + j - i - 1


@njit(cache=True, nogil=True)
def copy_row(d: Array, n: int, i: int, out: Array) -> None:
    """Copy the distances of item `i` to all n items into `out`."""
    at = i - 1
    for j in range(i):
        out[j] = d[at]
        at += n - j - 2
    out[i] = 0
    start = pair_index(i, i + 1, n)
    for j in range(i + 1, n):
        out[j] = d[start + j - i - 1]


@njit(cache=True, nogil=True)
def copy_block(d: Array, n: int, first: int, end: int, out: Array, left: int, right: int) -> None:
    """Copy the distances of the items first…end−1 to the items left…right−1 into `out`.

    Before the block's own columns, a column's distances to the block lie side by side: eight
    columns at a time are read so and written as whole cache lines.

    Args:
        d: condensed distances.
        n: number of items.
        first: first item of the block.
        end: the item after its last.
        out: (≥ end − first, n); row i is that of item first + i.
        left: first column to fill.
        right: the column after the last.
    """
    at = np.empty(COLUMNS, np.int64)
    for tile in range(left, min(right, first), COLUMNS):
        width = min(COLUMNS, min(right, first) - tile)
        for c in range(width):
            at[c] = pair_index(tile + c, first, n)
        for i in range(end - first):
            for c in range(width):
                out[i, tile + c] = d[at[c] + i]
    for item in range(first, end):
        row = out[item - first]
        for j in range(max(left, first), min(right, item)):
            row[j] = d[pair_index(j, item, n)]
        if left <= item < right:
            row[item] = 0
        after = pair_index(item, item + 1, n)
        for j in range(max(left, item + 1), right):
            row[j] = d[after + j - item - 1]


@njit(cache=True, nogil=True)
def cluster_sums(d: Array, n: int, w: Array, lab: Array, sums: Array, squares: Array) -> float:
    """Sum the distances of one partition by cluster.

    Args:
        d: condensed distances.
        n: number of items.
        w: (n,) weights.
        lab: (n,) labels from 0.
        sums: (n, k) zeros, filled with Σ_j∈c w_j d(i, j).
        squares: (k,) zeros, filled with Σ_i<j∈c w_i w_j d².

    Returns:
        Σ_i<j w_i w_j d².
    """
    at = 0
    total = 0.0
    for i in range(n):
        own = lab[i]
        wi = w[i]
        for j in range(i + 1, n):
            x = np.float64(d[at])
            at += 1
            other = lab[j]
            sums[i, other] += w[j] * x
            sums[j, own] += wi * x
            product = wi * w[j] * x * x
            total += product
            if own == other:
                squares[own] += product
    return total
