"""Compiled kernels of the longest common subsequence, a bit a position (Hyyrö 2004).

Where matching two equal states gains the same for every state and nothing else gains, optimal
matching counts the longest common subsequence. A row of its table rises by 0 or 1 from position to
position, so that a bit holds a cell, and one addition carries a whole row to the next.
"""

import numpy as np
from numba import njit

from trajectories.arrays import Array
from trajectories.dissimilarity.lanes.bit_lanes_kernels import all_ones, count_zeros, match_bits
from trajectories.dissimilarity.lanes.lanes_kernels import pointer, store

REGISTERS = 8
"""Vectors of bits in registers at a time."""

TILE = 256
"""Queries whose counts are gathered before they are written: memory is written in long runs."""


@njit(cache=True, nogil=True, error_model="numpy")
def fill_masks(codes: Array, words: int, masks: Array) -> None:
    """Set a bit for each position at which a target has a state.

    Args:
        codes: states of the targets, (L, targets); the last state matches nothing.
        words: numbers that hold the bits of one target.
        masks: written, (groups, a, REGISTERS, lanes): a group is of REGISTERS / words registers
            full of targets.
    """
    groups, states, registers, lanes = masks.shape
    bits = 8 * masks.itemsize
    width = registers // words * lanes
    masks[:] = 0
    for t in range(len(codes)):
        bit = np.uint64(1) << np.uint64(t % bits)
        for j in range(groups * width):
            state = codes[t, j]
            if state < states - 1:
                register = j % width // lanes * words + t // bits
                masks[j // width, state, register, j % lanes] |= bit


@njit(cache=True, nogil=True, error_model="numpy")
def match_block(
    queries: Array,
    last: int,
    masks: Array,
    words: int,
    gain: float,
    unit: float,
    counts: Array,
    query_ends: Array,
    target_ends: Array,
    offsets: Array,
    begin: int,
    end: int,
    ahead: int,
    out: Array,
) -> None:
    """Write the distances of queries 0…last−1 to the targets begin…end−1 of one block.

    Args:
        queries: states, (n, L).
        last: number of queries to take.
        masks: positions of the states in the block's targets, as `fill_masks` writes them.
        words: numbers that hold the bits of one target, 1 or 2.
        gain: what a matched pair of states saves, in units.
        unit: what one unit is worth.
        counts: room for (TILE, targets of a block) lengths, uint8.
        query_ends: half the number of positions of each query, (n,).
        target_ends: half the number of positions of each target, (m,).
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target of the block.
        end: one past its last target.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    groups, states, registers, lanes = masks.shape
    length, width = queries.shape[1], counts.shape[1]
    bits, lengths = pointer(masks), pointer(counts)
    for outset in range(0, last, TILE):
        tile = min(TILE, last - outset)
        for group in range(groups):
            block = group * states
            for i in range(outset, outset + tile):
                rows = all_ones(bits, 8)
                place = (i - outset) * width + group * (width // groups)
                if words == 1:
                    for t in range(length):
                        state = (block + queries[i, t]) * registers * lanes
                        rows = match_bits(bits, state, rows, 1)
                    for count in count_zeros(rows, 1):
                        store(lengths, place, count)
                        place += lanes
                else:
                    for t in range(length):
                        state = (block + queries[i, t]) * registers * lanes
                        rows = match_bits(bits, state, rows, 2)
                    for count in count_zeros(rows, 2):
                        store(lengths, place, count)
                        place += lanes
        for i in range(outset, outset + tile):
            start = max(begin, i + ahead)
            target = out[offsets[i] + start : offsets[i] + end]
            row = counts[i - outset, start - begin :]
            for j in range(len(target)):
                target[j] = unit * (gain * (query_ends[i] + target_ends[start + j] - row[j]))
