"""Partitioning around medoids for weighted items, with many starts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_k,
    checked_weights,
    item_count,
    rows_of,
)
from trajectories.dissimilarity.matrix.cluster_sums import TIE_TOLERANCE, cluster_sums, medoids_of
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.notebook.described import described
from trajectories.parallel import Team
from trajectories.typology.medoids.fasterpam import best_additions, build_medoids, removals, swap
from trajectories.typology.trees.linkage_tree import cut, ward

NEIGHBOUR_ROUNDS = 3
REMOVALS = 3  # ways to take a medoid away that are tried


@described(
    lambda x: f"{len(x.labels):,} items in {len(x.medoids)} clusters, loss {x.loss:,.6g}",
)
@dataclass(frozen=True)
class Partition:
    """A partition around medoids.

    Attributes:
        labels: (n,) int64, position of each item's medoid in `medoids`.
        medoids: (k,) int64, item numbers in ascending order.
        loss: Σ w_i d(i, its medoid).
    """

    labels: Ints
    medoids: Ints
    loss: float


def pam(
    d: ArrayLike, k: int, weights: ArrayLike | None = None, *, seed: int = 0, starts: int = 20
) -> Partition:
    """Find k medoids that minimise the weighted sum of distances to the nearest medoid.

    Eager swaps of FasterPAM (Schubert & Rousseeuw 2021) with weights, from the greedy BUILD
    start, from the medoids of Ward's clusters and from random starts; then from the best medoids
    of k − 1 and k + 1 with one added or removed, which escapes local optima of the other starts.
    The lowest loss is kept, at equal losses the medoids with the lowest numbers. The result
    depends on the order of the items only if several partitions have the same loss.

    Args:
        d: condensed distances, n(n−1)/2, row-major.
        k: number of clusters, 1…n.
        weights: (n,) non-negative weights; ones by default. Items of weight 0 cannot be medoids
            and are assigned to the nearest one.
        seed: seed of the random starts.
        starts: number of random starts.

    Raises:
        ValueError: malformed distances or weights, or `k` not between 1 and the number of items
            with positive weight.

    Examples:
        >>> from trajectories.typology import pam
        >>> pam([1.0, 4.0, 5.0], 2).labels.tolist()
        [0, 0, 1]

    See Also:
        `clara` for many sequences, `quality`, `stability`.

    R equivalent: `WeightedCluster::wcKMedoids`.
    """
    distances = checked_distances(d)
    masses = checked_weights(weights, item_count(distances))
    counted = np.flatnonzero(masses)
    k = checked_k(k, counted.size)
    if counted.size < masses.size:
        found = pam(among(distances, counted), k, masses[counted], seed=seed, starts=starts)
        medoids = counted[found.medoids]
        return Partition(with_idle(distances, counted, found.labels, medoids), medoids, found.loss)
    ks = [near for near in (k - 1, k, k + 1) if 1 <= near <= masses.size]
    tree = ward(distances, masses, start="replicates")
    clusters = [cut(tree, near) for near in ks]
    with Team() as team:
        rows = Rows(distances, team)
        sums = cluster_sums(rows, masses, clusters)
        given = {
            near: [medoids_of(labels, own)]
            for near, labels, own in zip(ks, clusters, sums, strict=True)
        }
        return pam_range(rows, ks, masses, seed=seed, starts=starts, given=given)[k]


def pam_range(
    rows: Rows,
    ks: Sequence[int],
    weights: Floats,
    *,
    seed: int,
    starts: int,
    given: Mapping[int, Sequence[Ints]],
) -> dict[int, Partition]:
    """Run `pam` for several k, with all starts in the same passes over the distances.

    Args:
        rows: the distances.
        ks: numbers of clusters.
        weights: (n,) weights.
        seed: seed of the random starts; those of one k do not depend on the others.
        starts: number of random starts for each k.
        given: further starting medoids for each k, such as those of Ward's clusters.
    """
    best: dict[int, _Best] = {}
    built = build_medoids(rows, max(ks), weights)
    initial: list[Ints] = []
    for k in ks:
        initial += [built[:k], *given.get(k, ())]
        initial += [_random_start(rows.d, k, weights, seed, start) for start in range(starts)]
    better = _keep_best(best, *swap(rows, weights, initial))
    for _ in range(NEIGHBOUR_ROUNDS):
        initial = list(_neighbours(best, better, rows, weights))
        if not initial:
            break
        better = _keep_best(best, *swap(rows, weights, initial))
    return _partitions(rows, weights, best, ks)


@dataclass(frozen=True)
class _Best:
    loss: float
    medoids: Ints


def _keep_best(best: dict[int, _Best], medoids: Sequence[Ints], losses: Floats) -> set[int]:
    """Keep the lowest loss of each k in `best`; return the k whose loss fell."""
    better = set()
    for items, loss in zip(medoids, losses, strict=True):
        found = _Best(float(loss), items)
        leader = best.get(items.size)
        if leader is None or loss < leader.loss * (1 - TIE_TOLERANCE):
            better.add(items.size)
            best[items.size] = found
        elif loss <= leader.loss * (1 + TIE_TOLERANCE) and tuple(items) < tuple(leader.medoids):
            best[items.size] = found
    return better


def _neighbours(
    best: Mapping[int, _Best], better: set[int], rows: Rows, weights: Floats
) -> Iterator[Ints]:
    """Yield starts from the best medoids of adjacent k, for each k in `better`.

    One medoid is removed in the cheapest ways, or the one that reduces the loss most is added.
    """
    for k in sorted(better):
        if k - 1 in best:
            medoids = best[k].medoids
            cheapest = np.argsort(removals(rows.d, medoids, weights), kind="stable")[:REMOVALS]
            yield from (np.delete(medoids, out) for out in cheapest)
    sets = [best[k].medoids for k in sorted(better) if k + 1 in best]
    if sets:
        for medoids, item in zip(sets, best_additions(rows, sets, weights), strict=True):
            yield np.append(medoids, item)


def _partitions(
    rows: Rows, weights: Floats, best: Mapping[int, _Best], ks: Sequence[int]
) -> dict[int, Partition]:
    """Assign items to medoids; at equal losses, use the medoids with the lowest numbers."""
    found = {k: _assigned(rows.d, weights, best[k].medoids) for k in ks}
    open_ks = list(ks)
    for _ in range(NEIGHBOUR_ROUNDS):
        labels = [found[k].labels for k in open_ks]
        sums = cluster_sums(rows, weights, labels)
        still_open = []
        for k, own, own_sums in zip(open_ks, labels, sums, strict=True):
            twin = _assigned(rows.d, weights, np.sort(medoids_of(own, own_sums)))
            same_loss = twin.loss <= found[k].loss * (1 + TIE_TOLERANCE)
            if same_loss and tuple(twin.medoids) < tuple(found[k].medoids):
                found[k] = twin
                still_open.append(k)
        open_ks = still_open
        if not open_ks:
            break
    return found


def _assigned(d: NDArray[np.floating], weights: Floats, medoids: Ints) -> Partition:
    rows = rows_of(d, medoids)
    labels = rows.argmin(axis=0)
    labels[medoids] = np.arange(medoids.size)  # a twin at distance 0 must not take a medoid away
    nearest = rows[labels, np.arange(weights.size)].astype(np.float64)
    return Partition(labels.astype(np.int64), medoids, float(weights @ nearest))


def with_idle(d: NDArray[np.floating], counted: Ints, labels: Ints, medoids: Ints) -> Ints:
    """Extend labels of items with weight to all items by the nearest medoid.

    Args:
        d: condensed distances of all n items.
        counted: (m,) the items with weight.
        labels: (m,) their labels, positions in `medoids`.
        medoids: (k,) items.

    Returns:
        (n,) labels.
    """
    every = np.asarray(rows_of(d, medoids).argmin(axis=0), dtype=np.int64)
    every[counted] = labels
    return every


def _random_start(d: NDArray[np.floating], k: int, weights: Floats, seed: int, start: int) -> Ints:
    """Draw k items with probabilities that increase with the distance from those drawn before."""
    stream = np.random.default_rng([seed, k, start])
    chosen = [int(stream.choice(weights.size, p=weights / weights.sum()))]
    nearest = rows_of(d, chosen)[0].astype(np.float64)
    while len(chosen) < k:
        chance = weights * nearest
        chance[chosen] = 0
        if not chance.any():  # all others are twins of those drawn
            chance = weights.copy()
            chance[chosen] = 0
        item = int(stream.choice(weights.size, p=chance / chance.sum()))
        chosen.append(item)
        nearest = np.minimum(nearest, rows_of(d, [item])[0])
    return np.array(chosen)
