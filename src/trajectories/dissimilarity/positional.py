"""Hamming distances, made ready for their kernels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity._lanes import LANE_BYTES, aligned, lane_count
from trajectories.dissimilarity.blocks import Place, States, shared_beginnings, side_by_side
from trajectories.dissimilarity.costs import Costs, Floats
from trajectories.dissimilarity.positional_kernels import (
    count_block,
    fill_positional_profile,
    sum_block,
)


@dataclass(frozen=True, eq=False)
class Count:
    """Number of differing positions times one cost.

    Attributes:
        states: the queries, uint8 (n, L).
        queries: the number of queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        codes: targets side by side, uint8 (blocks, L, lanes).
        cost: cost of a difference.
    """

    states: States
    queries: int
    targets: int
    lanes: int
    codes: npt.NDArray[np.uint8]
    cost: float

    @classmethod
    def of(cls, queries: States, targets: States, cost: float) -> "Count":
        """Prepare the comparison of each query with each target, all of the same length."""
        return cls(
            states=np.ascontiguousarray(queries),
            queries=len(queries),
            targets=len(targets),
            lanes=LANE_BYTES,
            codes=side_by_side(targets, LANE_BYTES),
            cost=cost,
        )

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        begin = block * self.lanes
        end = min(begin + self.lanes, self.targets)
        codes, offsets = self.codes[block], place.offsets
        count_block(
            self.states, last, codes, self.cost, offsets, begin, end, place.ahead, place.out
        )


@dataclass(frozen=True, eq=False)
class Sum:
    """Sum of costs that depend on the two states and on the position.

    Attributes:
        states: the queries, uint8 (n, L).
        shared: number of leading positions that each query shares with the one before, (n,).
        queries: the number of queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        codes: targets side by side, uint8 (blocks, L, lanes).
        costs: (L, a, a).
    """

    states: States
    shared: npt.NDArray[np.int32]
    queries: int
    targets: int
    lanes: int
    codes: npt.NDArray[np.uint8]
    costs: npt.NDArray[Any]

    @classmethod
    def of(cls, queries: States, targets: States, costs: Floats, dtype: npt.DTypeLike) -> "Sum":
        """Prepare the comparison of each query with each target, all of the same length.

        Args:
            queries: uint8 (n, L); lexicographic order is fastest.
            targets: uint8 (m, L).
            costs: (L, a, a).
            dtype: float64 or float32: the precision of the sums.
        """
        lanes = lane_count(np.dtype(dtype))
        return cls(
            states=np.ascontiguousarray(queries),
            shared=shared_beginnings(queries),
            queries=len(queries),
            targets=len(targets),
            lanes=lanes,
            codes=side_by_side(targets, lanes),
            costs=costs.astype(dtype),
        )

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        length, states = self.costs.shape[:2]
        profile = aligned((length, states, self.lanes), self.costs.dtype)
        rows = aligned((length + 1, self.lanes), self.costs.dtype)
        fill_positional_profile(self.costs, self.codes[block], profile)
        begin = block * self.lanes
        sum_block(
            self.states,
            self.shared,
            last,
            profile,
            rows,
            place.offsets,
            begin,
            min(begin + self.lanes, self.targets),
            place.ahead,
            place.out,
        )


def hamming(queries: States, targets: States, costs: Costs, dtype: npt.DTypeLike) -> Count | Sum:
    """Prepare Hamming distances: by counting where all differences cost the same."""
    apart = costs.substitution[..., ~np.eye(costs.states, dtype=bool)]
    if costs.substitution.ndim == 2 and apart.size and apart.min() == apart.max():
        return Count.of(queries, targets, float(apart.flat[0]))
    length = queries.shape[1]
    shape = (length, costs.states, costs.states)
    return Sum.of(queries, targets, np.broadcast_to(costs.substitution, shape), dtype)
