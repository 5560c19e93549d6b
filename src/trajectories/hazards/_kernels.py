"""Compiled loops over the rows of a sparse design."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def weighted_gram(
    indptr: NDArray[np.int32],
    indices: NDArray[np.int32],
    data: NDArray[np.float64],
    weight: NDArray[np.float64],
    columns: int,
) -> NDArray[np.float64]:
    """Xᵀ diag(weight) X of a matrix in compressed rows, summed in the order of the rows."""
    gram = np.zeros((columns, columns))
    for row in range(weight.shape[0]):
        start, stop = indptr[row], indptr[row + 1]
        for i in range(start, stop):
            left = data[i] * weight[row]
            for j in range(start, i + 1):
                gram[indices[i], indices[j]] += left * data[j]
    for a in range(columns):
        for b in range(a):
            both = gram[a, b] + gram[b, a]
            gram[a, b] = both
            gram[b, a] = both
    return gram
