"""Compiled kernels of measures that compare position by position."""

from numba import njit

from trajectories.arrays import Array
from trajectories.dissimilarity.lanes.lanes_kernels import lanes_at, pointer, store
from trajectories.dissimilarity.lanes.row_lanes_kernels import add_column, zero_rows

QUERIES = 8
"""Queries in registers at a time."""

TILE = 256
"""Queries, and targets, whose sums are gathered before they are written: rows of memory are then
written in long runs."""


@njit(cache=True, nogil=True, error_model="numpy")
def fill_positional_profile(costs: Array, codes: Array, profile: Array) -> None:
    """Lay out the costs of every state against one block of targets.

    Args:
        costs: (L, a, a).
        codes: states of the targets, (L, TILE).
        profile: written, (registers a block, L, a, lanes).
    """
    registers, length, states, lanes = profile.shape
    for register in range(registers):
        for t in range(length):
            for state in range(states):
                for lane in range(lanes):
                    code = codes[t, register * lanes + lane]
                    profile[register, t, state, lane] = costs[t, state, code]


@njit(cache=True, nogil=True, error_model="numpy")
def sum_block(
    queries: Array,
    last: int,
    profile: Array,
    unit: float,
    sums: Array,
    offsets: Array,
    begin: int,
    end: int,
    ahead: int,
    out: Array,
) -> None:
    """Write the summed costs of positions, one block of targets.

    Args:
        queries: states, (n, L), n a multiple of `QUERIES`.
        last: number of queries to take.
        profile: costs in units against the block, (registers a block, L, a, lanes).
        unit: what one unit is worth.
        sums: room for (TILE, TILE) sums.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target of the block.
        end: one past its last target.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    registers, length, states, lanes = profile.shape
    costs, state, tile_sums = pointer(profile), pointer(queries), pointer(sums)
    for outset in range(0, last, TILE):
        tile = min(TILE, last - outset)
        for register in range(registers):
            column = register * length * states * lanes
            for group in range(0, tile, QUERIES):
                totals = zero_rows(costs, 8)
                for t in range(length):
                    place = (outset + group) * length + t
                    totals = add_column(
                        costs, column + t * states * lanes, state, place, length, totals
                    )
                place = group * TILE + register * lanes_at(costs)
                for total in totals:
                    store(tile_sums, place, total)
                    place += TILE
        for i in range(outset, outset + tile):
            row = sums[i - outset]
            start = max(begin, i + ahead)
            target = out[offsets[i] + start : offsets[i] + end]
            for j in range(len(target)):
                target[j] = unit * row[start - begin + j]
