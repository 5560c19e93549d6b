"""Hazard models with absorbed fixed effects of many groups, such as caseworkers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.survival.discrete_time import likelihood
from trajectories.survival.discrete_time.cells import N, Y, count
from trajectories.survival.discrete_time.design import Design, build, independent, used_columns
from trajectories.survival.discrete_time.links import Link, LinkValues, evaluate, linear_predictor
from trajectories.survival.discrete_time.model_matrix import levels_of
from trajectories.survival.discrete_time.separation import Grouping
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.usable import require_clusters

# Least share of its variation that a column must have within groups.
FLAT = 1e-9
# A coefficient beyond this has diverged: the hazards are 0 or 1 to the last digit.
FURTHEST = 15.0


@dataclass(frozen=True)
class WithinFit:
    """A hazard model with an absorbed effect for every group.

    Attributes:
        table: one row per term, without the constant and the group effects: term, coef, se,
            hazard_ratio.
        vcov: (k, k) variance, clustered, with G/(G−1).
        loglik: log-likelihood, with the group effects at their maximum.
        n: number of person-months used.
        events: number of events.
        event: the column of events.
        groups: number of groups with an effect.
        clusters: number of clusters.
        notes: what was dropped, and why.
    """

    table: pl.DataFrame
    vcov: Floats
    loglik: float
    n: int
    events: int
    event: str
    groups: int
    clusters: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Rows:
    """Counts by covariates, group and cluster, with the design's columns that vary within groups.

    Attributes:
        x: (rows, k) design without the constant.
        group: (rows,) group number.
        n: (rows,) person-months.
        y: (rows,) events.
    """

    x: sp.csr_matrix
    group: Ints
    n: Floats
    y: Floats

    def absorbed(self, weight: Floats) -> tuple[Floats, Floats, Floats]:
        """XᵀWX within groups, the (k, groups) sums XᵀWD, and the groups' weights."""
        size = np.bincount(self.group, weights=weight)
        member = sp.csr_matrix(
            (weight, (np.arange(len(weight)), self.group)), shape=(len(weight), len(size))
        )
        between: Floats = np.asarray((self.x.T @ member).todense(), dtype=np.float64)
        inner = likelihood.gram(self.x, weight) - (between / size) @ between.T
        return np.asarray((inner + inner.T) / 2), between, np.asarray(size, dtype=np.float64)


def fit_within(
    panel: pl.DataFrame,
    *,
    within: str,
    event: str = "job",
    terms: Sequence[str],
    link: Link = "poisson",
    cluster: str = "cluster",
) -> WithinFit:
    """Fit a hazard model with a fixed effect for each group, absorbed in the Newton steps.

    The maximum is that of the model with a dummy for every group. With the Poisson likelihood
    (rate ratios) the dummies cause no bias, however few months a group has; with cloglog the bias
    is of the order of one over the group's events. The comparison is between persons of the same
    group. If the group is the caseworker at the start of the month, persons who have lost a
    caseworker are compared with those who have not and have the same caseworker now, which removes
    differences between successors.

    Args:
        panel: person-months.
        within: the column of groups; rows without a group are dropped.
        event: a column of 0 and 1.
        terms: formula terms.
        link: "poisson", "cloglog" or "logit".
        cluster: the column of clusters of the variance.

    Raises:
        UserError: a column is missing or has empty values.
        NotEstimableError: no group has an event, no term varies within groups, or there is only one
            cluster.
    """
    columns = used_columns(terms, panel.columns)
    if within not in panel.columns:
        raise UserError(f"The panel has no column {within!r}.")
    known = panel.filter(pl.col(within).is_not_null())
    by = list(dict.fromkeys([*columns, within, cluster]))
    cells = count(known, by, event)
    notes: list[str] = []
    while True:
        design, lost = _design(cells, terms, columns, within)
        rows, names = _varying(design, within)
        try:
            coef, effects, values, loglik = _maximise(rows, link)
            break
        except _Separated as error:
            empty = rows.x[:, [error.column]].toarray().ravel() != 0
            notes.append(
                f"{names[error.column]} has no event within {within}: its "
                f"{int(design.n[empty].sum())} person-months tell nothing about the other "
                "coefficients and were left out."
            )
            cells = design.cells.filter(~empty)
    notes += lost
    everything = design.names[1:]
    if len(names) < len(everything):
        notes.append(
            f"{len(everything) - len(names)} terms do not vary within {within} beyond the terms "
            "before them and were left out."
        )
    spread, clusters = _sandwich(rows, values, design.cells[cluster])
    se = np.sqrt(np.diag(spread))
    table = pl.DataFrame({"term": names, "coef": coef, "se": se, "hazard_ratio": np.exp(coef)})
    return WithinFit(
        table,
        spread,
        loglik,
        int(rows.n.sum()),
        int(rows.y.sum()),
        event,
        len(effects),
        clusters,
        tuple(notes),
    )


class _Separated(Exception):
    """The months of one dummy have no event, so its coefficient diverges.

    Args:
        column: number of the dummy's column.
    """

    def __init__(self, column: int) -> None:
        super().__init__()
        self.column = column


def _varying(design: Design, within: str) -> tuple[_Rows, list[str]]:
    """The columns that vary within groups independently of earlier ones, and their names."""
    group = levels_of(design.cells[within]).codes
    every = _Rows(sp.csr_matrix(design.matrix[:, 1:]), group, design.n, design.y)
    inner = every.absorbed(design.n)[0]
    # A column that does not vary within groups leaves only rounding error, which is no pivot.
    varies = np.diag(inner) > FLAT * np.diag(likelihood.gram(every.x, design.n))
    keep, _ = independent(inner, np.flatnonzero(varies).tolist())
    if not keep:
        raise NotEstimableError(f"No term varies within {within}, so nothing can be compared.")
    names = [design.names[1 + i] for i in keep]
    return _Rows(sp.csr_matrix(every.x[:, keep]), group, design.n, design.y), names


def _design(
    cells: pl.DataFrame, terms: Sequence[str], columns: Sequence[str], within: str
) -> tuple[Design, list[str]]:
    notes: list[str] = []
    before = int(cells[N].sum())
    while True:
        codes = Grouping(within, (within,), levels_of(cells[within]).codes)
        n, y = (cells[name].to_numpy().astype(np.float64) for name in (N, Y))
        cells = cells.filter(~codes.separated(n, y))
        if cells.is_empty():
            raise NotEstimableError(f"No {within} has both months with the event and without.")
        design = build(cells, terms, columns)
        if design.cells.height == cells.height:
            break
        cells = design.cells
    lost = before - int(cells[N].sum())
    if lost:
        notes.append(f"{lost} person-months lie in groups without an event and were left out.")
    return design, notes


def _maximise(rows: _Rows, link: Link) -> tuple[Floats, Floats, LinkValues, float]:
    coef = np.zeros(rows.x.shape[1])
    rate = np.bincount(rows.group, weights=rows.y) / np.bincount(rows.group, weights=rows.n)
    effects = np.array([linear_predictor(float(one), link) for one in rate])
    values = evaluate(effects[rows.group], link)
    loglik = likelihood.log_likelihood(rows.n, rows.y, values)
    for _ in range(likelihood.MAX_STEPS):
        residual = values.ratio * (rows.y - rows.n * values.hazard)
        inner, between, size = rows.absorbed(rows.n * values.weight)
        own = np.bincount(rows.group, weights=residual)
        right = rows.x.T @ residual - between @ (own / size)
        step = likelihood.solve(inner, right)
        if step is None:
            break
        move = (own - between.T @ step) / size
        if float(right @ step + own**2 @ (1 / size)) < likelihood.DECREMENT:
            if np.abs(coef).max() > FURTHEST:
                break
            return coef, effects, values, loglik
        scale = min(
            1.0, likelihood.LONGEST_MOVE / float(np.abs(rows.x @ step + move[rows.group]).max())
        )
        while True:
            eta = rows.x @ (coef + scale * step) + (effects + scale * move)[rows.group]
            values = evaluate(eta, link)
            reached = likelihood.log_likelihood(rows.n, rows.y, values)
            if reached >= loglik - 1e-12 * abs(loglik):
                break
            scale /= 2
        coef, effects, loglik = coef + scale * step, effects + scale * move, reached
    furthest = int(np.argmin(coef))
    dummy = bool(np.all(rows.x[:, [furthest]].data == 1))
    if coef[furthest] < -FURTHEST and dummy:
        raise _Separated(furthest)
    raise NotEstimableError(
        "The likelihood has no maximum within groups: pool levels of a term or leave it out."
    )


def _sandwich(rows: _Rows, values: LinkValues, cluster: pl.Series) -> tuple[Floats, int]:
    """The clustered variance of the coefficients, equal to that with all dummies."""
    member = levels_of(cluster).codes
    clusters = int(member.max()) + 1
    require_clusters(clusters)
    residual = values.ratio * (rows.y - rows.n * values.hazard)
    inner, between, size = rows.absorbed(rows.n * values.weight)
    position = np.arange(len(residual))
    of_cluster = sp.csr_matrix((residual, (member, position)), shape=(clusters, len(residual)))
    of_group = sp.csr_matrix(
        (np.ones(len(residual)), (position, rows.group)), shape=(len(residual), len(size))
    )
    scores = np.asarray((of_cluster @ rows.x).todense())
    scores = scores - np.asarray((of_cluster @ of_group).todense()) @ (between / size).T
    bread = likelihood.solve(inner, np.eye(len(inner)))
    assert bread is not None
    return clusters / (clusters - 1) * bread @ (scores.T @ scores) @ bread, clusters
