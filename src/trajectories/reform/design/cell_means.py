"""Means of groups of rows, with their joint covariance clustered by person."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from trajectories.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class CellMeans:
    """Weighted means by cell.

    Attributes:
        mean: (c,) NaN in a cell without rows.
        vcov: (c, c) clustered by person, with factor G/(G − 1).
        rows: (c,) number of rows.
        persons: (c,) number of persons with a row.
        total_persons: persons with a row in any cell, G.
    """

    mean: Floats
    vcov: Floats
    rows: Ints
    persons: Ints
    total_persons: int

    def contrast(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return linear combinations of the means and their covariance.

        Args:
            weights: (r, c) one row a combination; cells of weight 0 may be empty.
        """
        mean = np.where(np.isnan(self.mean), 0.0, self.mean)
        return weights @ mean, weights @ self.vcov @ weights.T

    def logs(self) -> "CellMeans":
        """Return the logarithms of the means, by the delta method; NaN where a mean is 0."""
        positive = np.where(self.mean > 0, self.mean, np.nan)
        slope = np.where(self.mean > 0, 1 / positive, 0.0)
        return CellMeans(
            np.log(positive),
            self.vcov * np.outer(slope, slope),
            self.rows,
            self.persons,
            self.total_persons,
        )

    @property
    def empty(self) -> Bools:
        """Cells without a mean."""
        return np.isnan(self.mean)


def cell_means(
    data: pl.DataFrame, outcome: str, cell: Sequence[int] | Ints | pl.Series, cells: int
) -> CellMeans:
    """Estimate the mean of an outcome in each cell.

    A person's influence on the mean m of a cell is Σ w (y − m) / Σ w over the person's rows in the
    cell; the covariance sums products of influences over persons. It is that of a saturated
    weighted regression on the cells with standard errors clustered by person (Liang & Zeger 1986).

    Args:
        data: person, weight, and the outcome (numbers or Booleans), without missing values.
        outcome: the column.
        cell: the cell of each row, 0…cells − 1.
        cells: number of cells.
    """
    _, person = np.unique(data["person"].to_numpy(), return_inverse=True)
    where = np.asarray(cell, dtype=np.int64)
    weight = data["weight"].cast(pl.Float64).to_numpy()
    value = data[outcome].cast(pl.Float64).to_numpy()
    people = int(person.max()) + 1 if len(person) else 0
    total = np.bincount(where, weights=weight, minlength=cells)
    filled = total > 0
    sums = np.bincount(where, weights=weight * value, minlength=cells)
    mean = np.full(cells, np.nan)
    mean[filled] = sums[filled] / total[filled]
    with np.errstate(invalid="ignore"):
        residual = weight * (value - mean[where]) / total[where]
    influence = csr_array((residual, (person, where)), shape=(people, cells))
    factor = people / (people - 1) if people > 1 else np.nan
    present = csr_array((np.ones(len(person)), (person, where)), shape=(people, cells))
    return CellMeans(
        mean=mean,
        vcov=(influence.T @ influence).toarray() * factor,
        rows=np.bincount(where, minlength=cells),
        persons=(present > 0).sum(axis=0).astype(np.int64),
        total_persons=people,
    )
