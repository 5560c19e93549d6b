"""The rows of a Cox model in the order in which its compiled loops walk them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.survival.discrete_time.design import independent, term_matrix
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.tied_times import tied
from trajectories.survival.usable import refuse_rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CoxRows:
    """Rows sorted by stratum and stop (latest first), with the order of their entries.

    Attributes:
        x: (rows, k) covariates less their means.
        mean: (k,) those means.
        weight: (rows,) weights.
        entry: (rows,) times after which the rows are at risk, −∞ where from the start.
        stop: (rows,) ends.
        event: (rows,) whether the end is an event.
        stratum: (rows,) number of the stratum, ascending.
        by_entry: (rows,) the rows by stratum and entry, latest first.
        order: (rows,) where each row stood in the frame.
        strata: the values of the strata in the order of their numbers, None without strata.
    """

    x: Floats
    mean: Floats
    weight: Floats
    entry: Floats
    stop: Floats
    event: NDArray[np.bool_]
    stratum: NDArray[np.int64]
    by_entry: NDArray[np.int64]
    order: NDArray[np.int64]
    strata: pl.Series | None

    def in_frame_order(self, values: Floats) -> Floats:
        """Values of the sorted rows, put back in the order of the frame."""
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
    """Sort the rows of a frame, and centre the covariates that the terms make of it.

    Args:
        frame: one row a time at risk.
        stop: column of its end.
        event: column of 0 and 1.
        terms: formula terms.
        entry: column of late entries, or None.
        strata: column of strata, or None.
        weight: column of weights, or None.

    Returns:
        The rows, the names of the covariates, and a sentence for each one that was left out.

    Raises:
        UserError: an entry does not lie before its stop by more than floating residue, or a term
            cannot be read or is no finite number.
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
        # An event of weight 0 is none: it would still count among the ties.
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
    """Centred covariates without those that are constant or combinations of earlier ones."""
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
