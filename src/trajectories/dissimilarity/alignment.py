"""Optimal matching, made ready for its kernel."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity._lanes import aligned, lane_count
from trajectories.dissimilarity.alignment_kernels import ROWS, align_block, fill_profile
from trajectories.dissimilarity.blocks import Place, Queries, States, side_by_side
from trajectories.dissimilarity.costs import Costs, Floats
from trajectories.sequences import VOID


@dataclass(frozen=True, eq=False)
class Alignment:
    """Optimal matching of queries with targets.

    Attributes:
        queries: the queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        codes: targets side by side, uint8 (blocks, L, lanes).
        weights: gain of matching two states in units of `unit`, (a + 1, a + 1); the last state
            stands for positions after a sequence's end and gains nothing.
        unit: what one unit of weight is worth.
        query_ends: cost of deleting each whole query, float64 (n,).
        target_ends: cost of inserting each whole target, float64 (m,).
    """

    queries: Queries
    targets: int
    lanes: int
    codes: npt.NDArray[np.uint8]
    weights: npt.NDArray[Any]
    unit: float
    query_ends: Floats
    target_ends: Floats

    @classmethod
    def of(
        cls, queries: States, targets: States, costs: Costs, dtype: npt.DTypeLike
    ) -> "Alignment":
        """Prepare the alignment of each query with each target.

        Args:
            queries: uint8 (n, L), void after a sequence's end.
            targets: uint8 (m, L′).
            costs: costs that do not vary with the position.
            dtype: float64 or float32: the precision where the costs are no multiples of a unit.
        """
        length = max(queries.shape[1], targets.shape[1])
        rows, columns = (_padded(states, length, costs.states) for states in (queries, targets))
        indel = np.append(np.broadcast_to(costs.indel, costs.states), 0.0)
        gain = indel[:, None] + indel
        gain[:-1, :-1] -= costs.substitution
        gain[-1] = gain[:, -1] = 0
        weights, unit = in_units(np.maximum(gain, 0), length, np.dtype(dtype))
        lanes = lane_count(weights.dtype)
        return cls(
            queries=Queries.of(rows),
            targets=len(targets),
            lanes=lanes,
            codes=side_by_side(columns, lanes),
            weights=weights,
            unit=unit,
            query_ends=_running_total(indel, rows),
            target_ends=_running_total(indel, columns),
        )

    def fill(self, block: int, rows: range, place: Place) -> None:
        """Write the distances of the query rows to one block of targets."""
        length = self.queries.states.shape[1]
        dtype = self.weights.dtype
        profile = aligned((len(self.weights) * length * self.lanes,), dtype)
        kept = aligned(((length // ROWS + 2) * length * self.lanes,), dtype)
        fill_profile(self.weights, self.codes[block], profile)
        begin = block * self.lanes
        align_block(
            self.queries.states,
            self.queries.shared,
            rows.start,
            rows.stop,
            profile,
            kept,
            self.query_ends,
            self.target_ends,
            self.unit,
            place.offsets,
            begin,
            min(begin + self.lanes, self.targets),
            place.triangle,
            place.out,
        )


def in_units(weights: Floats, length: int, dtype: np.dtype[Any]) -> tuple[npt.NDArray[Any], float]:
    """Write weights as small whole numbers where that is exact.

    Args:
        weights: not negative, (a, a).
        length: the most weights that are ever added.
        dtype: what to use where the weights are not multiples of one unit.

    Returns:
        The weights in units, in the smallest of uint8 and uint16 that holds the sum of `length`
        of them, and the unit; or the weights in `dtype` and the unit 1.
    """
    positive = np.unique(weights[weights > 0])
    if not len(positive):
        return np.zeros(weights.shape, np.uint8), 1.0
    most = np.iinfo(np.uint16).max // max(length, 1)
    for parts in range(1, most + 1):
        unit = positive[0] / parts
        if positive[-1] > unit * most:
            break
        whole = np.rint(positive / unit)
        if np.array_equal(whole * unit, positive):
            largest = int(whole[-1]) * length
            small = np.uint8 if largest <= np.iinfo(np.uint8).max else np.uint16
            return np.rint(weights / unit).astype(small), float(unit)
    return weights.astype(dtype), 1.0


def _padded(states: States, length: int, void: int) -> States:
    """Give positions after a sequence's end a state of their own."""
    padded = np.full((len(states), length), void, np.uint8)
    padded[:, : states.shape[1]] = np.where(states == VOID, void, states)
    return padded


def _running_total(indel: Floats, states: States) -> Floats:
    """Add the indels of each sequence in the order in which the kernel adds its weights."""
    total = np.zeros(len(states))
    for t in range(states.shape[1]):
        total += indel[states[:, t]]
    return total
