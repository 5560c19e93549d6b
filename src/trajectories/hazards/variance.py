"""Cluster-robust variances from sparse counts of clusters in cells."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import LinAlgError

from trajectories.hazards.cells import ClusterCounts
from trajectories.hazards.design import independent
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.links import Link, evaluate
from trajectories.hazards.solve import Solution, gram, score, solve_scaled

Floats = NDArray[np.float64]

# Scores of this many clusters stand in memory at once.
CHUNK = 50_000
# Leave-one-out refits: steps with the Hessian held fixed shrink by the cluster's share of the
# information, so that a handful reach working precision.
MAX_REFIT_STEPS = 100
REFIT_DECREMENT = 1e-18


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


def jackknife(
    x: sp.csr_matrix, n: Floats, y: Floats, link: Link, solution: Solution, counts: ClusterCounts
) -> Floats:
    """CRV3: (G−1)/G Σ_g (β₍₋g₎ − β)(β₍₋g₎ − β)ᵀ, each β₍₋g₎ a refit without cluster g.

    A coefficient that cannot be estimated without some cluster has no jackknife variance: its row
    and column are NaN.

    Returns:
        (k, k) variance.

    Raises:
        NotEstimableError: there is one cluster only.
    """
    require_clusters(counts.clusters)
    clusters = counts.clusters
    total = np.zeros((x.shape[1], x.shape[1]))
    lost = np.zeros(x.shape[1], dtype=bool)
    for g in range(clusters):
        without = (
            np.asarray(counts.n[g].todense()).ravel(),
            np.asarray(counts.y[g].todense()).ravel(),
        )
        change, kept = _refit(x, n - without[0], y - without[1], link, solution)
        lost |= ~kept
        total += np.outer(change, change)
    variance = (clusters - 1) / clusters * total
    variance[lost, :] = np.nan
    variance[:, lost] = np.nan
    return variance


def _refit(
    x: sp.csr_matrix, n: Floats, y: Floats, link: Link, solution: Solution
) -> tuple[Floats, NDArray[np.bool_]]:
    """The change of the coefficients on the data `n`, `y`, and which of them can be estimated."""
    present = n > 0
    rows, n, y = sp.csr_matrix(x[present]), n[present], y[present]
    weight = n * solution.values.weight[present]
    information = gram(rows, weight)
    keep, _ = independent(information, list(range(x.shape[1])))
    kept = np.zeros(x.shape[1], dtype=bool)
    kept[keep] = True
    change = np.zeros(x.shape[1])
    hessian = information[np.ix_(keep, keep)]
    for _ in range(MAX_REFIT_STEPS):
        values = evaluate(rows @ (solution.coef + change), link)
        gradient = score(rows, n, y, values)[keep]
        step = solve_scaled(hessian, gradient)
        change[keep] += step
        if float(gradient @ step) < REFIT_DECREMENT:
            return change, kept
    raise LinAlgError("a leave-one-cluster-out refit did not settle")
