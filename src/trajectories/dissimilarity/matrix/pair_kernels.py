"""Compiled access to condensed distances. All kernels release the lock: callers share the work."""

import numpy as np
from numba import njit

from trajectories.arrays import Array

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


@njit(cache=True, nogil=True, fastmath={"reassoc"})
def _weighted_sum(row: Array, items: Array, mass: Array) -> float:
    total = 0.0
    for q in range(items.shape[0]):
        total += mass[q] * np.float64(row[items[q]])
    return total


@njit(cache=True, nogil=True, fastmath={"reassoc"})
def _weighted_squares(row: Array, items: Array, mass: Array) -> float:
    total = 0.0
    for q in range(items.shape[0]):
        x = np.float64(row[items[q]])
        total += mass[q] * x * x
    return total


@njit(cache=True, nogil=True)
def cluster_sums(
    block: Array, items: Array, mass: Array, first_item: Array, own: Array, sums: Array
) -> None:
    """Sum the distances of a block's items by the clusters of one partition.

    `reassoc` lets the order of a sum follow the vector width; it is the same whatever the number
    of threads.

    Args:
        block: (b, n) distances of the block's items to all items.
        items: (n,) items sorted by cluster.
        mass: (n,) their weights.
        first_item: (k + 1,) place of each cluster's first item.
        own: (b,) clusters of the block's items.
        sums: (b, k + 1), filled with Σ_j∈c w_j d(i, j), and in the last column with Σ w_j d² over
            the item's own cluster.
    """
    k = first_item.shape[0] - 1
    for i in range(block.shape[0]):
        row = block[i]
        for c in range(k):
            a = first_item[c]
            b = first_item[c + 1]
            sums[i, c] = _weighted_sum(row, items[a:b], mass[a:b])
            if c == own[i]:
                sums[i, k] = _weighted_squares(row, items[a:b], mass[a:b])


@njit(cache=True, nogil=True)
def copy_pairs(d: Array, n: int, items: Array, out: Array) -> None:
    """Copy the distances between some of n items, in their order, condensed, into `out`."""
    at = 0
    for p in range(items.shape[0]):
        for q in range(p + 1, items.shape[0]):
            i, j = min(items[p], items[q]), max(items[p], items[q])
            out[at] = d[pair_index(i, j, n)] if i < j else 0
            at += 1
