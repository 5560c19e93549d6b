"""Hamming distances: preparation of their kernel."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Array
from trajectories.dissimilarity.costs import Costs
from trajectories.dissimilarity.exact_sums.integer_costs import in_units
from trajectories.dissimilarity.lanes.blocks import Place, States, side_by_side
from trajectories.dissimilarity.lanes.lanes_kernels import lane_count, scratch
from trajectories.dissimilarity.positional.hamming_kernels import (
    QUERIES,
    TILE,
    fill_positional_profile,
    sum_block,
)


@dataclass(frozen=True, eq=False)
class Positional:
    """Sum of costs that depend on the two states and, optionally, on the position.

    Attributes:
        states: the queries, padded to a multiple of the kernel's batch, uint8 (≥ n, L).
        queries: the number of queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        codes: targets side by side, uint8 (blocks, L, TILE).
        costs: costs in units of `unit`, (L, a, a).
        unit: cost of one unit.
    """

    states: States
    queries: int
    targets: int
    lanes: int
    codes: npt.NDArray[np.uint8]
    costs: Array
    unit: float

    @classmethod
    def of(
        cls,
        queries: States,
        targets: States,
        costs: Costs,
        dtype: npt.DTypeLike,
        worth: float = 1.0,
    ) -> "Positional":
        """Prepare the comparison of each query with each target.

        Args:
            queries: uint8 (n, L).
            targets: uint8 (m, L).
            costs: substitution costs, possibly varying with the position.
            dtype: float64 or float32: the precision if the costs are not small multiples of a unit.
            worth: what a cost of 1 is worth.
        """
        n, length = queries.shape
        whole, unit = in_units(costs.substitution, length, np.dtype(dtype), worth)
        states = np.zeros((n + -n % QUERIES, length), np.uint8)
        states[:n] = queries
        return cls(
            states=states,
            queries=n,
            targets=len(targets),
            lanes=TILE,
            codes=side_by_side(targets, TILE),
            costs=np.ascontiguousarray(
                np.broadcast_to(whole, (length, costs.states, costs.states))
            ),
            unit=unit,
        )

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        length, states = self.costs.shape[:2]
        lanes = lane_count(self.costs.dtype)
        profile = scratch("profile", (TILE // lanes, length, states, lanes), self.costs.dtype)
        sums = scratch("sums", (TILE, TILE), self.costs.dtype)
        fill_positional_profile(self.costs, self.codes[block], profile)
        begin = block * self.lanes
        sum_block(
            self.states,
            last,
            profile,
            self.unit,
            sums,
            place.offsets,
            begin,
            min(begin + self.lanes, self.targets),
            place.ahead,
            place.out,
        )
