"""The jackknife over many clusters from their scores and information, without refits (CV3L)."""

import numpy as np
import scipy.sparse as sp
from scipy.linalg.lapack import dgecon, dgetrf, dgetrs

from trajectories.arrays import Bools, Floats, Ints
from trajectories.survival.discrete_time.cells import ClusterCounts
from trajectories.survival.discrete_time.likelihood import Solution
from trajectories.survival.discrete_time.separation import Grouping

ALONE = 1e-10
"""A term whose information without a cluster is below this share cannot be estimated without it."""
SINGULAR = 1e-8
"""Smallest singular value of a cluster's system; below it, some terms are known only together."""


def linear_changes(
    x: sp.csr_matrix, solution: Solution, bread: Floats, counts: ClusterCounts
) -> tuple[Floats, Bools]:
    """The changes of the coefficients without each cluster, by one step from the maximum.

    (A − A_g)⁻¹ S_g with the information A, that of the cluster A_g and its score S_g (MacKinnon,
    Nielsen & Webb 2023, Cluster-robust jackknife and bootstrap inference for logistic regression
    models, CV3L). A cluster touches few terms J: with P = A⁻¹ the change is
    P_·J (I − A_g P_JJ)⁻¹ S_J, a system of the size of J.

    Args:
        x: (cells, k) design.
        solution: the maximum.
        bread: (k, k) A⁻¹.
        counts: person-months and events of the clusters in the cells.

    Returns:
        (clusters, k) changes, β₍₋g₎ − β, and (k,) the terms that some cluster alone informs.
    """
    values = solution.values
    k = x.shape[1]
    changes, lost = np.zeros((counts.clusters, k)), np.zeros(k, dtype=bool)
    diagonal = solution.information.diagonal()
    for g in range(counts.clusters):
        cells, n, y = _of_cluster(counts, g)
        rows = x[cells]
        touched = np.unique(rows.indices)
        own = rows[:, touched].toarray()
        score = own.T @ (values.ratio[cells] * (y - n * values.hazard[cells]))
        information = own.T @ (own * (n * values.weight[cells])[:, None])
        alone = diagonal[touched] - information.diagonal() <= ALONE * diagonal[touched]
        gone, kept = touched[alone], touched[~alone]
        lost[gone] = True
        columns, inner = bread[:, kept], bread[np.ix_(kept, kept)]
        if gone.size:
            # The inverse of the information without the rows and columns of what is gone.
            shared = np.linalg.solve(bread[np.ix_(gone, gone)], bread[np.ix_(gone, kept)])
            columns = columns - bread[:, gone] @ shared
            inner = inner - bread[np.ix_(kept, gone)] @ shared
        system = np.eye(kept.size) - information[np.ix_(~alone, ~alone)] @ inner
        step, unknown = _solved(system, score[~alone])
        changes[g, :] = -(columns @ step)
        changes[g, gone] = 0.0
        if unknown.size:
            lost |= (np.abs(columns @ unknown) > SINGULAR).any(axis=1)
    return changes, lost


def _solved(system: Floats, score: Floats) -> tuple[Floats, Floats]:
    """The least solution of a cluster's system, and the directions that it leaves unknown.

    Returns:
        (j,) the solution, and (j, d) directions, none where the system is regular.
    """
    if not score.size:
        return score, np.zeros((0, 0))
    factor, pivots, failed = dgetrf(system)
    size = float(np.abs(system).sum(axis=0).max())
    if not failed and dgecon(factor, size)[0] > SINGULAR:
        return dgetrs(factor, pivots, score)[0], np.zeros((score.size, 0))
    left, sizes, right = np.linalg.svd(system)
    clear = sizes > SINGULAR
    found: Floats = right[clear].T @ ((left[:, clear].T @ score) / sizes[clear])
    return found, right[~clear].T


def separated_without(groupings: tuple[Grouping, ...], counts: ClusterCounts) -> set[str]:
    """The categorical terms with a group that has no events, or only events, without a cluster."""
    n, y = (np.asarray(one.sum(axis=0)).ravel() for one in (counts.n, counts.y))
    found = set()
    for grouping in groupings:
        every_n, every_y = (np.bincount(grouping.codes, weights=one) for one in (n, y))
        member = sp.csr_matrix(
            (np.ones(len(n)), (np.arange(len(n)), grouping.codes)), shape=(len(n), len(every_n))
        )
        own_n, own_y = (sp.csr_matrix(one @ member).tocoo() for one in (counts.n, counts.y))
        events = sp.csr_matrix((own_y.data, (own_y.row, own_y.col)), shape=own_n.shape)
        held = np.asarray(events[own_n.row, own_n.col]).ravel()
        rest_n, rest_y = every_n[own_n.col] - own_n.data, every_y[own_n.col] - held
        if ((rest_n > 0) & ((rest_y <= 0) | (rest_y >= rest_n))).any():
            found.add(grouping.term)
    return found


def _of_cluster(counts: ClusterCounts, g: int) -> tuple[Ints, Floats, Floats]:
    """The cells of a cluster, with its person-months and events in them."""
    n = counts.n[g]
    y = np.zeros(n.nnz)
    events = counts.y[g]
    order = np.argsort(n.indices)
    cells = n.indices[order].astype(np.int64)
    y[np.searchsorted(cells, events.indices)] = events.data
    return cells, n.data[order], y
