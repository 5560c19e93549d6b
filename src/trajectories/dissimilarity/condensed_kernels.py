"""Compiled kernels on condensed distance matrices."""

from typing import Any

import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def expand_rows(d: Array, offsets: Array, inverse: Array, out: Array) -> None:
    """Write the distance of each pair of sequences, given those of unique sequences."""
    n = len(inverse)
    place = 0
    for i in range(n):
        a = inverse[i]
        for j in range(i + 1, n):
            b = inverse[j]
            if a < b:
                out[place] = d[offsets[a] + b]
            elif b < a:
                out[place] = d[offsets[b] + a]
            else:
                out[place] = 0
            place += 1
