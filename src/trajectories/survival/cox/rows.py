"""The rows of a Cox model, sorted as its compiled loops need them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.survival.discrete_time.design import independent, term_matrix
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.tied_times import tied
from trajectories.survival.usable import refuse_rows


@dataclass(frozen=True)
class CoxRows:
    """Rows sorted by stratum and stop (latest first), with the order of their entries.

    Attributes:
        x: (rows, k) centred covariates.
        mean: (k,) means of the covariates.
        weight: (rows,) weights.
        entry: (rows,) times after which the rows are at risk; −∞ without late entry.
        stop: (rows,) end times.
        event: (rows,) whether the row ends with an event.
        stratum: (rows,) stratum number, ascending.
        by_entry: (rows,) row numbers sorted by stratum and entry, latest first.
        order: (rows,) each row's number in the frame.
        strata: values of the strata in the order of their numbers; None without strata.
    """

    x: Floats
    mean: Floats
    weight: Floats
    entry: Floats
    stop: Floats
    event: Bools
    stratum: Ints
    by_entry: Ints
    order: Ints
    strata: pl.Series | None

    def in_frame_order(self, values: Floats) -> Floats:
        """Values of the sorted rows in the order of the frame."""
        result = np.empty_like(values)
        result[self.order] = values
        return result

    def risk(self, coef: Floats) -> tuple[Floats, Floats]:
        """(rows,) linear predictors, and weight · exp(linear predictor)."""
        eta = self.x @ coef
        return eta, self.weight * np.exp(eta)


def cox_rows(
    frame: pl.DataFrame,
    *,
    stop: str,
    event: str,
    terms: Sequence[str],
    entry: str | None,
    strata: str | None,
    weight: str | None,
) -> tuple[CoxRows, list[str], list[str]]:
    """Sort the rows of a frame and centre the covariates of the terms.

    Args:
        frame: one row per time at risk.
        stop: column of its end.
        event: column of 0 and 1.
        terms: formula terms.
        entry: column of late entries, or None.
        strata: column of strata, or None.
        weight: column of weights, or None.

    Returns:
        The rows, the names of the covariates, and one sentence for each covariate dropped.

    Raises:
        UserError: an entry is not before its stop by more than rounding error, or a term cannot be
            read or is not finite.
        NotEstimableError: no term differs between the rows.
    """
    x, mean, names, notes = _covariates(frame, terms)
    until = frame[stop].cast(pl.Float64).to_numpy()
    after = frame[entry].cast(pl.Float64).to_numpy() if entry else np.full(len(until), -np.inf)
    until, after = tied(until, after)
    refuse_rows(int((after >= until).sum()), "rows at risk", f"{entry!r} equals {stop!r}")
    layer = np.zeros(len(until), np.int64)
    if strata:
        layer = frame[strata].rank("dense").to_numpy().astype(np.int64) - 1
    masses = frame[weight].cast(pl.Float64).to_numpy() if weight else np.ones(len(until))
    happened = frame[event].cast(pl.Int64).to_numpy() == 1
    order = np.lexsort((-until, layer))
    rows = CoxRows(
        x=np.ascontiguousarray(x[order]),
        mean=mean,
        weight=masses[order],
        entry=after[order],
        stop=until[order],
        # An event of weight 0 is not an event: it would still count among the ties.
        event=(happened & (masses > 0))[order],
        stratum=layer[order],
        by_entry=np.lexsort((-after[order], layer[order])).astype(np.int64),
        order=order,
        strata=frame[strata].unique().sort() if strata else None,
    )
    return rows, names, notes


def _covariates(
    frame: pl.DataFrame, terms: Sequence[str]
) -> tuple[Floats, Floats, list[str], list[str]]:
    """Centred covariates without constant columns and combinations of earlier ones."""
    matrix, labels = term_matrix(frame, terms)
    plain = matrix.toarray()[:, 1:]
    mean = plain.mean(axis=0)
    centred = np.ascontiguousarray(plain - mean)
    keep, lost = independent(centred.T @ centred, list(range(centred.shape[1])))
    notes = [
        f"The term {labels[i + 1]} is constant, or a combination of the terms before it, and was "
        "left out."
        for i in lost
    ]
    if not keep:
        raise NotEstimableError("No term differs between the rows at risk.")
    names = [labels[i + 1] for i in keep]
    return np.ascontiguousarray(centred[:, keep]), mean[keep], names, notes
