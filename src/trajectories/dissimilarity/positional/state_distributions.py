"""Distances between the distributions of states in intervals of time (Deville & Saporta 1983).

For each interval a sequence is described by the share of its months in each state. The Euclidean
distance uses the shares themselves; the χ² distance divides each squared difference by the state's
share among all sequences in the interval, so that rare states weigh more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.lanes.blocks import Place, States
from trajectories.dissimilarity.positional.euclidean_kernels import square_block
from trajectories.sequences import StateSequences

Breaks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals of time and the weights of states in them.

    Attributes:
        breaks: first and last position of each interval, counted from 1.
        factors: factors of the shares that make the distance Euclidean, (b, a).
    """

    breaks: Breaks
    factors: Floats

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
            total = (seqs.weights if chi2 else np.ones(len(seqs))) @ counts
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
        return cls(breaks, np.sqrt(factors))

    def features(self, states: States) -> Floats:
        """Return numbers whose Euclidean distance is the measure, float64 (n, b · a)."""
        size = self.factors.shape[1]
        parts = []
        for (start, stop), factor in zip(self.breaks, self.factors, strict=True):
            counts = _counts(states[:, start - 1 : stop], size)
            total = counts.sum(axis=1, keepdims=True)
            parts.append(counts / np.maximum(total, 1) * factor)
        return np.concatenate(parts, axis=1)


@dataclass(frozen=True, eq=False)
class Squares:
    """Euclidean distances of n queries to m targets.

    Attributes:
        rows: features of the queries, (n, f).
        columns: features of the targets side by side, (f, m).
    """

    rows: Floats
    columns: Floats

    lanes: Final = 512

    @classmethod
    def of(cls, rows: Floats, columns: Floats) -> "Squares":
        """Prepare the distances between the rows of two arrays, float64 (n, f) and (m, f)."""
        return cls(rows, np.ascontiguousarray(columns.T))

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
            np.empty(self.lanes),
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


def _counts(states: States, size: int) -> Ints:
    """Count the positions in each state, (n, a)."""
    return np.stack([(states == state).sum(axis=1) for state in range(size)], axis=1)
