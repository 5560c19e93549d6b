"""Compiled kernels of alignments whose moves cost what both sequences say.

Where the cost of deleting a state depends on its neighbours in the other sequence, an alignment is
the cheapest path through the table of all pairs of positions: down (a state of the query deleted),
across (a state of the target inserted) or aslant (one replaced by the other). The three costs of
every cell against one block of targets are laid out once (`profile`); column 0 holds the borders,
where nothing of the target has been used yet.

Queries that begin alike share their rows, as in `alignment_kernels`.
"""

from typing import Any

import numpy.typing as npt
from numba import njit

from trajectories.dissimilarity._lanes import (
    gather,
    lanes_at,
    load,
    pointer,
    spread,
    store,
    zeros,
)
from trajectories.dissimilarity.row_lanes_kernels import move_column, starts, zero_rows

ROWS = 4
"""Most query rows in registers at a time: more would wait for each other."""

MOVES = 3
"""Costs of a cell: aslant, down, across."""

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_moves(
    aslant: Array,
    down: Array,
    across: Array,
    codes: Array,
    uses: Array,
    last: int,
    never: float,
    profile: Array,
) -> None:
    """Lay out the costs of the letters of some queries against one block of targets.

    Args:
        aslant: cost of replacing a query's letter by a target's, (letters, letters).
        down: cost of deleting a query's letter next to a target's letter, (letters, letters).
        across: cost of inserting a target's letter next to a query's, (letters, letters).
        codes: letters of the targets, (L, lanes).
        uses: the first query in which each letter occurs, (letters,).
        last: number of queries to take.
        never: a cost that no cheapest path takes.
        profile: written for the letters that they use, (letters, L + 1, MOVES, lanes).
    """
    length, lanes = codes.shape
    places, costs = pointer(codes), pointer(profile)
    barred = spread(never, zeros(costs))
    for letter in range(len(profile)):
        if uses[letter] < last:
            replaced, deleted = pointer(aslant[letter]), pointer(down[letter])
            inserted = pointer(across[letter])
            place = letter * (length + 1) * MOVES * lanes
            store(costs, place, barred)
            store(costs, place + lanes, gather(deleted, places, 0))
            store(costs, place + 2 * lanes, barred)
            for t in range(length):
                place += MOVES * lanes
                store(costs, place, gather(replaced, places, t * lanes))
                store(costs, place + lanes, gather(deleted, places, t * lanes))
                store(costs, place + 2 * lanes, gather(inserted, places, t * lanes))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def sweep_moves(
    profile: Any,
    begins: Any,
    left: Any,
    rows: Any,
    source: int,
    target: int,
    columns: int,
) -> None:
    """Take the row in slot `source` through as many query rows as `left` has, to slot `target`."""
    lanes = lanes_at(profile)
    corner = zeros(profile)
    for t in range(columns):
        above = load(rows, source + t * lanes)
        left = move_column(profile, begins, t * MOVES * lanes, left, corner, above)
        corner = above
        store(rows, target + t * lanes, left[-1])


@njit(cache=True, nogil=True, error_model="numpy")
def run_moves(
    profile: Any,
    states: Any,
    place: int,
    count: int,
    rows: Any,
    source: int,
    target: int,
    columns: int,
) -> None:
    """Take a row through the `count` query rows whose letters begin at `place`."""
    span = columns * MOVES * lanes_at(profile)
    if count == 4:
        left4 = zero_rows(profile, 4)
        begins4 = starts(states, place, span, left4)
        sweep_moves(profile, begins4, left4, rows, source, target, columns)
    elif count == 3:
        left3 = zero_rows(profile, 3)
        begins3 = starts(states, place, span, left3)
        sweep_moves(profile, begins3, left3, rows, source, target, columns)
    elif count == 2:
        left2 = zero_rows(profile, 2)
        begins2 = starts(states, place, span, left2)
        sweep_moves(profile, begins2, left2, rows, source, target, columns)
    else:
        left1 = zero_rows(profile, 1)
        begins1 = starts(states, place, span, left1)
        sweep_moves(profile, begins1, left1, rows, source, target, columns)


@njit(cache=True, nogil=True, error_model="numpy")
def move_block(
    states: Array,
    passes: Array,
    first: Array,
    last: int,
    profile: Array,
    rows: Array,
    offsets: Array,
    begin: int,
    end: int,
    ahead: int,
    out: Array,
) -> None:
    """Write the distances of queries 0…last−1 to the targets begin…end−1 of one block.

    Args:
        states: letters of the queries, (n, L).
        passes: depth before and after each pass, and the first query that needs it, (p, 3).
        first: the passes of each query, (n + 1,).
        last: number of queries to take.
        profile: costs against the block, (letters, L + 1, MOVES, lanes).
        rows: room for L + 1 rows, flat.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target of the block.
        end: one past its last target.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    columns, lanes = profile.shape[1], profile.shape[3]
    span = columns * lanes
    length = states.shape[1]
    costs, letters, row = pointer(profile), pointer(states), pointer(rows)
    for i in range(last):
        if i == 0 or states[i, 0] != states[i - 1, 0]:
            # Before its first letter, a query offers the neighbours that this letter has.
            for lane in range(lanes):
                rows[lane] = 0
            for place in range(lanes, span):
                across = profile[states[i, 0], place // lanes, 2, place % lanes]
                rows[place] = rows[place - lanes] + across
        for p in range(first[i], first[i + 1]):
            low, high = passes[p, 0], passes[p, 1]
            run_moves(
                costs,
                letters,
                i * length + low,
                high - low,
                row,
                low * span,
                high * span,
                columns,
            )
        bottom = length * span + (columns - 1) * lanes
        start = max(begin, i + ahead)
        for j in range(start, end):
            out[offsets[i] + j] = rows[bottom + j - begin]
