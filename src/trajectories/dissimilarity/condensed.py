"""Condensed distance matrices: entries above the diagonal, row-major."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Ints
from trajectories.dissimilarity.condensed_kernels import GROUP, expand_rows
from trajectories.parallel import run

Condensed = npt.NDArray[np.floating[Any]]


def row_offsets(n: int) -> Ints:
    """Return offsets, int64 (n,), such that the distance of i < j is at offsets[i] + j."""
    i = np.arange(n, dtype=np.int64)
    return i * (2 * n - i - 1) // 2 - i - 1


def entries_of(n: int, rows: range) -> int:
    """Return the number of entries in rows of a condensed matrix of n sequences."""
    return len(rows) * (2 * n - rows.start - rows.stop - 1) // 2


def share_of_rows(n: int, part: int, parts: int) -> range:
    """Return the rows of one of several parts with about equal numbers of entries.

    Args:
        n: the number of sequences.
        part: which part, from 1.
        parts: how many parts; some of them may be empty.
    """
    before = np.append(0, np.cumsum(np.arange(n - 1, 0, -1)))
    start, stop = np.searchsorted(before, [before[-1] * k / parts for k in (part - 1, part)])
    return range(int(start), int(stop))


def tiles(n: int, entries: int, rows: range | None = None) -> Iterator[tuple[range, int]]:
    """Split a condensed matrix into tiles of consecutive rows.

    Args:
        n: the number of sequences.
        entries: largest number of entries in a tile, unless a single row has more.
        rows: the rows to cut; all where None.

    Yields:
        The rows of a tile, and its number of entries.
    """
    start, last = (0, n - 1) if rows is None else (rows.start, rows.stop)
    while start < last:
        stop, size = start + 1, n - 1 - start
        while stop < last and size + n - 1 - stop <= entries:
            size += n - 1 - stop
            stop += 1
        yield range(start, stop), size
        start = stop


def expand(d: Condensed, inverse: npt.NDArray[np.integer[Any]], threads: int) -> Condensed:
    """Return the distances between sequences from those between unique sequences.

    Returns:
        Condensed distances (n(n−1)/2,); 0 between equal sequences.
    """
    n = len(inverse)
    place = inverse.astype(np.uint32)
    if np.array_equal(place, np.arange(n)):
        return d
    u = int(place.max()) + 1
    offsets = row_offsets(u)
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(u + 1))
    out = np.empty(n * (n - 1) // 2, d.dtype)
    groups = range(0, u, GROUP)
    run(expand_rows, ((d, offsets, place, order, bounds, g, out) for g in groups), threads)
    return out
