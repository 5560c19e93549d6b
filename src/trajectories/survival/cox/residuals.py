"""Residuals of a Cox model, and its baseline hazard.

Residuals are in the order of the rows that were fitted; sum them over a person's rows to get those
of the person.
"""

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.errors import UserError
from trajectories.survival.cox.model import CoxFit, require_cox
from trajectories.survival.cox.scores import lived, mean_at_event, score_rows, steps_of


def martingale_residuals(fit: CoxFit) -> Floats:
    """(rows,) observed minus expected events per row (Therneau, Grambsch & Fleming 1990).

    Unweighted; the weighted residuals sum to 0. With Efron's ties, a row with the event is exposed
    only to the part of the step before it leaves the risk set.

    Raises:
        UserError: the fit has exact ties.
    """
    _require_hazard(fit)
    steps = steps_of(fit._rows, fit.coef, fit.ties == "efron")
    expected = lived(fit._rows, steps, steps.hazard) * np.exp(fit._rows.x @ fit.coef)
    return fit._rows.in_frame_order(fit._rows.event - expected)


def deviance_residuals(fit: CoxFit) -> Floats:
    """(rows,) martingale residuals transformed towards symmetry (Therneau et al. 1990).

    Raises:
        UserError: the fit has exact ties.
    """
    martingale = martingale_residuals(fit)
    event = fit._rows.in_frame_order(fit._rows.event.astype(np.float64))
    # In rows without an event the logarithmic term is 0.
    expected = np.where(event == 1, event - martingale, 1.0)
    return np.sign(martingale) * np.sqrt(-2 * (martingale + event * np.log(expected)))


def score_residuals(fit: CoxFit) -> Floats:
    """(rows, k) each row's contribution to the score, times its weight; columns sum to 0.

    The rows' terms of Lin & Wei (1989), whose sums by cluster make the robust variance.

    Raises:
        UserError: the fit has exact ties.
    """
    _require_hazard(fit)
    scores = score_rows(fit._rows, fit.coef, fit.ties == "efron")
    return fit._rows.in_frame_order(scores)


def dfbeta(fit: CoxFit) -> Floats:
    """(rows, k) each row's influence on the coefficients, to first order (Reid & Crépeau 1985).

    Score residuals times the model-based variance: approximately the coefficients minus those
    without the row.

    Raises:
        UserError: the fit has exact ties.
    """
    return score_residuals(fit) @ fit.model_vcov


def schoenfeld_residuals(fit: CoxFit) -> pl.DataFrame:
    """Covariates at each event minus their mean over the rows at risk (Schoenfeld 1982).

    Returns:
        row (i64, row of the frame), time (f64), and one column of unweighted residuals per term;
        one row per event, sorted by stratum, time and row. With Efron's ties the mean is the
        average over the orders in which the tied events may have occurred.

    Raises:
        UserError: the fit has exact ties.
    """
    _require_hazard(fit)
    rows = fit._rows
    steps = steps_of(rows, fit.coef, fit.ties == "efron")
    residuals = np.zeros_like(rows.x)
    residuals[rows.event] = rows.x[rows.event] - mean_at_event(rows, steps)
    died = np.flatnonzero(rows.event)
    died = died[np.lexsort((rows.order[died], rows.stop[died], rows.stratum[died]))]
    return pl.DataFrame(
        {
            "row": rows.order[died],
            "time": rows.stop[died],
            **{term: residuals[died, i] for i, term in enumerate(fit.table["term"])},
        }
    )


def baseline_hazard(fit: CoxFit) -> pl.DataFrame:
    """The cumulative hazard at covariates 0 (Breslow 1974, or Efron 1977 for his ties).

    exp(−hazard · exp(xβ)) is the probability of no event yet given covariates x.

    Returns:
        [stratum], time, hazard (f64), sorted; one row per distinct stop, with or without an event.

    Raises:
        UserError: the fit has exact ties.
    """
    _require_hazard(fit)
    rows = fit._rows
    steps = steps_of(rows, fit.coef, fit.ties == "efron")
    at_zero = np.exp(-float(rows.mean @ fit.coef))
    frames = []
    for layer in np.unique(rows.stratum):
        own = np.flatnonzero(steps.stratum == layer)[::-1]
        times = np.unique(rows.stop[rows.stratum == layer])
        total = np.append(0.0, np.cumsum(steps.hazard[own])) * at_zero
        hazard = total[np.searchsorted(steps.time[own], times, side="right")]
        frame = pl.DataFrame({"time": times, "hazard": hazard})
        if rows.strata is not None:
            frame = frame.select(pl.lit(rows.strata[int(layer)]).alias("stratum"), pl.all())
        frames.append(frame)
    return pl.concat(frames)


def _require_hazard(fit: CoxFit) -> None:
    require_cox(fit)
    if fit.ties == "exact":
        raise UserError("A fit with exact ties has no baseline hazard: use Efron's ties.")
