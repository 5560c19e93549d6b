"""Sums of squares of weighted dissimilarities: around one centre, and within groups.

The sum of squares of items with weights w is Σ_ij w_i w_j d(i, j) / 2W, W = Σ w: half the mean
dissimilarity times the weight (Studer, Ritschard, Gabadinho & Müller 2011, eq. 2). The centre is
never built: an item's distance to it is its mean dissimilarity less the discrepancy (eq. 5).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import item_count

BLOCK_ROWS = 256
CHUNK_BYTES = 1 << 26  # columns that are multiplied at once

Distances = NDArray[np.floating]


@dataclass(frozen=True)
class GroupSums:
    """Sums of squares of g groups.

    Attributes:
        weights: (g,) total weight of each group.
        squares: (g,) sum of squares of each group.
        to_centre: (n,) distance of each item to the centre of its group; it can be negative where
            dissimilarities violate the triangle inequality.
    """

    weights: Floats
    squares: Floats
    to_centre: Floats


def group_sums(d: Distances, groups: Ints, weights: Floats) -> GroupSums:
    """Compute the sums of squares of groups 0…g−1 in one pass over condensed `d`."""
    return whole_and_groups(d, groups, weights)[1]


def whole_and_groups(d: Distances, groups: Ints, weights: Floats) -> tuple[GroupSums, GroupSums]:
    """Compute the sums of squares of all items as one group and of groups 0…g−1, in one pass."""
    masses = np.zeros((groups.size, int(groups.max()) + 1))
    masses[np.arange(groups.size), groups] = weights
    sums = _products(d, masses)
    own = sums[np.arange(groups.size), groups]
    one = np.zeros_like(groups)
    return _centred(one, weights, sums.sum(axis=1)), _centred(groups, weights, own)


def _centred(groups: Ints, weights: Floats, own: Floats) -> GroupSums:
    """Return sums of squares from Σ_j w_j d(i, j) over each item's own group."""
    masses = np.bincount(groups, weights).astype(np.float64)
    squares = np.bincount(groups, weights * own) / (2 * masses)
    to_centre = own / masses[groups] - (squares / masses)[groups]
    return GroupSums(masses, squares.astype(np.float64), to_centre)


def _upper_blocks(d: Distances) -> Iterator[tuple[int, Floats]]:
    """Yield blocks of rows of the triangle above the diagonal.

    Yields:
        The block's first item f, and (b, n − f) float64 with the distances to the items from f on,
        0 on the diagonal and below; valid until the next.
    """
    n = item_count(d)
    block = np.zeros((min(BLOCK_ROWS, n), n))
    begin = 0
    for first in range(0, n - 1, BLOCK_ROWS):
        part = block[: min(BLOCK_ROWS, n - first), : n - first]
        for i in range(len(part)):
            part[i, : i + 1] = 0
            length = n - first - i - 1
            part[i, i + 1 :] = d[begin : begin + length]
            begin += length
        yield first, part


def _products(d: Distances, columns: Floats) -> Floats:
    """Return D z of each column z of an (n, c) array."""
    out = np.zeros_like(columns)
    for first, part in _upper_blocks(d):
        rows = slice(first, first + len(part))
        out[rows] += part @ columns[first:]
        out[first:] += part.T @ columns[rows]
    return out


def quadratic_forms(d: Distances, columns: Floats) -> Floats:
    """Return z′Dz of each column z of an (n, c) array.

    Only the triangle above the diagonal is multiplied, in blocks of rows.
    """
    forms = np.zeros(columns.shape[1])
    for first, part in _upper_blocks(d):
        forms += np.einsum("ic,ic->c", columns[first : first + len(part)], part @ columns[first:])
    return 2 * forms


def divided_squares(d: Distances, masses: Floats, whole: GroupSums) -> Floats:
    """Return the sums of squares of divisions into groups.

    The heaviest group is what the others leave, so that its items are multiplied with nothing.

    Args:
        d: condensed dissimilarities of n items.
        masses: (r, g, n) weight of each item in each group of r divisions.
        whole: the sums of all items as one group.

    Returns:
        (r, g) float64.
    """
    r, g, n = masses.shape
    sizes = masses.sum(axis=2)
    rest = int(sizes.sum(axis=0).argmax())
    others = np.delete(np.arange(g), rest)
    flat = masses[:, others].reshape(-1, n)
    upper = np.zeros((r, g - 1, g - 1))  # z′Uz, where D = U + U′
    for first, part in _upper_blocks(d):
        here = flat[:, first : first + len(part)].reshape(r, g - 1, -1)
        upper += here @ (flat[:, first:] @ part.T).reshape(here.shape).swapaxes(1, 2)
    forms = upper + upper.swapaxes(1, 2)
    weight, total = whole.weights[0], whole.squares[0]
    row_sums = weight * whole.to_centre + total  # Σ_j w_j d(i, j)
    crossed = (flat @ row_sums).reshape(r, g - 1).sum(axis=1)
    squares = np.empty((r, g))
    squares[:, others] = np.diagonal(forms, axis1=1, axis2=2)
    squares[:, rest] = 2 * weight * total - 2 * crossed + forms.sum(axis=(1, 2))
    return np.asarray(squares / (2 * sizes), dtype=np.float64)


def columns_at_once(n: int) -> int:
    """Return how many columns of n numbers `quadratic_forms` should be given at once."""
    return max(1, CHUNK_BYTES // (8 * n))
