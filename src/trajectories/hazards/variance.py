"""Cluster-robust variances from sparse counts of clusters in cells."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from trajectories.hazards.cells import ClusterCounts
from trajectories.hazards.design import Design, independent
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.links import Link
from trajectories.hazards.separation import without_separated
from trajectories.hazards.solve import Solution, gram, maximise

Floats = NDArray[np.float64]

# Scores of this many clusters stand in memory at once.
CHUNK = 50_000


def meat(x: sp.csr_matrix, solution: Solution, counts: ClusterCounts) -> Floats:
    """Σ_g S_g S_gᵀ of the clusters' scores, without a small-sample factor; (k, k).

    The score of a cluster is S_g = Σ_c x_c a_c (y_gc − n_gc μ_c), a_c the ratio of the link.
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


def sandwich(bread: Floats, filling: Floats, clusters: int) -> Floats:
    """G/(G−1) A⁻¹ S'S A⁻¹.

    Args:
        bread: A⁻¹, the inverse of the expected information.
        filling: as `meat` gives it.
        clusters: G.

    Raises:
        NotEstimableError: there is one cluster only.
    """
    require_clusters(clusters)
    return clusters / (clusters - 1) * (bread @ filling @ bread)


def require_clusters(clusters: int) -> None:
    """Raise `NotEstimableError` where there is one cluster only."""
    if clusters < 2:
        raise NotEstimableError(
            "The person-months lie in one cluster, so a variance between clusters cannot be "
            "estimated: choose a finer cluster."
        )


def jackknife(design: Design, link: Link, solution: Solution, counts: ClusterCounts) -> Floats:
    """CRV3: (G−1)/G Σ_g (β₍₋g₎ − β)(β₍₋g₎ − β)ᵀ, each β₍₋g₎ a refit without cluster g.

    A coefficient that cannot be estimated without some cluster has no jackknife variance: its row
    and column are NaN.

    Returns:
        (k, k) variance.

    Raises:
        NotEstimableError: there is one cluster only, or the coefficients do not exist without one
            of them.
    """
    require_clusters(counts.clusters)
    clusters = counts.clusters
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


@dataclass(frozen=True)
class _Refit:
    """The change of the coefficients without a cluster, and those that have no meaning there."""

    change: Floats
    lost: NDArray[np.bool_]


def _refit(design: Design, n: Floats, y: Floats, link: Link, solution: Solution) -> _Refit:
    separation = without_separated(design.groupings, n, y)
    rows = sp.csr_matrix(design.matrix[separation.kept])
    n, y = n[separation.kept], y[separation.kept]
    weight = solution.values.weight[separation.kept]
    information = gram(rows, n * weight)
    keep, aliased = independent(information, list(range(len(design.names))))
    lost = design.touched_by(separation.lost)
    lost[aliased] = True
    change = np.zeros(len(design.names))
    names = tuple(design.names[i] for i in keep)
    start = solution.coef[keep]
    refit = maximise(sp.csr_matrix(rows[:, keep]), n, y, link, names, start)
    change[keep] = refit.coef - start
    return _Refit(change, lost)
