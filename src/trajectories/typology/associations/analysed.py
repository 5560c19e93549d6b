"""What is analysed: one window of each person, or a sample of these, with covariates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import among
from trajectories.errors import UserError

LEVELS = 12
"""Most levels of a covariate of words; a tree tries every division of them in two."""
UNKNOWN, OTHER = "unknown", "other"
WINDOWS = ("group", "age", "municipality")
"""Covariates that are columns of windows; others are columns of persons."""
CODES = ("municipality",)
"""Covariates whose numbers are names."""

Between = Callable[[Ints], NDArray[np.floating]]


@dataclass(frozen=True, eq=False)
class Analysed:
    """Some windows, each of another person.

    Attributes:
        rows: (m,) their numbers among all windows.
        of: number of persons from whom they were drawn.
        d: condensed float64 distances, m(m−1)/2.
        weights: (m,) their weights.
        data: their covariates, m rows.
    """

    rows: Ints
    of: int
    d: Floats
    weights: Floats
    data: pl.DataFrame

    @property
    def varying(self) -> list[str]:
        """Return the covariates that have more than one value."""
        return [name for name in self.data.columns if self.data[name].n_unique() > 1]


def covariates(windows: pl.DataFrame, persons: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return the covariates of each window.

    Numbers stay as they are; missing words are `unknown`, and rare ones `other`.

    Args:
        windows: person and columns of windows.
        persons: person and columns of persons.
        names: the covariates, columns of either.

    Raises:
        UserError: a name is no such column, or not one of words or numbers.
    """
    columns = []
    for name in names:
        source = windows if name in WINDOWS else persons
        if name not in source.columns:
            raise UserError(
                f"typology.associations.covariates names {name!r}, which persons do not have: "
                f"they have {', '.join(sorted({*WINDOWS, *persons.columns[1:]}))}"
            )
        if name in WINDOWS:
            column = windows[name]
        else:
            own, people = persons.select("person", name), windows.select("person")
            column = people.join(own, on="person", how="left", maintain_order="left")[name]
        if column.dtype.is_numeric() and name not in CODES:
            # whole numbers: a cut that is released shows no more of a value
            columns.append(column.cast(pl.Float64).round())
        elif column.dtype in (pl.Date, pl.Datetime):
            raise UserError(f"typology.associations.covariates names {name!r}, a column of dates")
        else:
            columns.append(_levels(column.cast(pl.String).fill_null(UNKNOWN)))
    return pl.DataFrame(columns)


def _levels(column: pl.Series) -> pl.Series:
    """Keep the most frequent levels of a column of words, and name the rest `other`."""
    counts = column.value_counts().sort("count", column.name, descending=[True, False])
    kept = counts[column.name][: LEVELS if counts.height <= LEVELS else LEVELS - 1]
    frame = column.to_frame()
    known = pl.col(column.name).is_in(kept.implode())
    return frame.select(pl.when(known).then(column.name).otherwise(pl.lit(OTHER)))[column.name]


def one_window_each(
    windows: pl.DataFrame,
    data: pl.DataFrame,
    item: Ints,
    between: Between,
    *,
    size: int,
    seed: int,
) -> Analysed:
    """Draw one window of each person, and at most `size` of these, at random.

    Args:
        windows: person and weight; those without weight or with a missing number take no part.
        data: covariates of the windows.
        item: (n,) unique sequence of each window.
        between: condensed distances between some unique sequences, given by their numbers.
        size: largest number of windows.
        seed: seed of the draw.
    """
    possible = (windows["weight"] > 0).to_numpy().copy()
    for column in data:
        possible &= column.is_not_null().to_numpy()
    rng = np.random.default_rng([seed, 11])
    order = rng.permutation(np.flatnonzero(possible))
    _, first = np.unique(windows["person"].to_numpy()[order], return_index=True)
    one_each = order[first]
    rows = np.sort(rng.permutation(one_each)[:size])
    unique, place = np.unique(item[rows], return_inverse=True)
    distances = among(between(unique), place.astype(np.int64)).astype(np.float64, copy=False)
    weights = windows["weight"].to_numpy()[rows].astype(np.float64)
    return Analysed(
        rows, one_each.size, distances, weights * (rows.size / weights.sum()), data[rows]
    )
