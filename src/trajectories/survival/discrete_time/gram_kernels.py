"""Compiled loops: sums over the rows of a sparse design, and small symmetric systems.

The systems have as many rows as a model has terms. Solving them here and not through BLAS keeps
results the same whatever the number of threads. Slices are filled by loops: numba takes seconds to
compile an assignment to a slice.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trajectories.arrays import Bools, Floats

SOLVED_AT_ONCE = 64


@njit(cache=True, nogil=True)
def weighted_gram(
    indptr: NDArray[np.int32],
    indices: NDArray[np.int32],
    data: Floats,
    weight: Floats,
    columns: int,
) -> Floats:
    """Xᵀ diag(weight) X of a matrix in compressed rows, summed in the order of the rows.

    Indices are unsigned because numba otherwise asks of each whether it counts from the end, which
    takes nine tenths of the time.
    """
    flat = np.zeros(columns * columns)
    width = np.uint64(columns)
    one = np.uint64(1)
    for row in range(weight.shape[0]):
        start, stop = np.uint64(indptr[row]), np.uint64(indptr[row + 1])
        for i in range(start, stop):
            left = data[np.uint64(i)] * weight[row]
            base = np.uint64(indices[np.uint64(i)]) * width
            for j in range(start, np.uint64(i) + one):
                flat[base + np.uint64(indices[np.uint64(j)])] += left * data[np.uint64(j)]
    gram = flat.reshape(columns, columns)
    for a in range(columns):
        for b in range(a):
            both = gram[a, b] + gram[b, a]
            gram[a, b] = both
            gram[b, a] = both
    return gram


@njit(cache=True, nogil=True)
def cholesky(matrix: Floats, tolerance: float) -> tuple[Floats, Bools]:
    """The lower factor of a symmetric matrix, without the rows that depend on those before.

    A row whose pivot falls to `tolerance` times its diagonal, or below, is left out: its row and
    column of the factor are zero, and it is not kept.
    """
    size = matrix.shape[0]
    factor = np.zeros((size, size))
    kept = np.zeros(size, dtype=np.bool_)
    for i in range(size):
        pivot = matrix[i, i]
        for j in range(i):
            if kept[j]:
                total = matrix[i, j]
                for m in range(j):
                    total -= factor[i, m] * factor[j, m]
                factor[i, j] = total / factor[j, j]
                pivot -= factor[i, j] ** 2
        if pivot > tolerance * matrix[i, i]:
            factor[i, i] = np.sqrt(pivot)
            kept[i] = True
        else:
            for j in range(i):
                factor[i, j] = 0.0
    return factor, kept


@njit(cache=True, nogil=True)
def cholesky_solve(factor: Floats, right: Floats) -> Floats:
    """Solve L Lᵀ x = b for each column of `right`; every row of the factor is kept.

    Some columns at a time, row by row: the rows of a block lie in the cache, and every number is
    made by the same steps as if its column were solved alone.
    """
    size, columns = right.shape
    result = np.empty((size, columns))
    for first in range(0, columns, SOLVED_AT_ONCE):
        last = min(first + SOLVED_AT_ONCE, columns)
        part = np.empty((size, last - first))
        for i in range(size):
            for column in range(last - first):
                part[i, column] = right[i, first + column]
        for i in range(size):
            for m in range(i):
                for column in range(last - first):
                    part[i, column] -= factor[i, m] * part[m, column]
            for column in range(last - first):
                part[i, column] /= factor[i, i]
        for i in range(size - 1, -1, -1):
            for m in range(i + 1, size):
                for column in range(last - first):
                    part[i, column] -= factor[m, i] * part[m, column]
            for column in range(last - first):
                part[i, column] /= factor[i, i]
        for i in range(size):
            for column in range(last - first):
                result[i, first + column] = part[i, column]
    return result
