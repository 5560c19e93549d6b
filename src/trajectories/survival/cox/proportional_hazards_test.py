"""Test of proportional hazards for each term of a Cox model and for all together."""

import re
from typing import Literal, get_args

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.distributions import chi2_tail
from trajectories.errors import UserError
from trajectories.survival.cox.model import CoxFit, require_cox
from trajectories.survival.cox.rows import CoxRows
from trajectories.survival.cox.scores import lived, steps_of
from trajectories.survival.discrete_time.likelihood import solve

Scale = Literal["km", "identity", "log", "rank"]
ALL = "all terms"


def proportional_hazards_test(fit: CoxFit, *, scale: Scale = "km") -> pl.DataFrame:
    """Test whether coefficients change over time (Grambsch & Therneau 1994).

    The score test of adding the products of a term's covariates with a function of time to the
    model, using the information of the likelihood at each event time rather than its average. The
    test uses the model-based variance even if the fit has clusters.

    Args:
        fit: a Cox model with Efron's or Breslow's ties.
        scale: the function of time: "km", one minus the Kaplan–Meier estimate just before the
            time, over all strata; "identity"; "log" (positive times only); or "rank" of the time
            among the event times.

    Returns:
        term, chi2 (f64), df (i64), p (f64): one row per formula term (the levels of a categorical
        term together) and a last row for all terms; NaN if there are too few event times.

    Raises:
        UserError: the scale is unknown, the fit has exact ties, or the scale is "log" and some
            times are not positive.
    """
    if scale not in get_args(Scale):
        raise UserError(
            f"The scale {scale!r} is unknown: write one of {', '.join(get_args(Scale))}."
        )
    require_cox(fit)
    if fit.ties == "exact":
        raise UserError("The test of proportional hazards requires Efron's or Breslow's ties.")
    rows = fit._rows
    time = _scaled(rows, scale)
    # Adding a constant to g does not change the test; centring loses fewer digits.
    time = time - time[rows.event].mean()
    scores, once, twice = _moments(fit, time)
    spread = twice - once @ fit.model_vcov @ once
    labels = [re.sub(r"\[T?\.?[^\]]*\]", "", term) for term in fit.table["term"]]
    groups = {label: [i for i, own in enumerate(labels) if own == label] for label in labels}
    groups[ALL] = list(range(len(labels)))
    found = [_statistic(scores[own], spread[np.ix_(own, own)]) for own in groups.values()]
    sizes = [len(own) for own in groups.values()]
    return pl.DataFrame(
        {"term": list(groups), "chi2": found, "df": sizes, "p": chi2_tail(found, sizes)}
    )


def _statistic(scores: Floats, spread: Floats) -> float:
    """u'V⁻¹u; NaN if there are too few event times to detect a change of the coefficients."""
    solved = solve(spread, scores)
    return float("nan") if solved is None else float(scores @ solved)


def _moments(fit: CoxFit, time: Floats) -> tuple[Floats, Floats, Floats]:
    """Σ g·u, Σ g·V and Σ g²·V over the steps, u (k,) being the score and V its information.

    Σ g·dΛ·S₂ over the steps, S₂ being the sum of risk · x xᵀ at risk, is accumulated row by row:
    risk · x xᵀ · (Σ g·dΛ over the steps at which the row is at risk).
    """
    rows = fit._rows
    steps = steps_of(rows, fit.coef, fit.ties == "efron")
    times, first = np.unique(rows.stop, return_index=True)
    g = time[first][np.searchsorted(times, steps.time)]
    risk = rows.risk(fit.coef)[1]
    died = rows.event
    scores = (rows.weight * time)[died] @ rows.x[died] - (g * steps.events) @ steps.mean

    def information(factor: Floats) -> Floats:
        seconds = risk * lived(rows, steps, factor * steps.hazard)
        squares = (factor * steps.events)[:, None] * steps.mean
        return rows.x.T @ (seconds[:, None] * rows.x) - steps.mean.T @ squares

    return scores, information(g), information(g**2)


def _scaled(rows: CoxRows, scale: Scale) -> Floats:
    """(rows,) the function of time at each row's stop."""
    if scale == "identity":
        return rows.stop
    if scale == "log":
        if (rows.stop <= 0).any():
            raise UserError("The scale log requires positive times.")
        return np.log(rows.stop)
    if scale == "rank":
        return _mean_ranks(rows.stop[rows.event], rows.stop)
    return 1 - _survival_before(rows)


def _mean_ranks(moments: Floats, at: Floats) -> Floats:
    moments = np.sort(moments)
    first = np.searchsorted(moments, at, side="left")
    last = np.searchsorted(moments, at, side="right")
    return np.asarray((first + 1 + last) / 2)


def _survival_before(rows: CoxRows) -> Floats:
    """(rows,) weighted Kaplan–Meier estimate, pooled over strata, just before each stop."""
    times = np.unique(rows.stop[rows.event])

    def until(at: Floats, weight: Floats, side: Literal["left", "right"]) -> Floats:
        order = np.argsort(at, kind="stable")
        total = np.append(0.0, np.cumsum(weight[order]))
        return np.asarray(total[np.searchsorted(at[order], times, side=side)])

    at_risk = until(rows.entry, rows.weight, "left") - until(rows.stop, rows.weight, "left")
    dead_at, dead = rows.stop[rows.event], rows.weight[rows.event]
    events = until(dead_at, dead, "right") - until(dead_at, dead, "left")
    survival = np.append(1.0, np.cumprod(1 - events / at_risk))
    return np.asarray(survival[np.searchsorted(times, rows.stop, side="left")])
