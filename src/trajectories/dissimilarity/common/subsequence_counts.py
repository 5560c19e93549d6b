"""Measures that count common subsequences: preparation of their kernel."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from trajectories.arrays import Array, Floats, Ints
from trajectories.dissimilarity.common.subsequence_counts_kernels import (
    COUNT,
    DURATIONS,
    SHARED_TIME,
    share_with_itself,
    subsequence_block,
)
from trajectories.dissimilarity.lanes.blocks import Place, States
from trajectories.dissimilarity.spells import Spells, backwards
from trajectories.sequences import VOID

KINDS: Final = {"nms": COUNT, "nmsmst": SHARED_TIME, "svrspell": DURATIONS}


@dataclass(frozen=True, eq=False)
class Side:
    """Sequences whose subsequences are counted.

    Attributes:
        states: uint8 (n, L).
        times: duration of each state, float64 (n, L).
        lengths: number of states, int64 (n,).
        alone: count of each sequence's subsequences in common with itself, float64 (n,).
    """

    states: States
    times: Floats
    lengths: Ints
    alone: Floats


@dataclass(frozen=True, eq=False)
class Subsequences:
    """Distances from common subsequences between n queries and m targets.

    Attributes:
        rows: the queries.
        columns: the targets.
        near: proximity of two states, float64 (a, a).
        kind: how a pair of equal subsequences is counted.
        weights: weight of each length of subsequence, float64.
    """

    rows: Side
    columns: Side
    near: Floats
    kind: int
    weights: Floats

    lanes = 64

    @classmethod
    def of(
        cls,
        queries: States,
        targets: States,
        measure: str,
        near: Floats,
        weights: Floats | None,
        tpow: float,
    ) -> "Subsequences":
        """Prepare the comparison of uint8 (n, L) with (m, L′).

        Args:
            queries: the queries.
            targets: the targets.
            measure: "nms", "nmsmst" or "svrspell"; the last two count spells.
            near: proximity of two states, (a, a).
            weights: weight of each length of subsequence; 1 for all where None.
            tpow: exponent of durations.

        Raises:
            ValueError: the number of subsequences overflows.
        """
        kind = KINDS[measure]
        longest = max(queries.shape[1], targets.shape[1])
        weight = np.ones(longest) if weights is None else weights
        rows, columns = (_side(part, near, kind, weight, tpow) for part in (queries, targets))
        return cls(rows, columns, near, kind, weight)

    @property
    def queries(self) -> int:
        """Return the number of queries."""
        return len(self.rows.states)

    @property
    def targets(self) -> int:
        """Return the number of targets."""
        return len(self.columns.states)

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        begin = block * self.lanes
        rows, columns = self.rows, self.columns
        subsequence_block(
            rows.states,
            rows.times,
            rows.lengths,
            rows.alone,
            columns.states,
            columns.times,
            columns.lengths,
            columns.alone,
            self.near,
            self.kind,
            self.weights,
            place.offsets,
            begin,
            min(begin + self.lanes, self.targets),
            last,
            place.ahead,
            place.out,
        )


def _side(states: States, near: Floats, kind: int, weights: Floats, tpow: float) -> Side:
    if kind == COUNT:
        times: Array = np.ones(states.shape)
    else:
        spells = Spells.of(states)
        states = spells.states
        times = np.where(spells.durations > 0, spells.durations, 1) ** float(tpow)
    lengths = (states != VOID).sum(axis=1)
    if kind == DURATIONS:
        # The kernel accumulates proximities from a subsequence's last state.
        states, times = backwards(states, lengths), backwards(times, lengths)
    alone = np.empty(len(states))
    states = np.ascontiguousarray(states)
    share_with_itself(states, times, lengths, near, kind, weights, alone)
    if not np.isfinite(alone).all():
        raise ValueError(
            "the sequences have more common subsequences than a number can hold: give lengths "
            "beyond some number the weight 0 by kweights, or take shorter sequences"
        )
    return Side(states, times, lengths, alone)
