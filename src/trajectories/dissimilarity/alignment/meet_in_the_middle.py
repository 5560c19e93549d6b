"""Prefix trees of the halves of sequences, so that common rows are computed once."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Ints
from trajectories.dissimilarity.alignment.optimal_matching_kernels import Walk, cut_passes
from trajectories.dissimilarity.expanded_alphabets import Codes
from trajectories.dissimilarity.lanes.blocks import shared_beginnings
from trajectories.dissimilarity.lanes.lanes_kernels import LANE_BYTES

TABLE_BYTES: Final = 2**20
"""Bytes for the rows of a tile's second halves: half of a typical second-level cache."""


@dataclass(frozen=True, eq=False)
class Halves:
    """Trees of the queries' halves.

    Attributes:
        heads: tree of the queries' first halves.
        tails: trees of their second halves, reversed, one for each tile of queries.
        tiles: first query and first second half of each tile, and the ends, (tiles + 1, 2).
        endings: second half of each query, (n,).
    """

    heads: Walk
    tails: Walk
    tiles: Ints
    endings: Ints

    @classmethod
    def of(cls, firsts: Codes, seconds: Codes, most: int, beyond: int = 0) -> "Halves":
        """Cut the trees of halves into passes.

        Args:
            firsts: the queries' first halves, (n, depth).
            seconds: their second halves, reversed, (n, depth + beyond).
            most: largest number of rows in a pass.
            beyond: number of further letters on which a row of a second half depends.
        """
        length = firsts.shape[1] + seconds.shape[1] - beyond
        heads = _walk(firsts, shared_beginnings(firsts), np.arange(len(firsts)), most)
        return cls(heads, *_tails(seconds, length, most, beyond))

    @property
    def slots(self) -> int:
        """Return the number of rows that the kernels hold at a time, plus one read beyond."""
        leaves = int(np.diff(self.tiles[:, 1]).max(initial=0))
        depths = self.heads.states.shape[1] + self.tails.states.shape[1]
        return int(depths) + leaves + 3


def _tails(halves: Codes, length: int, most: int, beyond: int) -> tuple[Walk, Ints, Ints]:
    """Build the trees of second halves for tiles of queries whose rows fit a cache."""
    size = max(TABLE_BYTES // (length * LANE_BYTES), 16)
    endings = np.empty(len(halves), np.int64)
    tiles, leaves, shared, earliest = [(0, 0)], [halves[:0]], [np.empty(0, np.int32)], []
    for start in range(0, len(halves), size):
        tile = halves[start : start + size]
        different, first, inverse = distinct_rows(tile)
        count = tiles[-1][1]
        endings[start : start + size] = count + inverse
        leaves.append(different)
        shared.append(shared_beginnings(different))
        earliest.append(start + first)
        tiles.append((start + len(tile), count + len(different)))
    rows = np.concatenate(shared)
    if beyond:
        # Each leaf has its own last row, written by its last pass.
        rows = np.clip(rows - beyond, 0, halves.shape[1] - beyond - 1)
    queries = np.concatenate([np.empty(0, np.int64), *earliest])
    return _walk(np.concatenate(leaves), rows, queries, most, beyond), np.array(tiles), endings


def distinct_rows(rows: Codes) -> tuple[Codes, Ints, Ints]:
    """Return the different rows in order, the first place of each, and the number of each row's.

    Rows are compared as bytes, the higher ones first, ten times as fast as `numpy.unique` does.
    """
    if not rows.size:
        return rows[:1], np.zeros(min(len(rows), 1), np.int64), np.zeros(len(rows), np.int64)
    ordered = np.ascontiguousarray(rows.astype(rows.dtype.newbyteorder(">")))
    text = ordered.view(f"S{rows.shape[1] * rows.itemsize}").ravel()
    _, first, number = np.unique(text, return_index=True, return_inverse=True)
    return rows[first], first.astype(np.int64), number.astype(np.int64)


def _walk(
    halves: Codes, shared: npt.NDArray[np.int32], earliest: Ints, most: int, beyond: int = 0
) -> Walk:
    """Cut the tree of halves into passes."""
    u, depth = len(halves), halves.shape[1] - beyond
    # A tree of u leaves has fewer than 2u branches, each cut into passes with one rest.
    room = 2 * u + int((depth - shared).sum()) // most
    passes = np.empty((room, 3), np.int32)
    first = np.empty(u + 1, np.int64)
    count = cut_passes(shared, depth, most, earliest, passes, first)
    return Walk(np.ascontiguousarray(halves), passes[:count].copy(), first)
