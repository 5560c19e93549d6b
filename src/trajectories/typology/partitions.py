"""Computing the partitions of all methods and numbers of clusters, and their quality."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import among, item_count
from trajectories.dissimilarity.matrix.cluster_sums import cluster_sums, medoids_of
from trajectories.dissimilarity.matrix.square_rows import BLOCK_ROWS, KEPT_BYTES, Rows
from trajectories.parallel import Team
from trajectories.typology.indices.concordance import SEGMENT_PAIRS
from trajectories.typology.indices.quality_indices import quality_of_rows
from trajectories.typology.medoids.partition_around_medoids import REMOVALS, pam_range, with_idle
from trajectories.typology.trees.linkage_tree import WardMethod, WardStart, cut, ward

GIB = 2**30
SORT_BYTES = 64  # per sorted pair, with all copies
STATE_BYTES = 32  # per item of a start, without the distances of its medoids


@dataclass(frozen=True)
class Partitions:
    """Partitions of the same items, by method and number of clusters.

    Attributes:
        labels: (u,) labels 0…k−1 by (method, k).
        medoids: (k,) items by (method, k).
        quality: the ten indices by (method, k).
        smallest_share: the smallest cluster's share of the weight, by (method, k).
    """

    labels: dict[tuple[str, int], Ints]
    medoids: dict[tuple[str, int], Ints]
    quality: dict[tuple[str, int], dict[str, float]]
    smallest_share: dict[tuple[str, int], float]


def build(
    d: NDArray[np.floating],
    weights: Floats,
    *,
    methods: Sequence[str],
    ks: Sequence[int],
    starts: int,
    seed: int,
    ward_method: WardMethod = "ward.D2",
    ward_start: WardStart = "replicates",
    with_quality: bool = True,
    threads: int | None = None,
) -> Partitions:
    """Compute the partitions of every method and number of clusters.

    Args:
        d: condensed distances between unique sequences.
        weights: (u,) their weights, numbers of cases. Sequences of weight 0 are ignored and then
            assigned to the nearest medoid.
        methods: `pam`, `ward` or both; with both, Ward's clusters are also starts of `pam`.
        ks: numbers of clusters.
        starts: random starts of `pam` for each k.
        seed: seed of the random starts.
        ward_method: see `ward`.
        ward_start: see `ward`.
        with_quality: whether to compute the indices.
        threads: number of threads; the processor's by default.
    """
    counted = np.flatnonzero(weights)
    if counted.size < weights.size:
        inner = build(
            among(d, counted),
            weights[counted],
            methods=methods,
            ks=ks,
            starts=starts,
            seed=seed,
            ward_method=ward_method,
            ward_start=ward_start,
            with_quality=with_quality,
            threads=threads,
        )
        at = {key: counted[own] for key, own in inner.medoids.items()}
        labels = {key: with_idle(d, counted, own, at[key]) for key, own in inner.labels.items()}
        return replace(inner, labels=labels, medoids=at)
    labels = {}
    medoids: dict[tuple[str, int], Ints] = {}
    tree = ward(d, weights, method=ward_method, start=ward_start) if "ward" in methods else None
    with Team(threads) as team:
        rows = Rows(d, team)
        if tree is not None:
            clusters = [cut(tree, k) for k in ks]
            for k, own, sums in zip(
                ks, clusters, cluster_sums(rows, weights, clusters), strict=True
            ):
                labels["ward", k] = own
                medoids["ward", k] = medoids_of(own, sums)
        if "pam" in methods:
            given = {k: [medoids["ward", k]] for k in ks if ("ward", k) in medoids}
            found = pam_range(rows, ks, weights, seed=seed, starts=starts, given=given)
            for k in ks:
                labels["pam", k] = found[k].labels
                medoids["pam", k] = found[k].medoids
        keys = [(method, k) for method in methods for k in ks]
        indices = []
        if with_quality:
            indices = quality_of_rows(rows, [labels[key] for key in keys], weights)
    return Partitions(
        labels={key: labels[key] for key in keys},
        medoids={key: medoids[key] for key in keys},
        quality=dict(zip(keys, indices, strict=False)),
        smallest_share={
            key: float(np.bincount(labels[key], weights=weights).min() / weights.sum())
            for key in keys
        },
    )


def memory(
    d: NDArray[np.floating], *, methods: Sequence[str], ks: Sequence[int], starts: int
) -> float:
    """Estimate the working memory of `build` without the distances, in GiB."""
    n = item_count(d)
    tree = d.size * d.itemsize if "ward" in methods else 0
    runs = max(starts + 2, REMOVALS + 1) * len(ks)
    square = n * n * d.itemsize
    state = runs * n * (max(ks) * d.itemsize + STATE_BYTES)
    state += square if square <= KEPT_BYTES else BLOCK_ROWS * n * d.itemsize
    sums = len(methods) * len(ks) * n * max(ks) * 8
    with Team() as team:
        indices = min(d.size, 2 * SEGMENT_PAIRS * team.size) * SORT_BYTES + sums
    return max(tree, state if "pam" in methods else 0, indices) / GIB
