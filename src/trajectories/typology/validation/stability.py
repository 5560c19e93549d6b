"""How stable clusters are when the persons are drawn anew (Hennig 2007)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_labels,
    item_count,
)
from trajectories.notebook.described import described
from trajectories.parallel import Team
from trajectories.typology.sampled_medoids.stability import adjusted_rand, cross_table
from trajectories.typology.trees.linkage_tree import WardMethod, WardStart
from trajectories.typology.validation.bootstrap_quality import Among
from trajectories.typology.validation.persons import Persons
from trajectories.typology.validation.procedure import Procedure

STABLE = 0.75
"""Median Jaccard from which a cluster counts as stable (Hennig 2007)."""


@described(
    lambda x: f"{x.replicates:,} replicates of {x.persons:,} persons",
    "table",
    "agreement",
)
@dataclass(frozen=True)
class Stability:
    """Stability of clusters over bootstrap replicates.

    Attributes:
        table: k, cluster (the label), jaccard_median, share_below (of replicates below the
            threshold).
        agreement: k, ari_mean, ari_median: adjusted Rand index of replicates with the partition.
        certainty: float64 (u,) by k: the share of replicates that draw an item in which it stays
            in its cluster's best match; NaN where none draws it.
        jaccard: float64 (replicates, k) by k.
        replicates: number of replicates.
        persons: number of persons with weight.
        draws: persons drawn for each replicate.
    """

    table: pl.DataFrame
    agreement: pl.DataFrame
    certainty: dict[int, Floats]
    jaccard: dict[int, Floats]
    replicates: int
    persons: int
    draws: int


def stability(
    d: ArrayLike,
    partitions: Mapping[int, ArrayLike],
    weights: ArrayLike | None = None,
    *,
    item: ArrayLike | None = None,
    person: ArrayLike | None = None,
    method: Literal["pam", "ward"] = "pam",
    starts: int = 0,
    ward_method: WardMethod = "ward.D2",
    ward_start: WardStart = "replicates",
    draws: int | None = None,
    replicates: int = 100,
    threshold: float = STABLE,
    seed: int = 0,
    threads: int | None = None,
) -> Stability:
    """Cluster bootstrap samples of persons in the same way and compare the clusters.

    For each replicate and cluster, the Jaccard index |A ∩ B| / |A ∪ B| with the most similar new
    cluster is computed among the persons drawn, who count as often as they were drawn. A cluster
    whose median is at least 0.75 is stable; below 0.6 it should not be trusted (Hennig 2007).

    R equivalent: `fpc::clusterboot`, which drops repeated draws by default.

    Args:
        d: condensed distances of u items.
        partitions: (u,) labels by number of clusters.
        weights: (n,) weights of the cases.
        item: (n,) item of each case, 0…u−1; by default case i is item i.
        person: (n,) person of each case; by default each case has its own.
        method: `pam` from BUILD's and Ward's clusters, or `ward`: what made the partitions.
        starts: random starts of `pam` for each k.
        ward_method: Ward's criterion.
        ward_start: how weights enter Ward's tree.
        draws: persons drawn for each replicate; all by default. Fewer vary more, so that clusters
            look less stable than they are.
        replicates: number of replicates.
        threshold: the Jaccard index of `share_below`.
        seed: seed of the draws and of random starts.
        threads: number of threads; they do not change the result.

    Raises:
        ValueError: malformed arguments.

    Examples:
        >>> from trajectories.typology import stability
        >>> d = [1.0, 4.0, 5.0, 5.0, 6.0, 1.0]
        >>> stability(d, {2: [0, 0, 1, 1]}, replicates=20)
        Stability: 20 replicates of 4 persons

    See Also:
        `bootstrap_quality`.
    """
    distances = checked_distances(d)
    n = item_count(distances)
    names, labels = {}, {}
    for k, own in sorted(partitions.items()):
        names[k], inverse = np.unique(checked_labels(own, n), return_inverse=True)
        labels[k] = inverse.astype(np.int64).ravel()
    procedure = Procedure(tuple(labels), method, starts, seed, ward_method, ward_start)
    found = stability_of(
        by_distances(lambda items: among(distances, items), procedure),
        labels,
        Persons.of(n, weights, item, person),
        draws=draws,
        replicates=replicates,
        threshold=threshold,
        seed=seed,
        threads=threads,
    )
    named = np.concatenate([names[k] for k in labels])
    return Stability(
        found.table.with_columns(cluster=pl.Series(named)),
        found.agreement,
        found.certainty,
        found.jaccard,
        found.replicates,
        found.persons,
        found.draws,
    )


Anew = Callable[[Ints, Floats], Mapping[int, Ints]]
"""Clusters given items of given weights anew; labels by number of clusters."""


def by_distances(distances: Among, procedure: Procedure) -> Anew:
    """Return what clusters items by the distances between them."""
    return lambda items, masses: procedure.labels(distances(items), masses)


def stability_of(
    anew: Anew,
    labels: Mapping[int, Ints],
    cases: Persons,
    *,
    draws: int | None = None,
    replicates: int = 100,
    threshold: float = STABLE,
    seed: int = 0,
    threads: int | None = None,
) -> Stability:
    """Run `stability` with any way of clustering.

    Args:
        anew: how drawn items are clustered, for the numbers of clusters of `labels`.
        labels: labels 0…k−1 by number of clusters.
        cases: the cases.
        draws: persons drawn for each replicate.
        replicates: number of replicates.
        threshold: the Jaccard index of `share_below`.
        seed: seed of the draws.
        threads: number of threads.
    """
    size = cases.count if draws is None else draws
    if replicates < 1 or size < 2:
        raise ValueError("stability needs a replicate, and two draws in each")
    jaccard = {k: np.zeros((replicates, int(own.max()) + 1)) for k, own in labels.items()}
    rand = {k: np.full(replicates, np.nan) for k in labels}
    drawn: list[Ints] = [np.empty(0, np.int64)] * replicates
    stays = [{k: np.empty(0, np.bool_) for k in labels} for _ in range(replicates)]

    def work(number: int) -> None:
        weights = cases.draw(np.random.default_rng([seed, 3, number]), size)
        items = np.flatnonzero(weights)
        masses = weights[items]
        drawn[number] = items
        fresh_labels = anew(items, masses)
        for k, own in labels.items():
            here = own[items]
            fresh = fresh_labels.get(k, np.zeros(items.size, np.int64))
            table = cross_table(here, fresh, masses)
            either = table.sum(axis=1)[:, np.newaxis] + table.sum(axis=0) - table
            index = table / either
            best = index.argmax(axis=1)
            jaccard[k][number, : len(index)] = index.max(axis=1)
            rand[k][number] = adjusted_rand(table)
            stays[number][k] = fresh == best[here]

    with Team(threads) as team:
        team.each(work, range(replicates), "bootstraps of the clusters")
    every = np.concatenate(drawn)
    times = np.bincount(every, minlength=cases.items)
    certainty = {}
    for k in labels:
        kept = np.bincount(every, np.concatenate([one[k] for one in stays]), cases.items)
        certainty[k] = np.divide(kept, times, out=np.full(cases.items, np.nan), where=times > 0)
    return Stability(
        table=pl.concat([_rows(k, jaccard[k], threshold) for k in labels]),
        agreement=pl.DataFrame(
            {
                "k": list(labels),
                "ari_mean": [float(rand[k].mean()) for k in labels],
                "ari_median": [float(np.median(rand[k])) for k in labels],
            }
        ),
        certainty=certainty,
        jaccard=jaccard,
        replicates=replicates,
        persons=cases.count,
        draws=size,
    )


def _rows(k: int, jaccard: Floats, threshold: float) -> pl.DataFrame:
    clusters = jaccard.shape[1]
    return pl.DataFrame(
        {
            "k": np.full(clusters, k, np.int64),
            "cluster": np.arange(clusters, dtype=np.int64),
            "jaccard_median": np.median(jaccard, axis=0),
            "share_below": (jaccard < threshold).mean(axis=0),
        }
    )
