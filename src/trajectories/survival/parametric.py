"""Exponential and Weibull proportional hazards models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.errors import UserError
from trajectories.notebook.described import described
from trajectories.survival import usable
from trajectories.survival.cox.model import ratio_table, summed
from trajectories.survival.discrete_time import design
from trajectories.survival.discrete_time.likelihood import inverse, solve
from trajectories.survival.errors import NotEstimableError

Distribution = Literal["exponential", "weibull"]

ROWS = "durations"
LOG_SHAPE = "log shape"
MAX_STEPS = 60
# Half the Newton decrement estimates how far the log-likelihood is below its maximum.
DECREMENT = 1e-18


@described(
    lambda x: f"{x.table.height} terms, {x.rows:,} rows, {x.events:,} events",
    "table",
)
@dataclass(frozen=True)
class ParametricFit:
    """A fitted exponential or Weibull model.

    Attributes:
        table: one row per parameter: term, coef, se, hazard_ratio, low, high (f64); `Intercept`
            first, and `log shape` last in a Weibull model (its exponential is the shape).
        vcov: (k, k) variance in the table's order.
        loglik: log-likelihood of the times.
        loglik_log_time: log-likelihood of log times, as some programs report it.
        rows: number of rows used.
        events: number of events.
        clusters: number of clusters of the robust variance; 0 for the model-based one.
        notes: one sentence for each term that was dropped, and why.
    """

    table: pl.DataFrame
    vcov: Floats
    loglik: float
    loglik_log_time: float
    rows: int
    events: int
    clusters: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Data:
    x: Floats
    stop: Floats
    entry: Floats
    event: Floats
    weight: Floats
    shaped: bool


def fit_parametric(
    frame: pl.DataFrame,
    *,
    stop: str,
    event: str,
    terms: Sequence[str],
    distribution: Distribution = "weibull",
    entry: str | None = None,
    weight: str | None = None,
    cluster: str | None = None,
) -> ParametricFit:
    """Fit the hazard α·t^(α−1)·exp(xβ) to durations by maximum likelihood.

    The exponential model has α = 1 (Kalbfleisch & Prentice 2002). Coefficients are log hazard
    ratios; divide by −α for those of the accelerated failure time model.

    Args:
        frame: one row per duration or part of one.
        stop: column of its end, above 0, when the event, if any, occurs.
        event: column of 0 and 1.
        terms: formula terms, as for `fit_hazard`.
        distribution: "exponential" or "weibull".
        entry: column of the time after which the row is at risk; from 0 if None.
        weight: column of non-negative weights; rows of weight 0 do not count.
        cluster: column of clusters for a sandwich variance, without a small-sample factor.

    Raises:
        UserError: the rows cannot be used (`require_usable`), or a time is 0.
        NotEstimableError: there are no events, only one cluster, or a coefficient diverges.

    Examples:
        >>> import polars as pl
        >>> from trajectories.survival import fit_parametric
        >>> frame = pl.DataFrame({"t": range(1, 7), "e": [1, 1, 0, 1, 1, 1], "x": [0, 1, 0] * 2})
        >>> fit_parametric(frame, stop="t", event="e", terms=["x"]).events
        5

    See Also:
        `fit_cox`.

    R equivalent: `survival::survreg`.
    """
    if distribution not in ("exponential", "weibull"):
        raise UserError(
            f'The distribution {distribution!r} is neither "exponential" nor "weibull".'
        )
    usable.require_frame(frame, ROWS)
    usable.require_usable(
        frame,
        ROWS,
        stop=stop,
        entry=entry,
        event=event,
        weight=weight,
        filled=[*([cluster] if cluster else []), *design.used_columns(terms, frame.columns)],
    )
    until = frame[stop].cast(pl.Float64).to_numpy()
    after = frame[entry].cast(pl.Float64).to_numpy() if entry else np.zeros(len(until))
    usable.refuse_rows(int((until <= 0).sum()), ROWS, f"{stop!r} is 0", "durations must be above 0")
    masses = frame[weight].cast(pl.Float64).to_numpy() if weight else np.ones(len(until))
    ends = frame[event].cast(pl.Float64).to_numpy() * (masses > 0)
    if not ends.any():
        raise NotEstimableError("There is no event, so no hazard ratio can be estimated.")
    matrix, labels = design.term_matrix(frame, terms)
    plain = matrix.toarray()
    mean = plain.mean(axis=0)
    mean[labels.index(design.INTERCEPT)] = 0.0
    centred = plain - mean
    keep, lost = design.independent(centred.T @ centred, list(range(len(labels))))
    data = _Data(centred[:, keep], until, after, ends, masses, distribution == "weibull")
    names = [labels[i] for i in keep] + ([LOG_SHAPE] if data.shaped else [])
    parameters, loglik, information = _maximise(data, names)
    vcov, clusters = inverse(information), 0
    if cluster is not None:
        codes = frame[cluster].rank("dense").to_numpy().astype(np.int64) - 1
        clusters = int(codes.max()) + 1
        usable.require_clusters(clusters, ROWS)
        sums = summed(_scores(data, parameters), codes)
        usable.require_informed(sums, information)
        influence = sums @ vcov
        vcov = influence.T @ influence
    # Report the intercept at covariates 0 rather than at their means.
    back = np.eye(len(parameters))
    back[0, : len(keep)] -= mean[keep]
    coef, vcov = back @ parameters, back @ vcov @ back.T
    return ParametricFit(
        table=ratio_table(names, coef, vcov),
        vcov=vcov,
        loglik=loglik,
        loglik_log_time=loglik + float(np.sum(masses * ends * np.log(until))),
        rows=frame.height,
        events=int(ends.sum()),
        clusters=clusters,
        notes=tuple(
            f"The term {labels[i]} is constant, or a combination of the terms before it, and was "
            "left out."
            for i in lost
        ),
    )


def _maximise(data: _Data, names: list[str]) -> tuple[Floats, float, Floats]:
    """Newton's method with step halving, from the exponential model without covariates."""
    parameters = np.zeros(len(names))
    exposure = float(np.sum(data.weight * (data.stop - data.entry)))
    parameters[0] = np.log(float(np.sum(data.weight * data.event)) / exposure)
    loglik = _loglik(data, parameters)
    for _ in range(MAX_STEPS):
        gradient = _scores(data, parameters).sum(axis=0)
        information = _information(data, parameters)
        step = solve(information, gradient)
        if step is None:
            break
        if float(gradient @ step) < DECREMENT * data.weight.mean():
            return parameters, loglik, information
        while not (reached := _loglik(data, parameters + step)) >= loglik - 1e-12 * abs(loglik):
            step = step / 2
        parameters, loglik = parameters + step, reached
    raise NotEstimableError("The likelihood has no maximum: leave terms out or pool their levels.")


def _split(data: _Data, parameters: Floats) -> tuple[Floats, float]:
    if data.shaped:
        return data.x @ parameters[:-1], float(np.exp(parameters[-1]))
    return data.x @ parameters, 1.0


def _powers(data: _Data, shape: float) -> tuple[Floats, Floats, Floats]:
    """t^α, t^α·log t and t^α·log² t, each minus its value at entry (0 at entry 0)."""
    log_stop = np.log(data.stop)
    log_entry = np.log(np.where(data.entry > 0, data.entry, 1.0))
    stop = data.stop**shape
    entry = np.where(data.entry > 0, data.entry**shape, 0.0)
    return (
        stop - entry,
        stop * log_stop - entry * log_entry,
        stop * log_stop**2 - entry * log_entry**2,
    )


def _loglik(data: _Data, parameters: Floats) -> float:
    # Of a step too long for floating point the likelihood is no number; it is then halved.
    with np.errstate(all="ignore"):
        eta, shape = _split(data, parameters)
        hazard = np.exp(eta) * _powers(data, shape)[0]
        at_event = np.log(shape) + (shape - 1) * np.log(data.stop) + eta
        return float(np.sum(data.weight * (data.event * at_event - hazard)))


def _scores(data: _Data, parameters: Floats) -> Floats:
    eta, shape = _split(data, parameters)
    power, first, _ = _powers(data, shape)
    scores = (data.weight * (data.event - np.exp(eta) * power))[:, None] * data.x
    if not data.shaped:
        return scores
    own = data.event * (1 + shape * np.log(data.stop)) - np.exp(eta) * shape * first
    return np.column_stack([scores, data.weight * own])


def _information(data: _Data, parameters: Floats) -> Floats:
    """The observed information; its shape part is positive only near the maximum."""
    eta, shape = _split(data, parameters)
    power, first, second = _powers(data, shape)
    risk = data.weight * np.exp(eta)
    beta = data.x.T @ ((risk * power)[:, None] * data.x)
    if not data.shaped:
        return beta
    cross = data.x.T @ (risk * shape * first)
    own = np.sum(risk * (shape * first + shape**2 * second))
    own -= np.sum(data.weight * data.event * shape * np.log(data.stop))
    return np.block([[beta, cross[:, None]], [cross[None, :], np.array([[own]])]])
