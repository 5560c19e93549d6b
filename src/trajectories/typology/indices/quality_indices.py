"""Indices of cluster quality, as defined by R's WeightedCluster."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_labels,
    checked_weights,
    item_count,
)
from trajectories.dissimilarity.matrix.cluster_sums import ClusterSums, cluster_sums
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.parallel import Team
from trajectories.typology.indices.concordance import order_sums
from trajectories.typology.indices.silhouettes import silhouettes_of_sums

INDICES = ("PBC", "HG", "HGSD", "ASW", "ASWw", "CH", "R2", "CHsq", "R2sq", "HC")


def quality(d: ArrayLike, labels: ArrayLike, weights: ArrayLike | None = None) -> dict[str, float]:
    """Compute ten indices of the quality of a partition.

    Definitions and results as WeightedCluster's `wcClusterQuality` (Studer 2013):

    - PBC: correlation of the distance with being in different clusters, over pairs;
    - HG: Hubert's gamma, (concordant − discordant) / (concordant + discordant) pairs of a pair
      within and a pair between clusters; equal distances are exactly equal numbers;
    - HGSD: the same with half the tied ones in the denominator (Somers' D in R's version);
    - ASW, ASWw: mean silhouette, where an item's own cluster of weight W counts W − 1 or W;
    - R2, CH: share of the discrepancy between clusters and its pseudo-F (Calinski–Harabasz), on
      distances; R2sq, CHsq on squared distances;
    - HC: Hubert's C, (S − S_min) / (S_max − S_min) of the distances within clusters.

    PBC, HG, HGSD and HC count each item's zero distance to itself. ASW of a single item in its
    cluster is 1; ASW is NaN if a cluster has a weight below 1. Integer weights equal replicated
    items, and items of weight 0 are ignored. ASW, CH and CHsq treat weights as numbers of cases:
    rescale other weights to a mean of 1 first. CH and CHsq are NaN if the total weight is less than
    the number of clusters.

    Args:
        d: condensed distances, n(n−1)/2, row-major.
        labels: (n,) integers or text.
        weights: (n,) non-negative weights; ones by default.

    Returns:
        The indices with R's names, in R's order.

    Raises:
        ValueError: malformed distances, labels or weights, or a single cluster.

    Examples:
        >>> from trajectories.typology import quality
        >>> round(quality([1.0, 4.0, 5.0], [0, 0, 1])["ASW"], 3)
        0.85

    See Also:
        `silhouette`, `null_quality`, `bootstrap_quality`, `trajectories.plot.quality_by_k`.

    R equivalent: `WeightedCluster::wcClusterQuality`.
    """
    return quality_range(d, [labels], weights)[0]


def quality_range(
    d: ArrayLike, partitions: Sequence[ArrayLike], weights: ArrayLike | None = None
) -> list[dict[str, float]]:
    """Compute `quality` of several partitions of the same items; the distances are sorted once.

    Each partition is computed by one thread, so the result does not depend on the number of
    threads.
    """
    distances = checked_distances(d)
    n = item_count(distances)
    masses = checked_weights(weights, n)
    counted = np.flatnonzero(masses)
    if counted.size < n:
        distances, masses = among(distances, counted), masses[counted]
    labels = [_positions(checked_labels(partition, n)[counted]) for partition in partitions]
    with Team() as team:
        return quality_of_rows(Rows(distances, team), labels, masses)


def quality_of_rows(rows: Rows, labels: Sequence[Ints], masses: Floats) -> list[dict[str, float]]:
    """Compute `quality` of several partitions, labels 0…k−1 with at least two clusters each."""
    cluster_weights = [np.bincount(own, weights=masses).astype(np.float64) for own in labels]
    within_pairs = np.array([np.square(sizes).sum() / 2 for sizes in cluster_weights])
    order = order_sums(rows.d, np.stack(labels), masses, within_pairs, rows.team)
    sums = cluster_sums(rows, masses, labels)
    return [
        _indices(labels[p], masses, cluster_weights[p], sums[p], order.total_squares, order.of[p])
        for p in range(len(labels))
    ]


def _positions(labels: NDArray[np.generic]) -> Ints:
    """Return labels as 0…k−1 in their sorted order."""
    values, positions = np.unique(labels, return_inverse=True)
    if values.size < 2:
        raise ValueError("the quality of a single cluster is not defined")
    return np.asarray(positions, dtype=np.int64)


def _indices(
    labels: Ints,
    masses: Floats,
    cluster_weights: Floats,
    sums: ClusterSums,
    total_squares: float,
    order: Floats,
) -> dict[str, float]:
    """Compute the indices of one partition from its sums."""
    weight, k = float(masses.sum()), cluster_weights.size
    own = sums.by_cluster[np.arange(labels.size), labels]
    total_sum = float(masses @ sums.by_cluster.sum(axis=1)) / 2
    within_sum = float(masses @ own) / 2
    between_sum = total_sum - within_sum
    pairs = weight * weight / 2
    within_pairs = float(np.square(cluster_weights).sum()) / 2
    between_pairs = pairs - within_pairs
    spread = math.sqrt(max(0.0, total_squares / pairs - (total_sum / pairs) ** 2))
    concordant, tied, smallest, largest = map(float, order)
    discordant = within_pairs * between_pairs - concordant - tied
    lead = concordant - discordant
    discrepancies = float(np.sum(masses * own / cluster_weights[labels])) / 2
    squared = float(np.sum(masses * sums.squares / cluster_weights[labels])) / 2
    unweighted, inclusive = (
        float(masses @ silhouettes_of_sums(sums.by_cluster, labels, cluster_weights, weighted=kind))
        for kind in (False, True)
    )
    return {
        "PBC": _ratio(
            (between_sum / between_pairs - within_sum / within_pairs)
            * math.sqrt(within_pairs * between_pairs),
            pairs * spread,
        ),
        "HG": _ratio(lead, concordant + discordant),
        "HGSD": _ratio(lead, concordant + discordant + tied / 2),
        "ASW": unweighted / weight,
        "ASWw": inclusive / weight,
        "CH": _pseudo_f(discrepancies, total_sum / weight, weight, k),
        "R2": _ratio(total_sum / weight - discrepancies, total_sum / weight),
        "CHsq": _pseudo_f(squared, total_squares / weight, weight, k),
        "R2sq": _ratio(total_squares / weight - squared, total_squares / weight),
        "HC": _ratio(within_sum - smallest, largest - smallest),
    }


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else math.nan


def _pseudo_f(within: float, total: float, weight: float, k: int) -> float:
    if weight < k:
        return math.nan
    return _ratio((total - within) * (weight - k), (k - 1) * within)
