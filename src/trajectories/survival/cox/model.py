"""The Cox model with late entry, ties, strata, weights and clusters."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.distributions import normal_quantile
from trajectories.errors import UserError
from trajectories.notebook.described import described
from trajectories.survival import usable
from trajectories.survival.cox.cox_kernels import partial_likelihood
from trajectories.survival.cox.exact_kernels import exact_likelihood
from trajectories.survival.cox.rows import CoxRows, cox_rows
from trajectories.survival.cox.scores import score_rows
from trajectories.survival.discrete_time.design import independent, used_columns
from trajectories.survival.discrete_time.likelihood import inverse, solve
from trajectories.survival.errors import NotEstimableError

Ties = Literal["efron", "breslow", "exact"]

ROWS = "rows at risk"
MAX_STEPS = 30
# Half the Newton decrement estimates how far the log-likelihood is below its maximum.
DECREMENT = 1e-18
BOUNDLESS = 1e4  # standard error of a coefficient per standard deviation of its term
NORMAL_95 = normal_quantile(0.975)


@described(
    lambda x: f"{x.table.height} terms, {x.rows:,} rows, {x.events:,} events, ties {x.ties}",
    "table",
)
@dataclass(frozen=True)
class CoxFit:
    """A fitted Cox model.

    Attributes:
        table: one row per term: term, coef, se, hazard_ratio, low, high (f64); 95 % intervals with
            normal quantiles.
        vcov: (k, k) variance of the coefficients, in the table's order.
        loglik: log partial likelihood.
        loglik_null: log partial likelihood with all coefficients 0.
        model_vcov: (k, k) model-based variance, the inverse of the information.
        rows: number of rows used.
        events: number of events.
        clusters: number of clusters of the robust variance; 0 for the model-based one.
        ties: the method for ties.
        notes: one sentence for each term that was dropped, and why.
    """

    table: pl.DataFrame
    vcov: Floats
    loglik: float
    loglik_null: float
    model_vcov: Floats
    rows: int
    events: int
    clusters: int
    ties: Ties
    notes: tuple[str, ...]
    _rows: CoxRows = field(repr=False)
    _codes: Ints | None = field(repr=False)

    @property
    def coef(self) -> Floats:
        """(k,) coefficients in the table's order."""
        return self.table["coef"].to_numpy()


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
    """Fit a Cox model by maximum partial likelihood (Cox 1972).

    Args:
        frame: one row per time at risk.
        stop: column of its end, when the event, if any, occurs.
        event: column of 0 and 1.
        terms: formula terms, as for `fit_hazard`.
        entry: column of the time after which the row is at risk; from the start if None.
        ties: Efron's (1977) or Breslow's (1974) approximation, or "exact": the conditional
            likelihood of the discrete-time logit (Cox 1972), by the recursion of Gail, Lubin &
            Rubinstein (1981), whose running time grows with the number of tied events.
        strata: column of strata, each with its own baseline.
        weight: column of non-negative weights; rows of weight 0 do not count.
        cluster: column of clusters for the robust variance, the sum over clusters of their squared
            score residuals (Lin & Wei 1989), without a small-sample factor.

    Raises:
        UserError: the rows cannot be used (`require_usable`), a term cannot be read, or exact
            ties are combined with weights or clusters.
        NotEstimableError: there are no events, no term that differs between rows at risk together,
            or only one cluster, or a coefficient diverges.

    Examples:
        >>> import polars as pl
        >>> from trajectories.survival import fit_cox
        >>> frame = pl.DataFrame({"t": range(1, 7), "e": [1, 1, 0, 1, 1, 1], "x": [0, 1, 0] * 2})
        >>> fit_cox(frame, stop="t", event="e", terms=["x"]).events
        5

    See Also:
        `proportional_hazards_test`, `fit_hazard`, `trajectories.plot.forest`.

    R equivalent: `survival::coxph`.
    """
    if ties not in get_args(Ties):
        raise UserError(f"The ties {ties!r} are unknown: write one of {', '.join(get_args(Ties))}.")
    usable.require_frame(frame, ROWS)
    usable.require_usable(
        frame,
        ROWS,
        stop=stop,
        entry=entry,
        event=event,
        weight=weight,
        filled=[*(c for c in (strata, cluster) if c), *used_columns(terms, frame.columns)],
    )
    if ties == "exact" and (weight or cluster):
        raise UserError("Exact ties do not support weights or clusters: use Efron's ties.")
    return fit_rows(
        frame,
        stop=stop,
        event=event,
        terms=terms,
        entry=entry,
        ties=ties,
        strata=strata,
        weight=weight,
        cluster=cluster,
    )


def fit_rows(
    frame: pl.DataFrame,
    *,
    stop: str,
    event: str,
    terms: Sequence[str],
    entry: str | None,
    ties: Ties,
    cluster: str | None,
    strata: str | None = None,
    weight: str | None = None,
) -> CoxFit:
    """`fit_cox` for rows that have been checked."""
    rows, names, notes = cox_rows(
        frame, stop=stop, event=event, terms=terms, entry=entry, strata=strata, weight=weight
    )
    if not rows.event.any():
        raise NotEstimableError("There is no event, so no hazard ratio can be estimated.")
    rows, names, more = _varying(rows, names, ties)
    coef, loglik, null, information = _maximise(rows, names, ties)
    model_vcov = inverse(information)
    vcov, clusters, codes = model_vcov, 0, None
    if cluster is not None:
        codes = frame[cluster].rank("dense").to_numpy().astype(np.int64)[rows.order] - 1
        clusters = int(codes.max()) + 1
        usable.require_clusters(clusters, ROWS)
        sums = summed(score_rows(rows, coef, ties == "efron"), codes)
        usable.require_informed(sums, information)
        influence = sums @ model_vcov
        vcov = influence.T @ influence
    return CoxFit(
        table=ratio_table(names, coef, vcov),
        vcov=vcov,
        loglik=loglik,
        loglik_null=null,
        model_vcov=model_vcov,
        rows=frame.height,
        events=int(rows.event.sum()),
        clusters=clusters,
        ties=ties,
        notes=(*notes, *more),
        _rows=rows,
        _codes=codes,
    )


def require_cox(fit: object) -> None:
    """Refuse the fit of another model.

    Raises:
        UserError: it is no `CoxFit`.
    """
    if not isinstance(fit, CoxFit):
        raise UserError(f"The fit is a {type(fit).__name__}: this takes what fit_cox returns.")


def ratio_table(names: Sequence[str], coef: Floats, vcov: Floats) -> pl.DataFrame:
    """term, coef, se, hazard_ratio, low, high (f64); normal 95 % intervals of the ratio."""
    se = np.sqrt(np.diag(vcov))
    return pl.DataFrame(
        {
            "term": list(names),
            "coef": coef,
            "se": se,
            "hazard_ratio": np.exp(coef),
            "low": np.exp(coef - NORMAL_95 * se),
            "high": np.exp(coef + NORMAL_95 * se),
        }
    )


def summed(scores: Floats, codes: Ints) -> Floats:
    """(clusters, k) sums of row scores by cluster; `codes` holds the cluster of each row."""
    sums = np.zeros((int(codes.max()) + 1, scores.shape[1]))
    np.add.at(sums, codes, scores)
    return sums


def likelihood(rows: CoxRows, coef: Floats, ties: Ties) -> tuple[float, Floats, Floats]:
    """The log partial likelihood, its gradient and information at the given coefficients."""
    eta, risk = rows.risk(coef)
    ends = (rows.entry, rows.stop, rows.event, rows.stratum)
    if ties == "exact":
        return exact_likelihood(rows.x, eta, *ends)
    return partial_likelihood(rows.x, risk, eta, rows.weight, *ends, rows.by_entry, ties == "efron")


def _varying(rows: CoxRows, names: list[str], ties: Ties) -> tuple[CoxRows, list[str], list[str]]:
    """Drop the terms that do not differ between rows at risk together."""
    information = likelihood(rows, np.zeros(len(names)), ties)[2]
    keep, lost = independent(information, list(range(len(names))))
    if not keep:
        raise NotEstimableError(
            "No term differs between rows that are at risk together at an event, so no hazard "
            "ratio can be estimated: choose fewer strata."
        )
    notes = [
        f"The term {names[i]} does not differ between rows at risk together at an event, or is a "
        "combination of the terms before it there, and was left out."
        for i in lost
    ]
    if lost:
        rows = replace(rows, x=np.ascontiguousarray(rows.x[:, keep]), mean=rows.mean[keep])
    return rows, [names[i] for i in keep], notes


def _boundless(rows: CoxRows, information: Floats) -> Floats:
    """Tell, by 1 and 0, of which coefficients the likelihood is flat to rounding, so far out."""
    errors = np.sqrt(np.diag(inverse(information))) * rows.x.std(axis=0)
    found: Floats = (errors > BOUNDLESS).astype(np.float64)
    return found


def _maximise(rows: CoxRows, names: list[str], ties: Ties) -> tuple[Floats, float, float, Floats]:
    coef: Floats = np.zeros(rows.x.shape[1])
    null = best = -np.inf
    step: Floats = np.zeros_like(coef)
    for turn in range(MAX_STEPS):
        loglik, gradient, information = likelihood(rows, coef, ties)
        null = loglik if turn == 0 else null
        if not loglik >= best - 1e-9 * abs(loglik):
            coef, step = coef - step / 2, step / 2
            continue
        best = loglik
        solved = solve(information, gradient)
        if solved is None:
            break
        step = solved
        if float(gradient @ step) < DECREMENT * rows.weight.mean():
            step = _boundless(rows, information)
            if step.any():
                break
            return coef, float(loglik), float(null), information
        coef = coef + step
    away = [name for name, move in zip(names, step, strict=True) if abs(move) > 0.1]
    raise NotEstimableError(
        f"The partial likelihood has no maximum: {', '.join(away[:3]) or 'a term'} diverges."
    )
