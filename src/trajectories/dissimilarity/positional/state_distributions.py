"""Distances between the distributions of states in intervals of time (Deville & Saporta 1983).

For each interval a sequence is described by the share of its months in each state. The Euclidean
distance uses the shares themselves; the χ² distance divides each squared difference by the state's
share among all sequences in the interval, so that rare states weigh more.

Shares of intervals that both sequences fill differ by whole numbers of months, whose squares times
whole weights are added exactly: distances that are equal are equal to the last bit. Sequences that
end within an interval have fractions of months, which are rounded.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from trajectories.arrays import Bools, Floats, Ints
from trajectories.dissimilarity.costs import weighted_sums
from trajectories.dissimilarity.exact_sums.grid import BITS, Grid
from trajectories.dissimilarity.lanes.blocks import Place, States
from trajectories.dissimilarity.positional.euclidean_kernels import square_block
from trajectories.sequences import StateSequences

Breaks = tuple[tuple[int, int], ...]

NEAR: Final = 2.0**-38
"""Relative error that weights may have."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of the squared differences of features, each in two parts.

    Attributes:
        coarse: whole numbers of a coarse unit, float64 (f,).
        fine: the rest in whole numbers of a fine unit, (f,), or (0,) if there is none.
        coarse_unit: what a coarse unit is worth.
        fine_unit: what a fine unit is worth.
    """

    coarse: Floats
    fine: Floats
    coarse_unit: float
    fine_unit: float

    @classmethod
    def of(cls, weights: Floats, most: float) -> "Weights":
        """Split weights, float64 (f,), so that sums of each part are exact.

        Args:
            weights: weights greater than 0.
            most: bound of the sum of the squared differences of whole features.
        """
        grid = Grid.of([weights], most * float(weights.max(initial=0)))
        coarse = grid.whole(weights)
        rest = weights - coarse * grid.unit
        if not np.any(np.abs(rest) > NEAR * weights):
            return cls(coarse, np.empty(0), grid.unit, 0.0)
        # The rest is at most half a coarse unit.
        unit = math.ldexp(grid.unit, math.frexp(most)[1] - BITS)
        return cls(coarse, np.rint(rest / unit), grid.unit, unit)


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals of time and the weights of states in them.

    Attributes:
        breaks: first and last position of each interval, counted from 1.
        seen: whether the state occurs in the interval, so that it is a feature, bool (b, a).
        weights: weights of the features' squared differences, f features.
    """

    breaks: Breaks
    seen: Bools
    weights: Weights

    @classmethod
    def of(
        cls, seqs: StateSequences, breaks: Breaks, *, chi2: bool, normalised: bool
    ) -> "Intervals":
        """Compute the weights of intervals and states.

        Args:
            seqs: the sequences from which the states' shares come, with their weights.
            breaks: first and last position of each interval, counted from 1.
            chi2: whether to weight shares by χ²; else Euclidean.
            normalised: whether to divide the squared distance in an interval by its largest value
                and average over intervals.
        """
        size = len(seqs.alphabet)
        factors = np.zeros((len(breaks), size))
        for place, (start, stop) in enumerate(breaks):
            counts = _counts(seqs.states[:, start - 1 : stop], size)
            total = weighted_sums(counts, seqs.weights if chi2 else np.ones(len(seqs)))
            seen = total > 0
            if not seen.any():
                continue
            share = total[seen] / total.sum() if chi2 else np.ones(int(seen.sum()))
            largest = 1.0
            if normalised and not chi2:
                largest = 2.0
            elif normalised and len(share) > 1:
                largest = float((1 / np.sort(share)[:2]).sum())
            factors[place, seen] = 1 / (share * largest)
        if normalised:
            factors /= len(breaks)
        positions = np.array([[_positions(seqs.states, *interval)] for interval in breaks])
        seen = factors > 0
        weights = (factors / positions**2)[seen]
        return cls(breaks, seen, Weights.of(weights, 2.0 * float((positions**2).sum())))

    def features(self, states: States) -> Floats:
        """Return the numbers of positions in each state, float64 (n, f).

        Where a sequence ends within an interval they are scaled up to the whole interval.
        """
        parts = []
        for (start, stop), seen in zip(self.breaks, self.seen, strict=True):
            counts = _counts(states[:, start - 1 : stop], len(seen))
            total = np.maximum(counts.sum(axis=1, keepdims=True), 1)
            positions = _positions(states, start, stop)
            # Counts of whole intervals stay whole.
            parts.append((counts * positions / total)[:, seen])
        return np.concatenate(parts, axis=1)


@dataclass(frozen=True, eq=False)
class Squares:
    """Weighted Euclidean distances of n queries to m targets.

    Attributes:
        rows: features of the queries, (n, f).
        columns: features of the targets side by side, (f, m).
        weights: weights of the features' squared differences.
    """

    rows: Floats
    columns: Floats
    weights: Weights

    lanes: Final = 512

    @classmethod
    def of(cls, rows: Floats, columns: Floats, weights: Weights) -> "Squares":
        """Prepare the distances between the rows of two arrays, float64 (n, f) and (m, f)."""
        return cls(rows, np.ascontiguousarray(columns.T), weights)

    @property
    def queries(self) -> int:
        """Return the number of queries."""
        return len(self.rows)

    @property
    def targets(self) -> int:
        """Return the number of targets."""
        return int(self.columns.shape[1])

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        begin = block * self.lanes
        square_block(
            self.rows,
            self.columns,
            self.weights.coarse,
            self.weights.fine,
            self.weights.coarse_unit,
            self.weights.fine_unit,
            np.empty((2, self.lanes)),
            place.offsets,
            begin,
            min(begin + self.lanes, self.targets),
            last,
            place.ahead,
            place.out,
        )


def cut(length: int, step: int, *, overlap: bool) -> Breaks:
    """Divide time into intervals, as TraMineR does.

    Args:
        length: number of positions.
        step: positions of an interval; the last one may be shorter.
        overlap: whether intervals overlap by half a step; the first half step is then an interval
            of its own.

    Returns:
        First and last position of each interval, counted from 1.

    Raises:
        ValueError: overlapping intervals of an odd number of positions.
    """
    if overlap and step % 2:
        raise ValueError(f"step must be even where intervals overlap, not {step}")
    if step in (1, length):
        starts = range(1, length + 1, step)
        return tuple((start, start + step - 1) for start in starts)
    half = step // 2
    found = [(1, 1 + half)] if overlap else []
    for start in range(1, length + 1, step):
        stop = min(start + step, length + 1) - 1
        found.append((start, stop))
        if overlap:
            found.append((min(start + half, length), min(stop + half, length)))
    return tuple(found)


def _positions(states: States, start: int, stop: int) -> int:
    """Return the number of positions of an interval, at least 1."""
    return max(min(stop, int(states.shape[1])) - start + 1, 1)


def _counts(states: States, size: int) -> Ints:
    """Count the positions in each state, (n, a)."""
    return np.stack([(states == state).sum(axis=1) for state in range(size)], axis=1)
