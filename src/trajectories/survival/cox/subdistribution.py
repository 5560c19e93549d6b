"""Fine–Gray: proportional subdistribution hazards of one of several competing exits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.survival.cox.model import CoxFit, Ties, fit_rows, ratio_table, summed
from trajectories.survival.cox.residuals import score_residuals
from trajectories.survival.cox.scores import steps_of
from trajectories.survival.discrete_time.design import used_columns
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.tied_times import tied
from trajectories.survival.usable import require_frame, require_size, require_usable

Censored = Literal["after", "with"]
Weights = Literal["known", "estimated"]
ENTRY, STOP, EVENT, WEIGHT, ROW = "__entry", "__stop", "__event", "__weight", "__row"


def fine_gray(
    durations: pl.DataFrame,
    *,
    terms: Sequence[str],
    exit_number: int = 1,
    ties: Ties = "efron",
    cluster: str = "person",
    censored: Censored = "after",
    weights: Weights = "known",
) -> CoxFit:
    """Fit a proportional subdistribution hazards model (Fine & Gray 1999).

    Persons who leave by another exit at T remain at risk with weight G(t−)/G(T−), where G is the
    Kaplan–Meier estimate of not being censored. The weighted partial likelihood is that of
    `fit_cox`, with a robust variance by `cluster`.

    Args:
        durations: one row per course: person, time, exit (integer, 0 = censored), and the terms'
            columns, constant within a course. No late entry.
        terms: formula terms.
        exit_number: the exit of interest.
        ties: Efron's or Breslow's approximation.
        cluster: column of clusters.
        censored: whether censorings at the time of an exit occur "after" it (R's `finegray`) or
            "with" it (`cmprsk::crr`); affects G only.
        weights: whether the variance treats the weights as "known" (R's `finegray`) or accounts
            for their estimation (`cmprsk::crr`; Fine & Gray 1999, section 3).

    Raises:
        UserError: the durations cannot be used (`require_usable`), have late entries, or would
            make more rows than `MOST_ROWS`.
        NotEstimableError: nobody leaves by that exit, or there is only one cluster.

    Examples:
        >>> import polars as pl
        >>> from trajectories.survival import fine_gray
        >>> exits = [1, 2, 1, 0, 1, 2]
        >>> durations = pl.DataFrame(
        ...     {"person": range(6), "time": range(1, 7), "exit": exits, "x": [0, 1, 1] * 2}
        ... )
        >>> fine_gray(durations, terms=["x"]).events
        3

    See Also:
        `cumulative_incidence`, `fit_cox`.

    R equivalent: `cmprsk::crr`.
    """
    require_frame(durations, "durations")
    if weights not in get_args(Weights):
        raise UserError(f"The weights {weights!r} are unknown: write known or estimated.")
    if censored not in get_args(Censored):
        raise UserError(f"The censoring order {censored!r} is unknown: write after or with.")
    if not isinstance(exit_number, int | np.integer) or exit_number < 1:
        raise UserError(
            f"There is no exit {exit_number!r}: exits are numbered from 1, and 0 means censored."
        )
    entry = "entry" if "entry" in durations.columns else None
    require_usable(
        durations,
        "durations",
        stop="time",
        entry=entry,
        ends="exit",
        filled=[cluster, *used_columns(terms, durations.columns)],
    )
    if ties not in ("efron", "breslow"):
        raise UserError("Fine–Gray requires Efron's or Breslow's ties.")
    if entry and (durations[entry] > 0).any():
        raise UserError("Fine–Gray does not support late entry: every entry must be 0.")
    if not (durations["exit"] == exit_number).any():
        raise NotEstimableError("Nobody leaves by the exit of interest.")
    own = durations.with_row_index(ROW)
    rows = extended(own, exit_number, censored)
    fit = fit_rows(
        rows,
        entry=ENTRY,
        stop=STOP,
        event=EVENT,
        terms=terms,
        ties=ties,
        weight=WEIGHT,
        cluster=cluster,
    )
    if weights == "known":
        return fit
    scores = np.zeros((own.height, len(fit.coef)))
    np.add.at(scores, rows[ROW].to_numpy(), score_residuals(fit))
    scores += _scores_of_weights(own, fit, exit_number, censored)
    codes = own[cluster].rank("dense").to_numpy().astype(np.int64) - 1
    influence = summed(scores, codes) @ fit.model_vcov
    vcov = influence.T @ influence
    table = ratio_table(fit.table["term"].to_list(), fit.coef, vcov)
    return replace(fit, table=table, vcov=vcov)


def extended(durations: pl.DataFrame, exit_number: int, censored: Censored) -> pl.DataFrame:
    """Add weighted rows after other exits to the durations, one per stretch of equal weight.

    Returns:
        The durations' columns with `__entry`, `__stop`, `__event` (i8) and `__weight`.
    """
    time = _times(durations)
    ends = durations["exit"].to_numpy()
    start = min(0.0, float(time.min()) - 1.0)
    own = durations.with_columns(
        pl.lit(start).alias(ENTRY),
        pl.Series(STOP, time),
        (pl.col("exit") == exit_number).cast(pl.Int8).alias(EVENT),
        pl.lit(1.0).alias(WEIGHT),
    )
    moments = np.unique(time[ends == exit_number])
    kept = _censoring(time, ends, censored)
    at_moments = kept.before(moments)
    # Consecutive event times with the same weight form one stretch, ending at the last of them.
    last = np.append(at_moments[1:] != at_moments[:-1], True)
    closes, weights = moments[last], at_moments[last]
    others = np.flatnonzero((ends != 0) & (ends != exit_number))
    first = np.searchsorted(closes, time[others], side="right")
    counts = len(closes) - first
    require_size(int(counts.sum()), "weighted rows", mend="round the times")
    row = np.repeat(others, counts)
    stretch = np.concatenate([np.arange(f, len(closes)) for f in first] or [np.zeros(0)]).astype(
        np.int64
    )
    share = weights[stretch] / kept.before(time[row])
    # Until the first censoring the weight is 1, so the course's own row is extended.
    whole = share == 1
    last_whole = time.copy()
    last_whole[row[whole]] = closes[stretch[whole]]
    own = own.with_columns(pl.Series(STOP, last_whole))
    partly = (share > 0) & ~whole
    row, stretch, share = row[partly], stretch[partly], share[partly]
    previous = np.append(start, closes)[stretch]
    later: pl.DataFrame = durations[row].with_columns(
        pl.Series(ENTRY, np.maximum(previous, time[row])),
        pl.Series(STOP, closes[stretch]),
        pl.lit(0, pl.Int8).alias(EVENT),
        pl.Series(WEIGHT, share),
    )
    return pl.concat([own, later])


def _times(durations: pl.DataFrame) -> Floats:
    return tied(durations["time"].cast(pl.Float64).to_numpy())[0]


@dataclass(frozen=True)
class _Censoring:
    """Censorings at each observed time: number censored, number exposed, and G (all (times,))."""

    times: Floats
    lost: Floats
    exposed: Floats
    kept: Floats

    def before(self, at: Floats) -> Floats:
        """G just before each time."""
        return np.append(1.0, self.kept)[np.searchsorted(self.times, at, side="left")]


def _censoring(time: Floats, ends: Ints, censored: Censored) -> _Censoring:
    times, at = np.unique(time, return_inverse=True)
    leaving = np.bincount(at).astype(np.float64)
    lost = np.bincount(at, weights=ends == 0).astype(np.float64)
    exposed: Floats = np.cumsum(leaving[::-1])[::-1]
    if censored == "after":
        # Persons who exit at t are not at risk of being censored at t.
        exposed = exposed - (leaving - lost)
    # Times with nobody exposed to censoring have no censorings either.
    exposed = np.maximum(exposed, 1.0)
    return _Censoring(times, lost, exposed, np.asarray(np.cumprod(1 - lost / exposed)))


def _scores_of_weights(
    durations: pl.DataFrame, fit: CoxFit, exit_number: int, censored: Censored
) -> Floats:
    """(durations, k) each course's contribution to the score through the estimate of G.

    q(u) is the change of the score for a proportional change of G at u, from persons who left by
    another exit before u and remain at risk at u or later. The contribution is q(u) / at risk(u) at
    the course's own censoring minus Σ q(u) · censored(u) / at risk(u)² over the times at which the
    course was at risk of censoring.
    """
    rows, terms = fit._rows, len(fit.coef)
    time = _times(durations)
    ends = durations["exit"].to_numpy()
    kept = _censoring(time, ends, censored)
    steps = steps_of(rows, fit.coef, fit.ties == "efron")
    # Σ of G dΛ and of G · mean · dΛ over event times from u on.
    moments, mean = steps.time[::-1], steps.mean[::-1]
    jumps = kept.before(moments) * steps.hazard[::-1]
    hazard = np.append(np.cumsum(jumps[::-1])[::-1], 0.0)
    none = np.zeros((1, terms))
    moved = np.vstack([np.cumsum((jumps[:, None] * mean)[::-1], axis=0)[::-1], none])
    # The courses' own rows come first among the extended rows.
    x = rows.in_frame_order(rows.x)[: len(time)]
    other = (ends != 0) & (ends != exit_number)
    risk = np.where(other, np.exp(x @ fit.coef) / kept.before(time), 0.0)
    order = np.argsort(time, kind="stable")
    left = np.append(0.0, np.cumsum(risk[order]))
    left_x = np.vstack([none, np.cumsum((risk[:, None] * x)[order], axis=0)])
    gone = np.searchsorted(time[order], kept.times, side="left")
    ahead = np.searchsorted(moments, kept.times, side="left")
    q = hazard[ahead][:, None] * left_x[gone] - moved[ahead] * left[gone][:, None]
    at = np.searchsorted(kept.times, time)
    share = q / kept.exposed[:, None]
    past = np.vstack([none, np.cumsum(share * (kept.lost / kept.exposed)[:, None], axis=0)])
    # If censorings come after exits, persons who exit at u are not at risk of censoring at u.
    until = at + 1 if censored == "with" else np.where(ends == 0, at + 1, at)
    return np.asarray(np.where((ends == 0)[:, None], share[at], 0.0) - past[until])
