"""What is analysed: dissimilarities with weights, of everybody or of a sample."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.discrepancy.sums_of_squares import Distances
from trajectories.dissimilarity import Costs, pairwise
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_weights,
    item_count,
)
from trajectories.dissimilarity.options import Measure
from trajectories.notebook.pandas_frames import as_column
from trajectories.sequences import StateSequences

SAMPLING, PERMUTING = range(2)  # purposes of random numbers, beside the seed


@dataclass(frozen=True)
class Metric:
    """How dissimilarities are computed where sequences are given.

    Attributes:
        measure: the measure, as `pairwise` takes it.
        costs: its costs; the measure's own by default, derived from the rows that are analysed.
        options: its options, the normalisation among them.
    """

    measure: Measure = "om"
    costs: Costs | None = None
    options: dict[str, Any] | None = None

    def between(self, seqs: StateSequences) -> Distances:
        """Return the condensed dissimilarities of sequences."""
        return pairwise(seqs, self.measure, self.costs, **(self.options or {}))


@dataclass(frozen=True)
class Items:
    """The m rows that are analysed.

    Attributes:
        d: condensed dissimilarities, m(m−1)/2.
        weights: (m,) positive weights.
        rows: (m,) their numbers among all rows.
        of: the number of all rows.
    """

    d: Distances
    weights: Floats
    rows: Ints
    of: int


def items_of(
    given: ArrayLike | StateSequences,
    weights: ArrayLike | None,
    *,
    metric: Metric | None = None,
    squared: bool = False,
    sample: int | None = None,
    seed: int = 0,
) -> Items:
    """Take condensed dissimilarities or sequences, without rows of weight 0.

    Args:
        given: condensed dissimilarities, or sequences.
        weights: (n,) non-negative; ones by default, and those of the sequences where these are
            given.
        metric: the dissimilarities of sequences; optimal matching by default.
        squared: whether dissimilarities are squared.
        sample: if more rows have a weight, so many are drawn at random without replacement, and
            they keep their weights.
        seed: seed of the sample.

    Raises:
        ValueError: malformed dissimilarities or weights.
    """
    if isinstance(given, StateSequences):
        n = len(given)
        masses = checked_weights(given.weights if weights is None else weights, n)
    else:
        distances = checked_distances(given)
        n = item_count(distances)
        masses = checked_weights(weights, n)
    rows = np.flatnonzero(masses)
    if sample is not None and sample < rows.size:
        drawn = np.random.default_rng([seed, SAMPLING]).choice(rows.size, sample, replace=False)
        rows = rows[np.sort(drawn)]
    if isinstance(given, StateSequences):
        d = (metric or Metric()).between(given[rows])
    else:
        d = distances if rows.size == n else among(distances, rows)
    return Items(np.square(d) if squared else d, masses[rows], rows, n)


def coded_groups(groups: ArrayLike | pl.Series, rows: Ints, n: int) -> tuple[Ints, list[Any]]:
    """Return groups of some rows as 0…g−1 with their sorted names.

    Raises:
        ValueError: wrong length, missing groups, a single one, or as many as rows.
    """
    column = as_column(groups)
    if column.len() != n:
        raise ValueError(f"groups must be of length {n}, not {column.len()}")
    column = column[rows]
    if column.null_count() or (column.dtype.is_float() and column.is_nan().any()):
        raise ValueError("groups must not be missing: leave such rows out, or name them a group")
    names = column.unique().sort()
    if names.len() < 2:
        raise ValueError("a comparison needs at least two groups")
    if names.len() == column.len() > 2:
        raise ValueError("each row is a group of its own: divide numbers into classes")
    codes = column.replace_strict(names, np.arange(names.len()), return_dtype=pl.Int64)
    return codes.to_numpy(), names.to_list()
