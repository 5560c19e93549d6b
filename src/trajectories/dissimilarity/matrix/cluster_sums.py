"""Sums of distances by cluster, and medoids derived from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix import pair_kernels as kernels
from trajectories.dissimilarity.matrix.square_rows import Rows

TIE_TOLERANCE = 1e-11  # relative; sums this close are equal


@dataclass(frozen=True)
class ClusterSums:
    """Sums of one partition.

    Attributes:
        by_cluster: (n, k) Σ_j∈c w_j d(i, j).
        squares: (n,) Σ_j w_j d(i, j)² over the item's own cluster.
    """

    by_cluster: Floats
    squares: Floats


def cluster_sums(rows: Rows, weights: Floats, partitions: Sequence[Ints]) -> list[ClusterSums]:
    """Sum the distances of every item by cluster, for all partitions in one pass."""
    parts = [_Part(labels, weights) for labels in partitions]
    for first, block in rows.blocks():
        _add_block(first, block, parts, rows)
    return [ClusterSums(part.sums[:, :-1], part.sums[:, -1]) for part in parts]


class _Part:
    """One partition, its items sorted by cluster."""

    def __init__(self, labels: Ints, weights: Floats) -> None:
        k = int(labels.max()) + 1
        order = np.argsort(labels, kind="stable")
        self.labels = labels
        self.items = order.astype(np.uint32)
        self.mass = weights[order]
        self.first_item = np.searchsorted(labels[order], np.arange(k + 1))
        self.sums = np.zeros((labels.size, k + 1))


def _add_block(first: int, block: NDArray[np.floating], parts: Sequence[_Part], rows: Rows) -> None:
    here = slice(first, first + len(block))

    def work(part: _Part) -> None:
        kernels.cluster_sums(
            block, part.items, part.mass, part.first_item, part.labels[here], part.sums[here]
        )

    rows.team.each(work, parts)


def medoids_of(labels: Ints, sums: ClusterSums) -> Ints:
    """Return the medoid of each cluster 0…k−1: the item with the least Σ w_j d(i, j) inside it.

    Ties go to the item with the lowest number.
    """
    k = sums.by_cluster.shape[1]
    own = sums.by_cluster[np.arange(labels.size), labels]
    least = np.full(k, np.inf)
    np.minimum.at(least, labels, own)
    nearest = np.flatnonzero(own <= least[labels] * (1 + TIE_TOLERANCE))
    medoids = np.empty(k, np.int64)
    medoids[labels[nearest[::-1]]] = nearest[::-1]  # the first of a cluster is written last
    return medoids
