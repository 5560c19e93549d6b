"""Condensed distance matrices: the entries above the diagonal, row by row."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity.condensed_kernels import expand_rows

Condensed = npt.NDArray[np.floating[Any]]


def row_offsets(n: int) -> npt.NDArray[np.int64]:
    """Return the offsets by which the distance of i < j stands at offsets[i] + j, int64 (n,)."""
    i = np.arange(n, dtype=np.int64)
    return i * (2 * n - i - 1) // 2 - i - 1


def tiles(n: int, entries: int) -> Iterator[tuple[range, int]]:
    """Cut a condensed matrix into runs of rows.

    Args:
        n: the number of sequences.
        entries: the most entries of a tile, unless one row alone has more.

    Yields:
        The rows of a tile, and its number of entries.
    """
    start = 0
    while start < n - 1:
        stop, size = start + 1, n - 1 - start
        while stop < n - 1 and size + n - 1 - stop <= entries:
            size += n - 1 - stop
            stop += 1
        yield range(start, stop), size
        start = stop


def expand(d: Condensed, inverse: npt.NDArray[np.uint32]) -> Condensed:
    """Return the distances between sequences from those between unique sequences.

    Args:
        d: condensed distances between u unique sequences.
        inverse: the unique sequence of each of the n sequences.

    Returns:
        Condensed distances (n(n−1)/2,); 0 between equal sequences.
    """
    n = len(inverse)
    count = int(inverse.max(initial=0)) + 1
    if n == count and np.array_equal(inverse, np.arange(n)):
        return d
    out = np.empty(n * (n - 1) // 2, d.dtype)
    expand_rows(d, row_offsets(count), inverse.astype(np.int64), out)
    return out
