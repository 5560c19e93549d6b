"""Longest common subsequences: preparation of their kernel."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from trajectories.arrays import Floats
from trajectories.dissimilarity.common.common_subsequence_kernels import (
    REGISTERS,
    TILE,
    fill_masks,
    match_block,
)
from trajectories.dissimilarity.expanded_alphabets import Codes, Letters
from trajectories.dissimilarity.lanes.blocks import Place, side_by_side
from trajectories.dissimilarity.lanes.lanes_kernels import lane_count, scratch

WIDTH: Final = 512
"""Targets per block, which fill eight registers of bytes."""

LONGEST: Final = 128
"""Largest number of positions: the bits of two 64-bit words."""


@dataclass(frozen=True, eq=False)
class Matching:
    """Optimal matching with one gain for all equal states and none for different ones.

    Attributes:
        rows: the queries, uint16 (n, L).
        queries: the number of queries.
        targets: the number of targets.
        lanes: the number of targets in a block.
        codes: targets side by side, uint16 (blocks, L, WIDTH).
        alphabet: the number of states, including one for positions after the end.
        gain: gain of a matched pair of states in units.
        unit: what one unit is worth.
        query_ends: half the number of positions of each query, float64 (n,).
        target_ends: the same of each target, float64 (m,).
    """

    rows: Codes
    queries: int
    targets: int
    lanes: int
    codes: Codes
    alphabet: int
    gain: float
    unit: float
    query_ends: Floats
    target_ends: Floats

    @classmethod
    def of(cls, letters: Letters) -> "Matching":
        """Prepare the comparison of each query with each target."""
        rows, columns = letters.queries, letters.targets
        void = len(letters.gains) - 1
        ends = [np.count_nonzero(part < void, axis=1) / 2 for part in (rows, columns)]
        return cls(
            rows=rows,
            queries=len(rows),
            targets=len(columns),
            lanes=WIDTH,
            codes=side_by_side(columns, WIDTH),
            alphabet=void + 1,
            gain=float(letters.gains[0, 0]),
            unit=letters.unit,
            query_ends=ends[0],
            target_ends=ends[1],
        )

    def fill(self, block: int, last: int, place: Place) -> None:
        """Write the distances of the queries before `last` to one block of targets."""
        dtype, words = bits_for(self.rows.shape[1])
        lanes = lane_count(dtype)
        groups = WIDTH * words // (REGISTERS * lanes)
        masks = scratch("masks", (groups, self.alphabet, REGISTERS, lanes), dtype)
        counts = scratch("counts", (TILE, WIDTH), np.dtype(np.uint8))
        fill_masks(self.codes[block], words, masks)
        begin = block * WIDTH
        match_block(
            self.rows,
            last,
            masks,
            words,
            self.gain,
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


def counts_matches(gains: Floats, length: int) -> bool:
    """Return whether sequences of `length` positions can be matched by bits.

    Equal letters must all have the same gain and different letters none.
    """
    if length > LONGEST or len(gains) < 2:
        return False
    gain = gains[:-1, :-1]
    diagonal = np.diagonal(gain)
    return bool(np.all(diagonal == diagonal[0]) and np.array_equal(gain, np.diag(diagonal)))


def bits_for(length: int) -> tuple[np.dtype[Any], int]:
    """Return the unsigned type with a bit for each position, and the number of words."""
    for bits in (8, 16, 32, 64):
        if length <= bits:
            return np.dtype(f"uint{bits}"), 1
    return np.dtype(np.uint64), 2
