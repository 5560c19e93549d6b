"""The Cox model with late entry, ties, strata, weights and clusters; Fine–Gray rests on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from trajectories.errors import UserError
from trajectories.hazards.cox_kernels import hazard_steps, partial_likelihood
from trajectories.hazards.design import independent, term_matrix
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.solve import inverse

Floats = NDArray[np.float64]
Ties = Literal["efron", "breslow"]

MAX_STEPS = 30
# Half the Newton decrement is the log-likelihood still to gain.
DECREMENT = 1e-18
NORMAL_95 = float(stats.norm.ppf(0.975))


@dataclass(frozen=True)
class CoxFit:
    """A fitted Cox model.

    Attributes:
        table: one row a term: term, coef, se, hazard_ratio, low, high (f64); 95 % intervals with
            normal quantiles.
        vcov: (k, k) variance in the table's order.
        loglik: log partial likelihood.
        rows: rows used.
        events: events among them.
        clusters: clusters of the robust variance, 0 for the model's own.
        notes: one sentence for each term that was left out, and why.
    """

    table: pl.DataFrame
    vcov: Floats
    loglik: float
    rows: int
    events: int
    clusters: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Rows:
    """Rows sorted by stratum and stop (latest first), with the order of their entries."""

    x: Floats
    weight: Floats
    entry: Floats
    stop: Floats
    event: NDArray[np.bool_]
    stratum: NDArray[np.int64]
    by_entry: NDArray[np.int64]
    order: NDArray[np.int64]


def fit_cox(
    frame: pl.DataFrame,
    *,
    stop: str,
    event: str,
    terms: Sequence[str],
    entry: str | None = None,
    ties: Ties = "efron",
    strata: str | None = None,
    weight: str | None = None,
    cluster: str | None = None,
) -> CoxFit:
    """Fit a Cox model by the partial likelihood (Cox 1972).

    Args:
        frame: one row a time at risk.
        stop: column of its end; the event, if any, falls there.
        event: column of 0 and 1.
        terms: formula terms, as for `fit_hazard`.
        entry: column of the time after which the row is at risk; from the start where not given.
        ties: Efron's (1977) or Breslow's (1974) approximation.
        strata: column of strata, each with a baseline of its own.
        weight: column of positive weights.
        cluster: column of clusters: the variance is the sum over clusters of the squared sums of
            score residuals (Lin & Wei 1989), without a small-sample factor.

    Raises:
        UserError: a column is missing or empty, or an entry does not lie before its stop.
        NotEstimableError: there is no event, or a coefficient runs away.
    """
    named = [stop, event, *(c for c in (entry, strata, weight, cluster) if c)]
    for name in named:
        if name not in frame.columns:
            raise UserError(f"The rows at risk have no column {name!r}.")
        if frame[name].null_count():
            raise UserError(f"The column {name!r} of the rows at risk has empty values.")
    x, names, notes = _terms(frame, terms)
    rows = _sorted(frame, x, stop, event, entry, strata, weight)
    if (rows.entry >= rows.stop).any():
        raise UserError(f"An entry does not lie before its {stop!r}.")
    if not rows.event.any():
        raise NotEstimableError("There is no event, so no hazard ratio can be estimated.")
    coef, loglik, information, times = _maximise(rows, names, ties == "efron")
    vcov = inverse(information)
    clusters = 0
    if cluster is not None:
        codes = frame[cluster].rank("dense").to_numpy().astype(np.int64)[rows.order] - 1
        clusters = int(codes.max()) + 1
        residuals = _score_residuals(rows, coef, ties == "efron", times)
        sums = np.zeros((clusters, len(coef)))
        np.add.at(sums, codes, residuals)
        influence = sums @ vcov
        vcov = influence.T @ influence
    se = np.sqrt(np.diag(vcov))
    table = pl.DataFrame(
        {
            "term": names,
            "coef": coef,
            "se": se,
            "hazard_ratio": np.exp(coef),
            "low": np.exp(coef - NORMAL_95 * se),
            "high": np.exp(coef + NORMAL_95 * se),
        }
    )
    return CoxFit(table, vcov, loglik, frame.height, int(rows.event.sum()), clusters, tuple(notes))


def _terms(frame: pl.DataFrame, terms: Sequence[str]) -> tuple[Floats, list[str], list[str]]:
    """Centred covariates without those that are constant or combinations of earlier ones."""
    matrix, labels = term_matrix(frame, terms)
    centred = matrix.toarray()[:, 1:]
    centred = np.ascontiguousarray(centred - centred.mean(axis=0))
    keep, lost = independent(centred.T @ centred, list(range(centred.shape[1])))
    notes = [
        f"The term {labels[i + 1]} is constant, or a combination of the terms before it, and was "
        "left out."
        for i in lost
    ]
    if not keep:
        raise NotEstimableError("No term differs between the rows at risk.")
    return np.ascontiguousarray(centred[:, keep]), [labels[i + 1] for i in keep], notes


def _sorted(
    frame: pl.DataFrame,
    x: Floats,
    stop: str,
    event: str,
    entry: str | None,
    strata: str | None,
    weight: str | None,
) -> _Rows:
    until = frame[stop].cast(pl.Float64).to_numpy()
    after = frame[entry].cast(pl.Float64).to_numpy() if entry else np.full(len(until), -np.inf)
    layer = (
        frame[strata].rank("dense").to_numpy().astype(np.int64)
        if strata
        else np.zeros(len(until), np.int64)
    )
    order = np.lexsort((-until, layer))
    return _Rows(
        x=np.ascontiguousarray(x[order]),
        weight=(frame[weight].cast(pl.Float64).to_numpy() if weight else np.ones(len(until)))[
            order
        ],
        entry=after[order],
        stop=until[order],
        event=frame[event].cast(pl.Int64).to_numpy()[order] == 1,
        stratum=layer[order],
        by_entry=np.lexsort((-after[order], layer[order])).astype(np.int64),
        order=order,
    )


def _risk(rows: _Rows, coef: Floats) -> tuple[Floats, Floats]:
    eta = rows.x @ coef
    return eta, rows.weight * np.exp(eta)


def _maximise(rows: _Rows, names: list[str], efron: bool) -> tuple[Floats, float, Floats, int]:
    coef: Floats = np.zeros(rows.x.shape[1])
    best = -np.inf
    step: Floats = np.zeros_like(coef)
    data = (rows.weight, rows.entry, rows.stop, rows.event, rows.stratum, rows.by_entry)
    for _ in range(MAX_STEPS):
        eta, risk = _risk(rows, coef)
        loglik, gradient, information, times = partial_likelihood(rows.x, risk, eta, *data, efron)
        if not loglik >= best - 1e-9 * abs(loglik):
            coef, step = coef - step / 2, step / 2
            continue
        best = loglik
        step = np.asarray(np.linalg.solve(information, gradient), dtype=np.float64)
        if float(gradient @ step) < DECREMENT:
            return coef, float(loglik), information, int(times)
        coef = coef + step
    away = [name for name, move in zip(names, step, strict=True) if abs(move) > 0.1]
    raise NotEstimableError(
        f"The partial likelihood has no maximum: {', '.join(away[:3]) or 'a term'} runs away."
    )


def _score_residuals(rows: _Rows, coef: Floats, efron: bool, times: int) -> Floats:
    """(rows, k) each row's contribution to the score, in the order of the sorted rows."""
    _, risk = _risk(rows, coef)
    layers, moments, jumps, jump_means, dead, dead_means, means = hazard_steps(
        rows.x,
        risk,
        rows.weight,
        rows.entry,
        rows.stop,
        rows.event,
        rows.stratum,
        rows.by_entry,
        efron,
        times,
    )
    result = np.zeros_like(rows.x)
    for layer in np.unique(layers):
        own = np.flatnonzero(layers == layer)[::-1]
        members = np.flatnonzero(rows.stratum == layer)
        at = moments[own]
        total = np.append(0.0, np.cumsum(jumps[own]))
        total_means = np.vstack([np.zeros(len(coef)), np.cumsum(jump_means[own], axis=0)])
        last = np.searchsorted(at, rows.stop[members], side="right")
        first = np.searchsorted(at, rows.entry[members], side="right")
        x, r = rows.x[members], risk[members][:, None]
        lived = x * (total[last] - total[first])[:, None] - (total_means[last] - total_means[first])
        part = -r * lived
        died = np.flatnonzero(rows.event[members])
        moment = own[last[died] - 1]
        kept = x[died] * (jumps - dead)[moment][:, None] - (jump_means - dead_means)[moment]
        part[died] += r[died] * kept
        part[died] += rows.weight[members][died][:, None] * (x[died] - means[moment])
        result[members] = part
    return result
