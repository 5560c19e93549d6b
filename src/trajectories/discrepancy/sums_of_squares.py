"""Sums of squares of weighted dissimilarities: around one centre, and within groups.

The sum of squares of items with weights w is Σ_ij w_i w_j d(i, j) / 2W, W = Σ w: half the mean
dissimilarity times the weight (Studer, Ritschard, Gabadinho & Müller 2011, eq. 2). The centre is
never built: an item's distance to it is its mean dissimilarity less the discrepancy (eq. 5).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import item_count
from trajectories.dissimilarity.matrix.cluster_sums import cluster_sums
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.parallel import Team

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
    with Team() as team:
        (sums,) = cluster_sums(Rows(d, team), weights, [groups])
    own = sums.by_cluster[np.arange(groups.size), groups]
    masses = np.bincount(groups, weights).astype(np.float64)
    squares = np.bincount(groups, weights * own) / (2 * masses)
    to_centre = own / masses[groups] - (squares / masses)[groups]
    return GroupSums(masses, squares.astype(np.float64), to_centre)


def quadratic_forms(d: Distances, columns: Floats) -> Floats:
    """Return z′Dz of each column z of an (n, c) array.

    Only the triangle above the diagonal is multiplied, in blocks of rows.
    """
    n = item_count(d)
    forms = np.zeros(columns.shape[1])
    block = np.zeros((min(BLOCK_ROWS, n), n))
    begin = 0
    for first in range(0, n - 1, BLOCK_ROWS):
        last = min(first + BLOCK_ROWS, n)
        part = block[: last - first, : n - first]
        for i in range(last - first):
            part[i, : i + 1] = 0
            length = n - first - i - 1
            part[i, i + 1 :] = d[begin : begin + length]
            begin += length
        forms += np.einsum("ic,ic->c", columns[first:last], part @ columns[first:])
    return 2 * forms


def divided_squares(d: Distances, masses: Floats, whole: GroupSums) -> Floats:
    """Return the sums of squares of divisions into groups.

    Args:
        d: condensed dissimilarities of n items.
        masses: (n, r, g) weight of each item in each group of r divisions.
        whole: the sums of all items as one group.

    Returns:
        (r, g) float64.
    """
    n, r, g = masses.shape
    columns = 1 if g == 2 else g  # of two groups, the other is what is left
    flat = np.ascontiguousarray(masses[:, :, :columns]).reshape(n, -1)
    forms = quadratic_forms(d, flat).reshape(r, columns)
    if g == 2:
        weight, total = whole.weights[0], whole.squares[0]
        row_sums = weight * whole.to_centre + total  # Σ_j w_j d(i, j)
        rest = 2 * weight * total - 2 * (row_sums @ flat) + forms[:, 0]
        forms = np.stack([forms[:, 0], rest], axis=1)
    return np.asarray(forms / (2 * masses.sum(axis=0)), dtype=np.float64)


def columns_at_once(n: int) -> int:
    """Return how many columns of n numbers `quadratic_forms` should be given at once."""
    return max(1, CHUNK_BYTES // (8 * n))
