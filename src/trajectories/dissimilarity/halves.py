"""Sequences cut in two halves, whose rows are shared as far as halves begin, or end, alike."""

from typing import Final

import numpy as np
import numpy.typing as npt

from trajectories.dissimilarity._lanes import LANE_BYTES
from trajectories.dissimilarity.alignment_kernels import Walk, cut_passes
from trajectories.dissimilarity.blocks import shared_beginnings
from trajectories.dissimilarity.letters import Codes

TABLE_BYTES: Final = 2**20
"""Room for the rows of a tile's second halves: half of a common processor's second cache."""


def heads_of(halves: Codes, most: int) -> Walk:
    """Make the tree of first halves, (n, depth), cut into passes of at most `most` rows."""
    return _walk(halves, shared_beginnings(halves), np.arange(len(halves)), most)


def tails_of(
    halves: Codes, length: int, most: int, beyond: int = 0
) -> tuple[npt.NDArray[np.int64], Walk, npt.NDArray[np.int64]]:
    """Make the trees of second halves for tiles of queries whose rows fit a cache.

    Args:
        halves: the queries' second halves, reversed, (n, depth + beyond).
        length: positions of a row.
        most: the most rows of a pass.
        beyond: how many letters further on a row depends.

    Returns:
        First query and first leaf of each tile, and the ends, (tiles + 1, 2); the trees, one after
        the other; each query's leaf, (n,).
    """
    size = max(TABLE_BYTES // (length * LANE_BYTES), 16)
    endings = np.empty(len(halves), np.int64)
    tiles, leaves, shared, earliest = [(0, 0)], [halves[:0]], [np.empty(0, np.int32)], []
    for start in range(0, len(halves), size):
        tile = halves[start : start + size]
        different, first, inverse = np.unique(tile, axis=0, return_index=True, return_inverse=True)
        count = tiles[-1][1]
        endings[start : start + size] = count + inverse.reshape(-1)
        leaves.append(different)
        shared.append(shared_beginnings(different))
        earliest.append(start + first)
        tiles.append((start + len(tile), count + len(different)))
    rows = np.concatenate(shared)
    if beyond:
        # Each leaf has a last row of its own, which its last pass puts in its place.
        rows = np.clip(rows - beyond, 0, halves.shape[1] - beyond - 1)
    queries = np.concatenate([np.empty(0, np.int64), *earliest])
    return np.array(tiles), _walk(np.concatenate(leaves), rows, queries, most, beyond), endings


def _walk(
    halves: Codes,
    shared: npt.NDArray[np.int32],
    earliest: npt.NDArray[np.int64],
    most: int,
    beyond: int = 0,
) -> Walk:
    """Cut the tree of halves into passes."""
    u, depth = len(halves), halves.shape[1] - beyond
    # A tree of u leaves has fewer than 2u branches, each cut into passes with one rest.
    room = 2 * u + int((depth - shared).sum()) // most
    passes = np.empty((room, 3), np.int32)
    first = np.empty(u + 1, np.int64)
    count = cut_passes(shared, depth, most, earliest, passes, first)
    return Walk(np.ascontiguousarray(halves), passes[:count].copy(), first)
