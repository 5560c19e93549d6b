"""Risk differences: the chance of a job within a given time, with and without a departure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp

from trajectories.arrays import Floats
from trajectories.distributions import t_quantile
from trajectories.survival.discrete_time.cluster_variance import changes_without
from trajectories.survival.discrete_time.design import term_matrix
from trajectories.survival.discrete_time.fit import (
    HazardFit,
    clusters_of,
    fit_hazard,
    labels_of_clusters,
)
from trajectories.survival.discrete_time.links import Link, hazard
from trajectories.survival.errors import NotEstimableError

# With more clusters than this, they are left out in groups.
MOST_GROUPS = 100
# Distinct starts whose months ahead are in memory at a time.
STARTS_AT_ONCE = 50_000
RISK_SCHEMA = {
    **dict.fromkeys(("time", "persons", "courses", "clusters"), pl.Int64),
    **dict.fromkeys(("risk_none", "risk_departure", "difference", "se", "low", "high"), pl.Float64),
}
OTHER, AHEAD = "__other_exit", "__months_ahead"


@dataclass(frozen=True)
class _World:
    """The design rows of one equation under both strategies, by month."""

    none: sp.csr_matrix
    exposed: sp.csr_matrix


@dataclass(frozen=True)
class _Run:
    """One calculation of all risks: coefficients of both equations, and a weight a start."""

    coefs: list[Floats]
    weight: Floats


def job_risks(
    panel: pl.DataFrame,
    *,
    event: str,
    adjustment: Sequence[str],
    duration_starts: Sequence[int],
    link: Link = "cloglog",
    exposure: str = "listed_departures",
    departure_month: int = 3,
    lag_months: int = 1,
    horizons: Sequence[int] = (12, 24),
    cluster: str = "cluster",
) -> pl.DataFrame:
    """The risk of the event within given months, with and without a departure (g-computation).

    Two hazards are fitted on the adjustment and the exposure: that of the event, and that of any
    other exit in months without the event. For each course that starts early enough to be followed,
    the risk is accumulated by month under "a departure in month `departure_month`" and under
    "none", with competing exits, and averaged over courses. Later other changes, readiness and
    other events follow their observed pattern (Robins 1986). Age is that at time zero. The variance
    is the jackknife over clusters of the whole calculation, with t(G−1).

    Args:
        panel: person-months at risk, as `risk_set` returns them.
        event: the exit of interest.
        adjustment: formula terms.
        duration_starts: first month of each duration band.
        link: link of both hazards.
        exposure: the count of departures.
        departure_month: month of the departure, counted from time zero.
        lag_months: the lag of the panel's counts; months.
        horizons: months.
        cluster: column of clusters.

    Returns:
        One row per horizon (`time`, months), columns of `RISK_SCHEMA`; probabilities.

    Raises:
        NotEstimableError: a hazard cannot be fitted, or no course starts early enough.
    """
    other = (pl.col("exit").is_not_null() & (pl.col(event) == 0)).cast(pl.Int8)
    rows = panel.with_columns(other.alias(OTHER))
    terms = [*adjustment, exposure]
    fits = [
        fit_hazard(rows, event=event, terms=terms, link=link, cluster=None),
        fit_hazard(
            rows.filter(pl.col(event) == 0), event=OTHER, terms=terms, link=link, cluster=None
        ),
    ]
    if exposure not in fits[0].table["term"]:
        raise NotEstimableError(
            "Nobody at risk differs in departures, so no risk is compared.", reason="exposure"
        )
    months = max(horizons)
    starts = _starts(rows, fits, months, cluster)
    parts = [
        known
        for part in starts.iter_slices(STARTS_AT_ONCE)
        if (known := _known(part, fits, months, duration_starts)).height
    ]
    if not parts:
        raise NotEstimableError(
            "No course is followed through months that the model knows, so no risk is given."
        )
    starts = pl.concat(parts)
    labels = [labels_of_clusters(fit, cluster) for fit in fits]
    if len(labels[0]) < 2:
        raise NotEstimableError(
            "The person-months lie in one cluster, so the risk difference has no interval: choose "
            "a finer cluster.",
            reason="cluster",
        )
    groups = _groups(labels[0])
    changes = [
        changes_without(
            fit._design,
            fit.link,
            fit._solution,
            clusters_of(fit, cluster),
            [np.flatnonzero(names.is_in(group.implode()).to_numpy()) for group in groups],
        )
        for fit, names in zip(fits, labels, strict=True)
    ]
    weight = starts["courses"].to_numpy().astype(np.float64)
    gone = [starts[cluster].is_in(group.implode()).to_numpy() for group in groups]
    runs = [_Run([fit._solution.coef for fit in fits], weight)]
    for number, out in enumerate(gone):
        coefs = [
            fit._solution.coef + change[number] for fit, change in zip(fits, changes, strict=True)
        ]
        runs.append(_Run(coefs, weight if out.all() else np.where(out, 0.0, weight)))
    k = len(horizons)
    risks = np.zeros((len(runs), 2 * k))
    first = 0
    for part in parts:
        future = _future(part, fits[0], months, duration_starts)
        worlds = [_world(fit, future, exposure, departure_month + lag_months) for fit in fits]
        rows_of = slice(first, first + part.height)
        for number, run in enumerate(runs):
            curves = [_curve(worlds, run.coefs, fits, months, name) for name in ("none", "exposed")]
            at = [curve[np.array(horizons) - 1] @ run.weight[rows_of] for curve in curves]
            risks[number] += np.concatenate(at)
        first += part.height
    risks /= np.array([run.weight.sum() for run in runs])[:, np.newaxis]
    every = np.column_stack([risks, risks[:, k:] - risks[:, :k]])
    estimate, left_out = every[0], every[1:]
    number = len(left_out)
    spread = left_out - estimate
    se = np.sqrt((number - 1) / number * np.sum(spread**2, axis=0))
    quantile = t_quantile(0.975, number - 1)
    return pl.DataFrame(
        {
            "time": list(horizons),
            "persons": starts["persons"].explode().n_unique(),
            "courses": int(weight.sum()),
            "clusters": len(labels[0]),
            "risk_none": estimate[:k],
            "risk_departure": estimate[k : 2 * k],
            "difference": estimate[2 * k :],
            "se": se[2 * k :],
            "low": (estimate - quantile * se)[2 * k :],
            "high": (estimate + quantile * se)[2 * k :],
        },
        schema=RISK_SCHEMA,
    )


def _groups(labels: pl.Series) -> list[pl.Series]:
    """The clusters, in groups that are left out together; one per group if there are few."""
    groups = min(len(labels), MOST_GROUPS)
    return [labels.gather_every(groups, offset=group) for group in range(groups)]


def _starts(
    rows: pl.DataFrame, fits: Sequence[HazardFit], months: int, cluster: str
) -> pl.DataFrame:
    """Distinct courses at time zero that can be followed: covariates, courses, persons, cluster.

    `persons` lists the persons of each distinct start; a person may have several starts.
    """
    latest = rows.select(pl.col("month").max().dt.offset_by(f"-{months - 1}mo")).item()
    zero = rows.filter((pl.col("duration") == 0) & (pl.col("month") <= latest))
    if zero.is_empty():
        raise NotEstimableError(
            f"No course starts {months} months before the end of the data, so no risk is given."
        )
    key = list(dict.fromkeys([*fits[0]._design.columns, "month", cluster]))
    return (
        zero.group_by(key)
        .agg(courses=pl.len().cast(pl.Int64), persons=pl.col("person").unique())
        .sort(key)
        .with_row_index("start")
    )


def _future(
    starts: pl.DataFrame, fit: HazardFit, months: int, duration_starts: Sequence[int]
) -> pl.DataFrame:
    """The covariates of every start in every month of follow-up; starts vary fastest."""
    cells = fit._design.cells
    calendar = pl.format("{}H{}", pl.col("month").dt.year(), (pl.col("month").dt.month() + 5) // 6)
    frames = []
    for ahead in range(months):
        band = int(np.searchsorted(np.asarray(duration_starts[1:]), ahead, side="right"))
        moved = starts.drop("persons").with_columns(pl.col("month").dt.offset_by(f"{ahead}mo"))
        bands = cells.schema.get("duration_band")
        known = {
            "half_year": calendar,
            "calendar_month": pl.col("month").dt.month(),
            "duration": pl.lit(ahead),
            "duration_band": pl.lit(bands.categories[band] if isinstance(bands, pl.Enum) else band),
        }
        made = [
            expression.cast(cells.schema[name], strict=False).alias(name)
            for name, expression in known.items()
            if name in fit._design.columns
        ]
        frames.append(moved.with_columns(*made, pl.lit(ahead).alias(AHEAD)))
    return pl.concat(frames)


def _known(
    starts: pl.DataFrame, fits: Sequence[HazardFit], months: int, duration_starts: Sequence[int]
) -> pl.DataFrame:
    """The starts whose groups are known to both models in every month."""
    future = _future(starts, fits[0], months, duration_starts)
    return starts.join(_unknown(future, fits), on="start", how="anti", maintain_order="left")


def _unknown(future: pl.DataFrame, fits: Sequence[HazardFit]) -> pl.DataFrame:
    """Starts that in some month are in a group of a categorical term unknown to a model."""
    found = [future.head(0).select("start")]
    for fit in fits:
        for grouping in fit._design.groupings:
            columns = list(grouping.columns)
            known = fit._design.cells.select(columns).unique()
            found.append(
                future.join(known, on=columns, how="anti", nulls_equal=False).select("start")
            )
    return pl.concat(found).unique()


def _world(fit: HazardFit, future: pl.DataFrame, exposure: str, counts_from: int) -> _World:
    columns = list(fit._design.columns)
    cells = fit._design.cells.select(columns)
    dtype = cells.schema[exposure]
    matrices = []
    for exposed in (pl.lit(0), (pl.col(AHEAD) >= counts_from)):
        frame = future.with_columns(exposed.cast(dtype).alias(exposure)).select(columns)
        # The cells come first, so that the levels are those of the fit.
        matrix, labels = term_matrix(pl.concat([cells, frame.cast(cells.schema)]), fit.terms)
        keep = [labels.index(name) for name in fit._design.names]
        matrices.append(sp.csr_matrix(matrix[cells.height :][:, keep]))
    return _World(*matrices)


def _curve(
    worlds: Sequence[_World],
    coefs: Sequence[Floats],
    fits: Sequence[HazardFit],
    months: int,
    name: str,
) -> Floats:
    """(months, starts) cumulative incidence of the event with competing exits."""
    hazards = [
        hazard(getattr(world, name) @ coef, fit.link).reshape(months, -1)
        for world, coef, fit in zip(worlds, coefs, fits, strict=True)
    ]
    stays = (1 - hazards[0]) * (1 - hazards[1])
    before = np.vstack([np.ones(stays.shape[1]), np.cumprod(stays, axis=0)[:-1]])
    return np.asarray(np.cumsum(before * hazards[0], axis=0))
