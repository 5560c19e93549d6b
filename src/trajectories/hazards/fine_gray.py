"""Fine–Gray: proportional hazards of the cumulative incidence of one exit."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.errors import UserError
from trajectories.hazards.cox import CoxFit, Ties, fit_cox
from trajectories.hazards.errors import NotEstimableError

Censored = Literal["after", "with"]
ENTRY, STOP, EVENT, WEIGHT = "__entry", "__stop", "__event", "__weight"


def fine_gray(
    durations: pl.DataFrame,
    *,
    terms: Sequence[str],
    exit_number: int = 1,
    ties: Ties = "efron",
    cluster: str = "person",
    censored: Censored = "after",
) -> CoxFit:
    """Fit a proportional subdistribution hazard (Fine & Gray 1999).

    Who leaves by another exit stays at risk with the weight G(t−)/G(T−), G the Kaplan–Meier
    estimate of not being censored; the weighted partial likelihood is that of `fit_cox`. The
    variance is the robust one by `cluster`, with the weights taken as known.

    Args:
        durations: one row a course: person, time, exit (integer, 0 = censored), and the terms'
            columns, constant within a course. No late entries.
        terms: formula terms.
        exit_number: the exit of interest.
        ties: Efron's or Breslow's approximation.
        cluster: column of clusters.
        censored: who is censored at the time of an exit leaves "after" it (R's `finegray`) or
            "with" it (`cmprsk::crr`); it matters for G alone.

    Raises:
        UserError: a column is missing, or there are late entries.
        NotEstimableError: nobody leaves by that exit.
    """
    for name in ("time", "exit", cluster):
        if name not in durations.columns:
            raise UserError(f"The durations have no column {name!r}.")
    if "entry" in durations.columns and (durations["entry"] > 0).any():
        raise UserError("Fine–Gray takes durations that are followed from their start only.")
    if not (durations["exit"] == exit_number).any():
        raise NotEstimableError("Nobody leaves by the exit of interest.")
    rows = extended(durations, exit_number, censored)
    return fit_cox(
        rows,
        entry=ENTRY,
        stop=STOP,
        event=EVENT,
        terms=terms,
        ties=ties,
        weight=WEIGHT,
        cluster=cluster,
    )


def extended(durations: pl.DataFrame, exit_number: int, censored: Censored) -> pl.DataFrame:
    """The durations with weighted rows after other exits, one a stretch of equal weight.

    Args:
        durations: as for `fine_gray`.
        exit_number: the exit of interest.
        censored: as for `fine_gray`.

    Returns:
        The durations' columns with `__entry`, `__stop`, `__event` (i8) and `__weight`.
    """
    time = durations["time"].cast(pl.Float64).to_numpy()
    ends = durations["exit"].to_numpy()
    start = min(0.0, float(time.min()) - 1.0)
    own = durations.with_columns(
        pl.lit(start).alias(ENTRY),
        pl.Series(STOP, time),
        (pl.col("exit") == exit_number).cast(pl.Int8).alias(EVENT),
        pl.lit(1.0).alias(WEIGHT),
    )
    moments = np.unique(time[ends == exit_number])
    times = np.unique(time)
    lost = np.array([((time == t) & (ends == 0)).sum() for t in times])
    exposed = np.array([(time >= t).sum() for t in times])
    if censored == "after":
        # Who leaves by an exit at t is not at risk of being censored then.
        exposed = exposed - np.array([((time == t) & (ends != 0)).sum() for t in times])
    kept = np.cumprod(1 - lost / np.maximum(exposed, 1))

    def before(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.append(1.0, kept)[np.searchsorted(times, at, side="left")]

    at_moments = before(moments)
    # Event times with the same weight make one stretch, which ends with the last of them.
    last = np.append(at_moments[1:] != at_moments[:-1], True)
    closes, weights = moments[last], at_moments[last]
    others = np.flatnonzero((ends != 0) & (ends != exit_number))
    first = np.searchsorted(closes, time[others], side="right")
    counts = len(closes) - first
    row = np.repeat(others, counts)
    stretch = np.concatenate([np.arange(f, len(closes)) for f in first] or [np.zeros(0)]).astype(
        np.int64
    )
    previous = np.append(start, closes)[stretch]
    later = durations[row].with_columns(
        pl.Series(ENTRY, np.maximum(previous, time[row])),
        pl.Series(STOP, closes[stretch]),
        pl.lit(0, pl.Int8).alias(EVENT),
        pl.Series(WEIGHT, weights[stretch] / before(time[row])),
    )
    return pl.concat([own, later.filter(pl.col(WEIGHT) > 0)])
