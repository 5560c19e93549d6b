"""Optimal matching: preparation of its kernel."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Array, Floats, Ints
from trajectories.dissimilarity.alignment.meet_in_the_middle import Halves
from trajectories.dissimilarity.alignment.optimal_matching_kernels import (
    BEFORE,
    MARGIN,
    ROWS,
    align_block,
    fill_profile,
)
from trajectories.dissimilarity.exact_sums.integer_costs import in_units
from trajectories.dissimilarity.expanded_alphabets import Codes, Letters
from trajectories.dissimilarity.lanes.blocks import Place, first_uses, side_by_side
from trajectories.dissimilarity.lanes.lanes_kernels import lane_count, scratch

NEVER: Final = 1e30
"""A cost too high for any alignment."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """Optimal matching of n queries with m targets.

    Attributes:
        queries: the number of queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        halves: trees of the queries' halves.
        uses: the first query in which each letter occurs, (letters,).
        codes: targets side by side, uint16 (blocks, L, lanes).
        weights: gain of matching two letters in units of `unit`; the last letter represents
            positions after a sequence's end, with gain 0.
        unit: cost of one unit of weight.
        slopes: additional gain of a match by the distance of its positions, (2L + 2 MARGIN,), or
            None. If given, first letters are always matched.
        query_ends: cost of deleting each whole query in units, float64 (n,).
        target_ends: cost of inserting each whole target in units, float64 (blocks · lanes,).
    """

    queries: int
    targets: int
    lanes: int
    halves: Halves
    uses: Ints
    codes: Codes
    weights: Array
    unit: float
    slopes: Array | None
    query_ends: Floats
    target_ends: Floats

    @classmethod
    def of(cls, letters: Letters, dtype: npt.DTypeLike, slope: float | None = None) -> "Alignment":
        """Prepare the alignment of each query with each target.

        Args:
            letters: queries, targets and gains; lexicographic order is fastest.
            dtype: float64 or float32: the precision if the gains are not small multiples of a unit.
            slope: additional gain per position of distance between matched letters, in the unit of
                the gains; the first letters of both are then always matched, and gains are not
                converted to small integers.
        """
        rows, columns = letters.queries, letters.targets
        length = rows.shape[1]
        slopes = None
        if slope is None:
            most = most_gains(letters)
            weights, unit = in_units(letters.gains, most, np.dtype(dtype), letters.unit)
        else:
            weights, unit = letters.gains.astype(dtype), letters.unit
            apart = np.arange(-length - MARGIN, length + MARGIN)
            slopes = (slope * np.abs(apart)).astype(dtype)
        lanes = lane_count(weights.dtype)
        half = length // 2
        halves = Halves.of(rows[:, :half], rows[:, half:][:, ::-1], ROWS)
        return cls(
            queries=len(rows),
            targets=len(columns),
            lanes=lanes,
            halves=halves,
            uses=first_uses(rows, len(weights)),
            codes=side_by_side(columns, lanes),
            weights=np.ascontiguousarray(weights),
            unit=unit,
            slopes=slopes,
            query_ends=_ends(weights, rows),
            target_ends=np.append(_ends(weights, columns), np.zeros(-len(columns) % lanes)),
        )

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        length = self.codes.shape[1]
        dtype, positions = self.weights.dtype, BEFORE + length
        # One extra letter and row: kernels read beyond the last ones.
        profile = scratch("profile", (len(self.weights) + 1, positions, self.lanes), dtype)
        fill_profile(self.weights, self.codes[block], self.uses, last, profile)
        rows = scratch("rows", (self.halves.slots * positions * self.lanes,), dtype)
        begin = block * self.lanes
        align_block(
            self.halves.heads,
            self.halves.tails,
            self.halves.tiles,
            self.halves.endings,
            last,
            profile,
            self.slopes,
            0.0 if self.slopes is None else -NEVER,
            rows,
            self.query_ends,
            self.target_ends,
            self.unit,
            place.offsets,
            begin,
            min(begin + self.lanes, self.targets),
            place.ahead,
            place.out,
        )


def most_gains(letters: Letters) -> int:
    """Return the largest possible number of matches of any pair.

    Each letter of a query is matched at most once.
    """
    largest = float(letters.gains.max())
    if not largest or not len(letters.queries):
        return 1
    most = float(letters.gains.max(axis=1)[letters.queries].sum(axis=1).max())
    return max(math.ceil(most / largest), 1)


def _ends(weights: Array, codes: Codes) -> Floats:
    """Return the cost of deleting each whole sequence, in units, float64 (n,).

    The sum runs as the kernel's does, so that a sequence's distance to itself is exactly 0.
    """
    exact = np.float64 if weights.dtype.kind == "u" else weights.dtype
    indel = np.diagonal(weights).astype(exact) / 2
    half = codes.shape[1] // 2
    totals = []
    for part in (codes[:, :half], codes[:, half:][:, ::-1]):
        total = np.zeros(len(codes), exact)
        for t in range(part.shape[1]):
            total += indel[part[:, t]]
        totals.append(total)
    return (totals[0] + totals[1]).astype(np.float64)
