"""Cluster-robust variances: the sandwich and the jackknife, from counts of clusters in cells."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp

from trajectories.arrays import Bools, Floats, Ints
from trajectories.errors import UserError
from trajectories.survival.discrete_time.cells import (
    CELL,
    ClusterCounts,
    N,
    Panel,
    Y,
    numbered_counts,
)
from trajectories.survival.discrete_time.design import Design, independent
from trajectories.survival.discrete_time.likelihood import Solution, gram, inverse, maximise
from trajectories.survival.discrete_time.linear_jackknife import linear_changes, separated_without
from trajectories.survival.discrete_time.links import Link
from trajectories.survival.discrete_time.separation import receding, without_separated
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.usable import require_clusters

# Number of clusters whose scores are in memory at once.
CHUNK = 50_000
# Panels with more person-months and clusters than this are read in parts of this size.
PART_ROWS = 5_000_000
MANY_CLUSTERS = 20_000
MOST_REFITS = 100
"""Most clusters over which the jackknife fits the model again without each of them."""


def meat(x: sp.csr_matrix, solution: Solution, counts: ClusterCounts) -> Floats:
    """Σ_g S_g S_gᵀ of the cluster scores, without a small-sample factor; (k, k).

    The score of a cluster is S_g = Σ_c x_c a_c (y_gc − n_gc μ_c), with a_c the link's score factor.
    """
    values = solution.values
    events = sp.csr_matrix(sp.diags_array(values.ratio) @ x)
    expected = sp.csr_matrix(sp.diags_array(values.ratio * values.hazard) @ x)
    total = np.zeros((x.shape[1], x.shape[1]))
    for start in range(0, counts.clusters, CHUNK):
        rows = slice(start, start + CHUNK)
        scores = sp.csr_matrix(counts.y[rows] @ events - counts.n[rows] @ expected)
        total += gram(scores, np.ones(scores.shape[0]))
    return total


@dataclass(frozen=True)
class Filling:
    """The middle of a sandwich variance.

    Attributes:
        meat: Σ_g S_g S_gᵀ, (k, k).
        clusters: number of clusters G.
        largest_share: share of the person-months in the largest cluster.
    """

    meat: Floats
    clusters: int
    largest_share: float


def filling(x: sp.csr_matrix, solution: Solution, counts: ClusterCounts) -> Filling:
    """The middle of the sandwich from the counts of all clusters."""
    size = np.asarray(counts.n.sum(axis=1)).ravel()
    return Filling(meat(x, solution, counts), counts.clusters, float(size.max() / size.sum()))


def filling_in_parts(
    panel: Panel, design: Design, solution: Solution, event: str, cluster: Sequence[str]
) -> Filling:
    """The middle of the sandwich from person-months read in parts, one range of clusters at a time.

    Memory holds the counts of one part, about `PART_ROWS` person-months. Parquet files sorted by
    the cluster are read only once in total.
    """
    parts = _parts(panel, cluster[0])
    total = np.zeros((len(design.names), len(design.names)))
    clusters, largest, rows = 0, 0.0, 0.0
    columns = list(design.columns)
    numbered = design.cells.select(columns).with_row_index(CELL).lazy()
    for part in parts:
        counted = (
            panel.lazy()
            .filter(part)
            .select(list(dict.fromkeys([*columns, *cluster, event])))
            .join(numbered, on=columns)
            .group_by(*cluster, CELL)
            .agg(pl.len().cast(pl.Int64).alias(N), pl.col(event).cast(pl.Int64).sum().alias(Y))
            .collect(engine="streaming")
            .sort(*cluster, CELL)
        )
        if counted.is_empty():
            continue
        one = filling(design.matrix, solution, numbered_counts(counted, cluster, design.cells))
        own = float(counted[N].sum())
        total += one.meat
        clusters += one.clusters
        largest, rows = max(largest, one.largest_share * own), rows + own
    return Filling(total, clusters, largest / rows)


def read_in_parts(panel: Panel, cluster: Sequence[str]) -> bool:
    """Whether a panel has so many rows and clusters that it should be read in parts.

    Raises:
        UserError: the cluster column of a large panel has empty values.
    """
    lazy = panel.lazy()
    names = set(cluster) & set(lazy.collect_schema().names())
    if not names or lazy.select(pl.len()).collect().item() <= PART_ROWS:
        return False
    found = lazy.select(
        most=pl.max_horizontal(pl.col(name).approx_n_unique() for name in names),
        empty=pl.sum_horizontal(pl.col(name).null_count() for name in names),
    ).collect()
    if found["empty"][0]:
        raise UserError(
            f"The column of clusters is empty in {found['empty'][0]} person-months: fill these "
            "values or drop these rows before the model is fitted."
        )
    return bool(found["most"][0] > MANY_CLUSTERS)


def _parts(panel: Panel, column: str) -> list[pl.Expr]:
    """Conditions that split the person-months by ranges of a column's values."""
    lazy = panel.lazy()
    rows = int(lazy.select(pl.len()).collect().item())
    count = max(1, -(-rows // PART_ROWS))
    if not lazy.collect_schema()[column].is_integer():
        code = pl.col(column).cast(pl.String).hash(seed=1)
        return [code % count == part for part in range(count)]
    low, high = lazy.select(low=pl.col(column).min(), high=pl.col(column).max()).collect().row(0)
    bounds = [low + (high + 1 - low) * part // count for part in range(count + 1)]
    return [pl.col(column).is_between(a, b - 1) for a, b in itertools.pairwise(bounds)]


def sandwich(bread: Floats, filling: Floats, clusters: int) -> Floats:
    """The sandwich variance G/(G−1) A⁻¹ M A⁻¹, (k, k).

    Args:
        bread: A⁻¹, the inverse of the expected information.
        filling: M, as `meat` returns it.
        clusters: number of clusters G.

    Raises:
        NotEstimableError: there is only one cluster.
    """
    require_clusters(clusters)
    return clusters / (clusters - 1) * (bread @ filling @ bread)


def jackknife(design: Design, link: Link, solution: Solution, counts: ClusterCounts) -> Floats:
    """CRV3: (G−1)/G Σ_g (β₍₋g₎ − β)(β₍₋g₎ − β)ᵀ, each β₍₋g₎ a refit without cluster g.

    A coefficient that cannot be estimated without some cluster has no jackknife variance: its row
    and column are NaN. If the other terms separate without cluster g, the refit uses the limit of
    the likelihood: the separated cells carry no information on the remaining coefficients and are
    dropped.

    With more than `MOST_REFITS` clusters each β₍₋g₎ is one step from the maximum instead of a
    refit (`linear_changes`).

    Returns:
        (k, k) variance.

    Raises:
        NotEstimableError: there is only one cluster, or the coefficients do not exist without one
            of them.
    """
    require_clusters(counts.clusters)
    clusters = counts.clusters
    if clusters > MOST_REFITS:
        return _linear_jackknife(design, solution, counts)
    n, y = design.n, design.y
    total = np.zeros((len(design.names), len(design.names)))
    lost = np.zeros(len(design.names), dtype=bool)
    for g in range(clusters):
        own_n, own_y = (np.asarray(matrix[g].todense()).ravel() for matrix in (counts.n, counts.y))
        refit = _refit(design, n - own_n, y - own_y, link, solution)
        lost |= refit.lost
        total += np.outer(refit.change, refit.change)
    variance = (clusters - 1) / clusters * total
    variance[lost, :] = np.nan
    variance[:, lost] = np.nan
    return variance


def _linear_jackknife(design: Design, solution: Solution, counts: ClusterCounts) -> Floats:
    bread = inverse(solution.information)
    changes, lost = linear_changes(design.matrix, solution, bread, counts)
    lost |= design.touched_by(separated_without(design.groupings, counts))
    variance = (counts.clusters - 1) / counts.clusters * (changes.T @ changes)
    variance[lost, :] = np.nan
    variance[:, lost] = np.nan
    return variance


def changes_without(
    design: Design,
    link: Link,
    solution: Solution,
    counts: ClusterCounts,
    groups: Sequence[Ints],
) -> list[Floats]:
    """The change of the coefficients when each group of clusters (row numbers) is left out.

    Coefficients that cannot be estimated without them do not change. With more than `MOST_REFITS`
    clusters each change is one step from the maximum (`linear_changes`).
    """
    sizes = [len(chosen) for chosen in groups]
    place = (np.repeat(np.arange(len(groups)), sizes), np.concatenate(groups))
    member = sp.csr_matrix((np.ones(sum(sizes)), place), shape=(len(groups), counts.clusters))
    together = ClusterCounts(sp.csr_matrix(member @ counts.n), sp.csr_matrix(member @ counts.y))
    if counts.clusters > MOST_REFITS:
        bread = inverse(solution.information)
        return list(linear_changes(design.matrix, solution, bread, together)[0])
    changes = []
    for group in range(len(groups)):
        n, y = (np.asarray(one[group].todense()).ravel() for one in (together.n, together.y))
        changes.append(_refit(design, design.n - n, design.y - y, link, solution).change)
    return changes


@dataclass(frozen=True)
class _Refit:
    """The change of the coefficients without a cluster, and those not estimable without it."""

    change: Floats
    lost: Bools


def _refit(design: Design, n: Floats, y: Floats, link: Link, solution: Solution) -> _Refit:
    separation = without_separated(design.groupings, n, y)
    lost = design.touched_by(separation.lost)
    change = np.zeros(len(design.names))
    cells = np.flatnonzero(separation.kept)
    while len(cells):
        rows = sp.csr_matrix(design.matrix[cells])
        information = gram(rows, n[cells] * solution.values.weight[cells])
        keep, aliased = independent(information, list(range(len(design.names))))
        lost[aliased] = True
        x, start = sp.csr_matrix(rows[:, keep]), solution.coef[keep]
        try:
            names = tuple(design.names[i] for i in keep)
            refit = maximise(x, n[cells], y[cells], link, names, start)
        except NotEstimableError as error:
            apart, away = receding(x, n[cells], y[cells])
            if error.reason != "separated" or not apart.any():
                raise
            lost[np.array(keep)[away]] = True
            cells = cells[~apart]
        else:
            change[keep] = refit.coef - start
            return _Refit(change, lost)
    return _Refit(change, np.ones_like(lost))
