"""Silhouettes: how much nearer each item is to its own cluster than to the next."""

import numpy as np
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import (
    checked_distances,
    checked_labels,
    checked_weights,
    item_count,
)
from trajectories.dissimilarity.matrix.cluster_sums import cluster_sums
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.parallel import Team


def silhouette(
    d: ArrayLike,
    labels: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    weighted: bool = False,
) -> Floats:
    """Compute each item's silhouette (Rousseeuw 1987; with weights Studer 2013).

    (b − a) / max(a, b), where a is the weighted mean distance to the own cluster and b the least
    one to another. Their weighted mean is the index ASW of `quality`, or ASWw where `weighted`.

    Args:
        d: condensed distances, n(n−1)/2, row-major.
        labels: (n,) integers or text.
        weights: (n,) non-negative weights; ones by default. An item of weight 0 has a silhouette
            and changes nobody else's; a cluster of nothing but such items is none.
        weighted: whether the own cluster counts with its weight W (R's "ASWw") or, as for cases
            that are counted, with W − 1 (R's "ASW").

    Returns:
        float64 (n,): an item alone in its cluster has 1, one with no distance to either cluster 0.
        NaN in a cluster without weight and, unless `weighted`, in one of a weight below 1.

    Raises:
        ValueError: malformed distances, labels or weights, or a single cluster with weight.

    R equivalent: `WeightedCluster::wcSilhouetteObs`.

    Examples:
        >>> from trajectories.typology import silhouette
        >>> silhouette([1.0, 4.0, 5.0], [0, 0, 1]).tolist()
        [0.75, 0.8, 1.0]

    See Also:
        `quality`, `trajectories.plot.silhouettes`.
    """
    distances = checked_distances(d)
    n = item_count(distances)
    masses = checked_weights(weights, n)
    _, positions = np.unique(checked_labels(labels, n), return_inverse=True)
    places = np.asarray(positions, dtype=np.int64)
    sizes = np.bincount(places, weights=masses).astype(np.float64)
    if (sizes > 0).sum() < 2:
        raise ValueError("a silhouette needs at least two clusters with weight")
    with Team() as team:
        sums = cluster_sums(Rows(distances, team), masses, [places])[0].by_cluster
    return silhouettes_of_sums(sums, places, sizes, weighted=weighted)


def silhouettes_of_sums(sums: Floats, labels: Ints, sizes: Floats, *, weighted: bool) -> Floats:
    """Compute silhouettes from each item's distances to the clusters.

    Args:
        sums: (n, k) weighted sum of distances to each cluster.
        labels: (n,) own clusters.
        sizes: (k,) weights of the clusters; those without weight are nobody's next cluster.
        weighted: as in `silhouette`.
    """
    items = np.arange(labels.size)
    own, size = sums[items, labels], sizes[labels]
    means = np.full_like(sums, np.inf)
    np.divide(sums, sizes, out=means, where=sizes > 0)
    means[items, labels] = np.inf
    nearest = means.min(axis=1)
    divisor = size if weighted else size - 1
    inside = np.zeros_like(own)  # an item alone has no distance to others
    np.divide(own, divisor, out=inside, where=(own > 0) & (divisor != 0))
    larger = np.maximum(inside, nearest)
    found = np.zeros_like(own)
    np.divide(nearest - inside, larger, out=found, where=larger > 0)
    undefined = size <= 0
    if not weighted:
        undefined |= (size < 1) | ((own > 0) & (size == 1))
    found[undefined] = np.nan
    return found
