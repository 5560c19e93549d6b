"""Longest common subsequences, made ready for their kernel."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity._lanes import aligned, lane_count
from trajectories.dissimilarity.blocks import Place, States, side_by_side
from trajectories.dissimilarity.costs import Costs, Floats
from trajectories.dissimilarity.gains import gains, padded
from trajectories.dissimilarity.matching_kernels import REGISTERS, TILE, fill_masks, match_block

WIDTH: Final = 512
"""Targets of a block: as many as eight full registers of bytes hold."""

LONGEST: Final = 128
"""Positions for which there are bits: two words of 64."""


@dataclass(frozen=True, eq=False)
class Matching:
    """Optimal matching where equal states gain the same and different states nothing.

    Attributes:
        states: the queries, uint8 (n, L).
        queries: the number of queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        codes: targets side by side, uint8 (blocks, L, WIDTH).
        alphabet: the number of states, with the one that stands for positions after the end.
        unit: what a matched pair of states saves.
        query_ends: half the number of positions of each query, float64 (n,).
        target_ends: the same of each target, float64 (m,).
    """

    states: States
    queries: int
    targets: int
    lanes: int
    codes: npt.NDArray[np.uint8]
    alphabet: int
    unit: float
    query_ends: Floats
    target_ends: Floats

    @classmethod
    def of(cls, queries: States, targets: States, costs: Costs) -> "Matching":
        """Prepare the comparison of each query, uint8 (n, L), with each target, uint8 (m, L′)."""
        length = max(queries.shape[1], targets.shape[1])
        rows, columns = (padded(states, length, costs.states) for states in (queries, targets))
        ends = [np.count_nonzero(part < costs.states, axis=1) / 2 for part in (rows, columns)]
        return cls(
            states=rows,
            queries=len(rows),
            targets=len(columns),
            lanes=WIDTH,
            codes=side_by_side(columns, WIDTH),
            alphabet=costs.states + 1,
            unit=float(gains(costs)[0, 0]),
            query_ends=ends[0],
            target_ends=ends[1],
        )

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        dtype, words = bits_for(self.states.shape[1])
        lanes = lane_count(dtype)
        groups = WIDTH * words // (REGISTERS * lanes)
        masks = aligned((groups, self.alphabet, REGISTERS, lanes), dtype)
        counts = aligned((TILE, WIDTH), np.dtype(np.uint8))
        fill_masks(self.codes[block], words, masks)
        begin = block * WIDTH
        match_block(
            self.states,
            last,
            masks,
            words,
            self.unit,
            counts,
            self.query_ends,
            self.target_ends,
            place.offsets,
            begin,
            min(begin + WIDTH, self.targets),
            place.ahead,
            place.out,
        )


def counts_matches(costs: Costs, length: int) -> bool:
    """Return whether optimal matching of sequences of `length` positions can count by bits."""
    if costs.substitution.ndim != 2 or length > LONGEST:
        return False
    gain = gains(costs)[:-1, :-1]
    diagonal = np.diagonal(gain)
    return bool(np.all(diagonal == diagonal[0]) and np.array_equal(gain, np.diag(diagonal)))


def bits_for(length: int) -> tuple[np.dtype[Any], int]:
    """Return the unsigned numbers that hold a bit for each position, and how many."""
    for bits in (8, 16, 32, 64):
        if length <= bits:
            return np.dtype(f"uint{bits}"), 1
    return np.dtype(np.uint64), 2
