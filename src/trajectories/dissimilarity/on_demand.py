"""Dissimilarities that are computed when they are asked for, where no matrix fits in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.channels import SeriesMeasure
from trajectories.dissimilarity.condensed import entries_of, row_offsets
from trajectories.dissimilarity.distances import fill_condensed, rectangle
from trajectories.dissimilarity.measures import Recipe
from trajectories.dissimilarity.series.warping import cross_series, pairwise_series
from trajectories.parallel import thread_count


@dataclass(frozen=True, eq=False)
class OnDemand:
    """Items whose dissimilarities are computed when they are asked for.

    Attributes:
        size: the number of items, n.
        among: condensed float64 distances between some items, given by their numbers (m,).
        between: float64 (r, m) distances of some items, (r,), to others, (m,).
    """

    size: int
    among: Callable[[Ints], Floats]
    between: Callable[[Ints, Ints], Floats]


def of_matrix(d: npt.NDArray[np.floating[Any]], size: int) -> OnDemand:
    """Return the dissimilarities that a matrix holds.

    Args:
        d: condensed distances between `size` items, in memory or on disk.
        size: the number of items.
    """
    offsets = row_offsets(size)

    def among(items: Ints) -> Floats:
        rows, columns = np.triu_indices(len(items), 1)
        return _entries(items[rows], items[columns])

    def between(rows: Ints, columns: Ints) -> Floats:
        return _entries(rows[:, None], columns)

    def _entries(left: Ints, right: Ints) -> Floats:
        low, high = np.minimum(left, right), np.maximum(left, right)
        place = np.minimum(offsets[low] + high, max(d.size - 1, 0))
        found: Floats = np.where(low == high, 0.0, d[place] if d.size else 0.0)
        return found

    return OnDemand(size, among, between)


def of_states(
    recipe: Recipe, states: npt.NDArray[np.uint8], threads: int | None = None
) -> OnDemand:
    """Return the dissimilarities of unique state sequences.

    Args:
        recipe: the measure, with costs and normalisation.
        states: unique sequences, uint8 (n, L); lexicographic order is fastest.
        threads: number of threads; the processor's by default.
    """
    workers = thread_count(threads)

    def among(items: Ints) -> Floats:
        every = range(max(len(items) - 1, 0))
        out = np.empty(entries_of(len(items), every), recipe.dtype)
        fill_condensed(recipe, np.ascontiguousarray(states[items]), every, out, workers)
        return out.astype(np.float64, copy=False)

    def between(rows: Ints, columns: Ints) -> Floats:
        found = rectangle(recipe, states[rows], states[columns], workers)
        return found.astype(np.float64, copy=False)

    return OnDemand(len(states), among, between)


def of_series(series: Floats, gamma: float, threads: int | None = None) -> OnDemand:
    """Return the dissimilarities of numeric series.

    Args:
        series: float64 (n, L), finite.
        gamma: smoothness of soft-DTW; 0 for dynamic time warping.
        threads: number of threads; the processor's by default.
    """
    measure: SeriesMeasure = "softdtw" if gamma else "dtw"
    smooth = gamma or 1.0
    return OnDemand(
        len(series),
        lambda items: pairwise_series(series[items], measure, gamma=smooth, threads=threads),
        lambda rows, columns: cross_series(
            series[rows], series[columns], measure, gamma=smooth, threads=threads
        ),
    )
