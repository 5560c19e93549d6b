"""Gamma frailty: one unobserved factor multiplies the hazard in all months of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp
from scipy.optimize import minimize

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.survival.discrete_time.cells import ClusterCounts, Panel, cluster_counts, count
from trajectories.survival.discrete_time.design import Design
from trajectories.survival.discrete_time.likelihood import Solution
from trajectories.survival.discrete_time.links import HIGHEST_ETA_CLOGLOG, LOWEST_ETA
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.usable import require_clusters

LOG_VARIANCE = "log(frailty variance)"
BOUNDS = (-9.0, 4.0)
STEP = 1e-5
UNITS = ("course", "person", "pid")


@dataclass(frozen=True)
class FrailtySolution:
    """The maximum of the marginal likelihood.

    Attributes:
        coef: (k + 1,) coefficients, the log of the frailty variance last.
        vcov: (k + 1, k + 1) variance of the coefficients.
        loglik: marginal log-likelihood.
        clusters: number of clusters of the variance; 0 for the model-based one.
        notes: what a reader must know.
    """

    coef: Floats
    vcov: Floats
    loglik: float
    clusters: int
    notes: tuple[str, ...]


class _Marginal:
    """The marginal likelihood of units with a gamma frailty of mean 1 and variance v.

    With a the cumulative hazard of the months without the event and h that of the month with it, a
    unit without the event contributes (1 + va)^(−1/v), and a unit with it
    (1 + va)^(−1/v) − (1 + v(a + h))^(−1/v) (Lancaster 1979, in grouped time).
    """

    def __init__(self, x: sp.csr_matrix, units: ClusterCounts) -> None:
        self.x = x
        self.quiet = sp.csr_matrix(units.n - units.y)
        self.event = units.y
        self.ended = np.asarray(units.y.sum(axis=1)).ravel() > 0

    def parts(self, coef: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Each unit's log-likelihood, its derivatives in a, h and log v, and the cells' hazards."""
        v = np.exp(coef[-1])
        cells = np.exp(np.clip(self.x @ coef[:-1], LOWEST_ETA, HIGHEST_ETA_CLOGLOG))
        a, h = self.quiet @ cells, self.event @ cells
        b = a + h
        before, after = np.log1p(v * a), np.log1p(v * b)
        value = -before / v
        slope_a = -1 / (1 + v * a)
        slope_v = before / v**2 - a / (v * (1 + v * a))
        slope_h = np.zeros_like(a)
        end = self.ended
        q = (after - before)[end] / v
        rise = 1 / np.expm1(q)
        value[end] += np.log(-np.expm1(-q))
        slope_h[end] = rise / (1 + v * b[end])
        slope_a[end] += rise * (1 / (1 + v * b) - 1 / (1 + v * a))[end]
        slope_v[end] += rise * (-q / v + (b / (1 + v * b) - a / (1 + v * a))[end] / v)
        return value, slope_a, slope_h, slope_v * v, cells

    def value_and_gradient(self, coef: Floats) -> tuple[float, Floats]:
        """The log-likelihood and its gradient."""
        value, slope_a, slope_h, slope_v, cells = self.parts(coef)
        pull = cells * (self.quiet.T @ slope_a + self.event.T @ slope_h)
        return float(value.sum()), np.append(self.x.T @ pull, slope_v.sum())

    def scores(self, coef: Floats, groups: Ints) -> Floats:
        """(clusters, k + 1) gradient by cluster of units."""
        _, slope_a, slope_h, slope_v, cells = self.parts(coef)
        member = sp.csr_matrix((np.ones(len(groups)), (groups, np.arange(len(groups)))))
        weights = member @ (
            sp.diags_array(slope_a) @ self.quiet + sp.diags_array(slope_h) @ self.event
        )
        terms = (weights @ sp.diags_array(cells)) @ self.x
        return np.column_stack([sp.csr_matrix(terms).toarray(), np.asarray(member @ slope_v)])

    def hessian(self, coef: Floats) -> Floats:
        """The second derivative, by central differences of the gradient."""
        columns = []
        for i in range(len(coef)):
            move = np.zeros_like(coef)
            move[i] = STEP
            up, down = (self.value_and_gradient(coef + s * move)[1] for s in (1, -1))
            columns.append((up - down) / (2 * STEP))
        matrix = np.array(columns)
        return (matrix + matrix.T) / 2


def fit_gamma(
    panel: Panel, design: Design, start: Solution, *, event: str, unit: str, cluster: str | None
) -> FrailtySolution:
    """Maximise the marginal likelihood from the solution without frailty.

    Args:
        panel: person-months, as for `fit_hazard`.
        design: the design over their cells.
        start: the solution of the model without frailty.
        event: the column of events.
        unit: the column whose rows share a factor; units are followed from their start and have at
            most one event.
        cluster: the column of clusters of the variance, constant within units; None for the
            model-based variance.

    Raises:
        UserError: a unit has two events, enters late, or belongs to two clusters.
        NotEstimableError: the likelihood is flat at its maximum.
    """
    _check(panel, event, unit)
    names = list(dict.fromkeys([unit, *([cluster] if cluster else [])]))
    columns = list(design.columns)
    counts = count(panel, list(dict.fromkeys([*columns, *names])), event)
    units = cluster_counts(counts, design.cells, columns, [unit])
    likelihood = _Marginal(design.matrix, units)
    scale = np.linalg.cholesky(np.linalg.inv(start.information))

    def unscaled(z: Floats) -> Floats:
        return np.append(start.coef + scale @ z[:-1], z[-1])

    def objective(z: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood.value_and_gradient(unscaled(z))
        return -value, -np.append(scale.T @ gradient[:-1], gradient[-1])

    first = np.append(np.zeros(len(start.coef)), np.log(0.3))
    limits = [(None, None)] * len(start.coef) + [BOUNDS]
    found = minimize(
        objective,
        first,
        jac=True,
        method="L-BFGS-B",
        bounds=limits,
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-6},
    )
    coef = unscaled(found.x)
    notes: tuple[str, ...] = ()
    if coef[-1] <= BOUNDS[0] + 1e-3:
        notes = (
            "The variance of the frailty goes to 0: the data show no unobserved factor, and the "
            "coefficients are those without one.",
        )
    curvature = -likelihood.hessian(coef)
    if notes:
        curvature[-1, :] = curvature[:, -1] = 0.0
        curvature[-1, -1] = 1.0
    try:
        np.linalg.cholesky(curvature)
    except np.linalg.LinAlgError as error:
        raise NotEstimableError(
            "The likelihood with a gamma frailty is flat at its maximum, so it is not given."
        ) from error
    vcov: Floats = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
    clusters = 0
    if cluster is not None:
        groups = _groups(counts, design, columns, unit, cluster)
        clusters = int(groups.max()) + 1
        require_clusters(clusters)
        influence = likelihood.scores(coef, groups) @ vcov
        vcov = clusters / (clusters - 1) * influence.T @ influence
    value = likelihood.value_and_gradient(coef)[0]
    return FrailtySolution(coef, vcov, value, clusters, notes)


def unit_of(panel: Panel) -> str:
    """The column whose rows share a factor: the course, otherwise the person."""
    names = panel.lazy().collect_schema().names()
    found: str | None = next((name for name in UNITS if name in names), None)
    if found is None:
        raise UserError(
            f"A frailty needs a column of courses or persons; the panel has {', '.join(names)}."
        )
    return found


def _check(panel: Panel, event: str, unit: str) -> None:
    lazy = panel.lazy()
    twice = lazy.group_by(unit).agg(pl.col(event).cast(pl.Int64).sum()).filter(pl.col(event) > 1)
    if twice.select(pl.len()).collect().item():
        raise UserError(
            f"The frailty's unit {unit!r} has more than one event: name a column of courses that "
            "end with their event."
        )
    if "duration" in lazy.collect_schema().names():
        late = lazy.group_by(unit).agg(pl.col("duration").min()).filter(pl.col("duration") > 0)
        if late.select(pl.len()).collect().item():
            raise UserError(
                f"Some {unit!r} enter late (their first duration is not 0), for which the closed "
                "form of a gamma frailty does not hold: leave them out."
            )


def _groups(
    counts: pl.DataFrame, design: Design, columns: Sequence[str], unit: str, cluster: str
) -> Ints:
    """(units,) the cluster of each unit, in the order of `cluster_counts`."""
    kept = counts.join(design.cells.select(columns), on=list(columns), how="semi")
    pairs = kept.select(list(dict.fromkeys([unit, cluster]))).unique().sort(unit)
    if pairs[unit].n_unique() < pairs.height:
        raise UserError(
            f"Some {unit!r} belong to more than one {cluster!r}: cluster by another column."
        )
    return pairs[cluster].rank("dense").to_numpy().astype(np.int64) - 1
