"""How sure the quality of a partition is: indices over bootstrap replicates."""

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_labels,
    item_count,
)
from trajectories.notebook.described import described
from trajectories.parallel import Team
from trajectories.typology.indices.quality_indices import INDICES
from trajectories.typology.validation.persons import Persons
from trajectories.typology.validation.procedure import index_values, pseudo_f_scale

Scheme = Literal["persons", "subsample"]
Among = Callable[[Ints], NDArray[np.floating]]


@described(
    lambda x: f"{x.replicates:,} replicates by {x.scheme}, {x.persons:,} persons",
    "table",
)
@dataclass(frozen=True)
class BootstrapQuality:
    """Quality indices with intervals.

    Attributes:
        table: k, index, estimate, low, high, se.
        values: float64 (replicates, k, 10): the indices of each replicate.
        scheme: `persons` or `subsample`.
        replicates: number of replicates.
        persons: number of persons with weight.
        draws: draws of a replicate.
    """

    table: pl.DataFrame
    values: Floats
    scheme: Scheme
    replicates: int
    persons: int
    draws: int


def bootstrap_quality(
    d: ArrayLike,
    partitions: Mapping[int, ArrayLike],
    weights: ArrayLike | None = None,
    *,
    item: ArrayLike | None = None,
    person: ArrayLike | None = None,
    scheme: Scheme = "persons",
    draws: int | None = None,
    replicates: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
    threads: int | None = None,
) -> BootstrapQuality:
    """Compute the ten indices of given partitions with intervals by resampling.

    `persons` draws persons with replacement, with all their sequences and weights. The interval is
    that of the index of these clusters in the population from which the persons come: the clusters
    are not made anew. Copies of a person lie at distance 0 and lift most indices a little, so that
    the replicates' quantiles are taken around their mean and put around the estimate. With fewer
    `draws` than persons, deviations are multiplied by √(draws / persons), and CH and CHsq are given
    as if their pseudo-F had all persons.

    `subsample` is R's `bootclustrange`: `draws` cases (1,000) without replacement, stratified by
    the partition of the largest k, unweighted; estimate, interval and se are mean, quantiles and
    SD of the replicates. That is the spread of an index over studies of 1,000 persons, whatever the
    number of cases, and no interval of this study's index.

    R equivalent: `WeightedCluster::bootclustrange`.

    Args:
        d: condensed distances of u items.
        partitions: (u,) labels by number of clusters.
        weights: (n,) weights of the cases; they are scaled to a mean of 1.
        item: (n,) item of each case, 0…u−1; by default case i is item i.
        person: (n,) person of each case; by default each case has its own.
        scheme: `persons` or `subsample`.
        draws: persons or cases drawn for each replicate; all persons, or 1,000 cases, by default.
        replicates: number of replicates.
        confidence: confidence level of the intervals.
        seed: seed of the draws.
        threads: number of threads; they do not change the result.

    Raises:
        ValueError: malformed arguments, or a subsample that is not smaller than the cases.

    Examples:
        >>> from trajectories.typology import bootstrap_quality
        >>> d = [1.0, 4.0, 5.0, 5.0, 6.0, 1.0]
        >>> bootstrap_quality(d, {2: [0, 0, 1, 1]}, replicates=20)
        BootstrapQuality: 20 replicates by persons, 4 persons

    See Also:
        `quality`, `stability`.
    """
    distances = checked_distances(d)
    n = item_count(distances)
    labels = {
        k: np.unique(checked_labels(own, n), return_inverse=True)[1].astype(np.int64).ravel()
        for k, own in sorted(partitions.items())
    }
    cases = Persons.of(n, weights, item, person)
    everybody = np.bincount(cases.item, cases.weight, n).astype(np.float64)
    counted = np.flatnonzero(everybody)
    estimate = index_values(
        among(distances, counted),
        {k: own[counted] for k, own in labels.items()},
        everybody[counted],
        list(labels),
    )
    return bootstrap_of(
        lambda items: among(distances, items),
        labels,
        cases,
        estimate,
        scheme=scheme,
        draws=draws,
        replicates=replicates,
        confidence=confidence,
        seed=seed,
        threads=threads,
    )


def bootstrap_of(
    distances: Among,
    labels: Mapping[int, Ints],
    cases: Persons,
    estimate: Floats,
    *,
    scheme: Scheme = "persons",
    draws: int | None = None,
    replicates: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
    threads: int | None = None,
) -> BootstrapQuality:
    """Run `bootstrap_quality` where the distances of some items can be had when asked for.

    Args:
        distances: condensed distances of given items.
        labels: labels 0…k−1 by number of clusters.
        cases: the cases.
        estimate: float64 (k, 10), the indices of all cases.
        scheme: as in `bootstrap_quality`, as all that follow.
        draws: persons or cases drawn for each replicate.
        replicates: number of replicates.
        confidence: confidence level of the intervals.
        seed: seed of the draws.
        threads: number of threads.
    """
    if replicates < 2 or not 0 < confidence < 1:
        raise ValueError("a bootstrap needs two replicates and a confidence between 0 and 1")
    ks = list(labels)
    subsample = scheme == "subsample"
    size = (1000 if subsample else cases.count) if draws is None else draws
    if size < 2 or (subsample and size >= cases.item.size):
        raise ValueError(f"{size} draws do not fit {cases.item.size} cases")
    values = np.empty((replicates, len(ks), len(INDICES)))

    def work(number: int) -> None:
        stream = np.random.default_rng([seed, 2, number])
        if subsample:
            weights = cases.subsample(stream, size, labels[max(ks)])
        else:
            weights = cases.draw(stream, size)
        drawn = np.flatnonzero(weights)
        own = {k: one[drawn] for k, one in labels.items()}
        values[number] = index_values(distances(drawn), own, weights[drawn], ks)

    with Team(threads) as team:
        team.each(work, range(replicates), "bootstraps of the quality")
    shrink = 1.0
    if not subsample:
        values *= pseudo_f_scale(ks, cases.total, cases.total * size / cases.count)
        shrink = math.sqrt(min(1.0, size / cases.count))
    return BootstrapQuality(
        _table(ks, estimate, values, confidence, None if subsample else shrink),
        values,
        scheme,
        replicates,
        cases.count,
        size,
    )


def _table(
    ks: Sequence[int], estimate: Floats, values: Floats, confidence: float, shrink: float | None
) -> pl.DataFrame:
    tail = (1 - confidence) / 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an index that no replicate has
        mean = np.nanmean(values, axis=0)
        se = np.nanstd(values, axis=0, ddof=1)
        low, high = np.nanquantile(values, (tail, 1 - tail), axis=0)
    if shrink is None:
        estimate = mean
    else:
        low, high = estimate + shrink * (low - mean), estimate + shrink * (high - mean)
        se = se * shrink
    columns = {"estimate": estimate, "low": low, "high": high, "se": se}
    return pl.DataFrame(
        {"k": np.repeat(ks, len(INDICES)), "index": list(INDICES) * len(ks)}
        | {name: column.ravel() for name, column in columns.items()}
    ).fill_nan(None)
