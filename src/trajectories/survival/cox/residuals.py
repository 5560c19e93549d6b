"""Residuals of a Cox model, and its baseline hazard.

Residuals of rows come in the order of the frame that was fitted; those of a person are the sums
over the person's rows.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.errors import UserError
from trajectories.survival.cox.model import CoxFit
from trajectories.survival.cox.scores import lived, mean_at_event, score_rows, steps_of

Floats = NDArray[np.float64]


def martingale_residuals(fit: CoxFit) -> Floats:
    """(rows,) events less the events expected of each row (Therneau, Grambsch & Fleming 1990).

    Without a weight in them; with Efron's ties who has the event is exposed to the part of the
    step that falls before he leaves. Weighted they sum to 0.

    Raises:
        UserError: the fit has exact ties.
    """
    _require_hazard(fit)
    steps = steps_of(fit._rows, fit.coef, fit.ties == "efron")
    expected = lived(fit._rows, steps, steps.hazard) * np.exp(fit._rows.x @ fit.coef)
    return fit._rows.in_frame_order(fit._rows.event - expected)


def deviance_residuals(fit: CoxFit) -> Floats:
    """(rows,) martingale residuals, made nearly symmetric (Therneau, Grambsch & Fleming 1990).

    Raises:
        UserError: the fit has exact ties.
    """
    martingale = martingale_residuals(fit)
    event = fit._rows.in_frame_order(fit._rows.event.astype(np.float64))
    # Where there is no event the logarithm's term is 0.
    expected = np.where(event == 1, event - martingale, 1.0)
    return np.sign(martingale) * np.sqrt(-2 * (martingale + event * np.log(expected)))


def score_residuals(fit: CoxFit) -> Floats:
    """(rows, k) each row's contribution to the score, times its weight; columns sum to 0.

    Raises:
        UserError: the fit has exact ties.
    """
    _require_hazard(fit)
    scores = score_rows(fit._rows, fit.coef, fit.ties == "efron")
    return fit._rows.in_frame_order(scores)


def dfbeta(fit: CoxFit) -> Floats:
    """(rows, k) by how much each row moves the coefficients, to first order (Reid & Crépeau 1985).

    Score residuals times the model's own variance: what the coefficients lose, nearly, where the
    row is left out.

    Raises:
        UserError: the fit has exact ties.
    """
    return score_residuals(fit) @ fit.model_vcov


def schoenfeld_residuals(fit: CoxFit) -> pl.DataFrame:
    """Covariates of who has the event less their mean among those at risk (Schoenfeld 1982).

    Returns:
        row (i64, row of the frame), time (f64), and a column of residuals for each term, without a
        weight in them; one row an event, by stratum, time and row. With Efron's ties the mean is
        the average over the order in which those with the event may leave.

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
    """The cumulative hazard where all covariates are 0 (Breslow 1974, or Efron 1977 with his ties).

    exp(−hazard · exp(xβ)) is the share of those with covariates x that has not had the event.

    Returns:
        [stratum], time, hazard (f64), sorted; one row for each end of a row, whether by an event
        or not.

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
    if fit.ties == "exact":
        raise UserError("A fit with exact ties has no baseline hazard: use Efron's ties.")
