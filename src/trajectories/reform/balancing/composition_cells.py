"""Covariates as cells: the columns whose means are balanced, once for equal rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints

MEAN, VARIANCE = "mean", "variance"
"""The levels of a numeric covariate; those of a category are its values."""
UNKNOWN = "unknown"
"""The level of a missing category."""


@dataclass(frozen=True)
class CompositionCells:
    """The distinct rows of the covariates.

    Attributes:
        features: (cells, m) one column a level of a category, one a numeric covariate.
        covariates: (m,) the covariate of each column.
        levels: (m,) its level; `MEAN` for a numeric covariate.
        cell: (n,) the cell of each row of the data.
    """

    features: Floats
    covariates: tuple[str, ...]
    levels: tuple[str, ...]
    cell: Ints

    def masses(self, weights: Floats) -> Floats:
        """Return the sum of the rows' weights in each cell."""
        sums: Floats = np.zeros(len(self.features))
        np.add.at(sums, self.cell, weights)
        return sums

    def without(self, covariates: Sequence[str]) -> Bools:
        """Mark the columns of other covariates."""
        return np.array([name not in covariates for name in self.covariates], dtype=np.bool_)


def composition_cells(data: pl.DataFrame, covariates: Sequence[str]) -> CompositionCells:
    """Find the distinct rows of covariates and their columns.

    Args:
        data: one row a unit.
        covariates: columns; texts, enums and Booleans are categories (missing is the level
            `UNKNOWN`), numbers are balanced in their mean.

    Raises:
        ValueError: no covariates, or a numeric one with missing values.
    """
    if not covariates:
        raise ValueError("at least one covariate is needed")
    plain = data.select(_plain(data[name]) for name in covariates)
    distinct = plain.unique(maintain_order=False).sort(covariates).with_row_index("cell")
    cell = plain.join(distinct, on=list(covariates), how="left", maintain_order="left")["cell"]
    columns: list[Floats] = []
    named: list[tuple[str, str]] = []
    for name in covariates:
        values = distinct[name]
        if values.dtype == pl.String:
            for level in values.unique().sort():
                columns.append((values == level).cast(pl.Float64).to_numpy())
                named.append((name, str(level)))
        else:
            columns.append(values.to_numpy())
            named.append((name, MEAN))
    return CompositionCells(
        features=np.column_stack(columns),
        covariates=tuple(name for name, _ in named),
        levels=tuple(level for _, level in named),
        cell=cell.cast(pl.Int64).to_numpy(),
    )


def _plain(values: pl.Series) -> pl.Series:
    if values.dtype.is_numeric():
        numbers = values.cast(pl.Float64)
        if numbers.null_count() or not numbers.is_finite().all():
            raise ValueError(f"{values.name} has missing values: make bands with a level for them")
        return numbers
    return values.cast(pl.String).fill_null(UNKNOWN)
