"""Compiled kernels of alignments whose moves cost what both sequences say.

Where the cost of deleting a state depends on its neighbours in the other sequence, an alignment is
the cheapest path through the table of all pairs of positions: down (a state of the query deleted),
across (a state of the target inserted) or aslant (one replaced by the other). The three costs of
every cell against one block of targets are laid out once (`profile`); column 0 holds the borders,
where nothing of the target has been used yet. Several rows are worked out at once, each a column
behind the one above it, so that none waits for another.

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
from trajectories.dissimilarity.row_lanes_kernels import MOVES, move_rows, starts, zero_rows

ROWS = 5
"""Most query rows in registers at a time."""

BEFORE = ROWS - 1
"""Columns that rows and costs have before their first: where the last of several rows begins."""

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
        aslant: cost of replacing a query's letter by a target's, (letters, targets' letters).
        down: cost of deleting a query's letter next to a target's, (letters, targets' letters).
        across: what a query's letter adds to the cost of inserting a target's letter after it or
            before it, (letters, targets' letters).
        codes: letters of the targets, (L, lanes).
        uses: the first query in which each letter occurs, (letters,).
        last: number of queries to take.
        never: a cost that no cheapest path takes.
        profile: written for the letters that they use, (letters + 1, BEFORE + 1 + L, MOVES, lanes).
    """
    length, lanes = codes.shape
    columns, span = profile.shape[1], MOVES * lanes
    places, costs = pointer(codes), pointer(profile)
    barred = spread(never, zeros(costs))
    for letter in range(len(aslant)):
        if uses[letter] < last:
            replaced, deleted = pointer(aslant[letter]), pointer(down[letter])
            inserted = pointer(across[letter])
            place = letter * columns * span
            for _ in range(MOVES * (BEFORE + 1)):
                store(costs, place, barred)
                place += lanes
            store(costs, place - 2 * lanes, gather(deleted, places, 0))
            for t in range(length):
                store(costs, place, gather(replaced, places, t * lanes))
                store(costs, place + lanes, gather(deleted, places, t * lanes))
                store(costs, place + 2 * lanes, gather(inserted, places, t * lanes))
                place += span


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def sweep_moves(
    profile: Any,
    begins: Any,
    earlier: int,
    none: Any,
    rows: Any,
    source: int,
    target: int,
    columns: int,
) -> None:
    """Take the row in slot `source` through as many query rows as `none` has, to slot `target`.

    What rows hold before their first column and after their last is never used by another column.
    """
    lanes = lanes_at(profile)
    past, corner = (none, none, none), zeros(profile)
    behind = len(none) - 1
    for t in range(columns + behind):
        above = load(rows, source + t * lanes)
        place = (BEFORE + t) * MOVES * lanes
        past = move_rows(profile, begins, earlier, place, past, corner, above)
        corner = above
        store(rows, target + (t - behind) * lanes, past[0][-1])


@njit(cache=True, nogil=True, error_model="numpy")
def run_moves(
    profile: Any,
    states: Any,
    place: int,
    earlier: int,
    count: int,
    rows: Any,
    source: int,
    target: int,
    columns: int,
) -> None:
    """Take a row through the `count` query rows whose letters begin at `place`.

    The costs of the letter before them begin at `earlier`.
    """
    step = MOVES * lanes_at(profile)
    span = (BEFORE + columns) * step
    if count == 5:
        rows5 = zero_rows(profile, 5)
        begins5 = starts(states, place, span, step, rows5)
        sweep_moves(profile, begins5, earlier, rows5, rows, source, target, columns)
    elif count == 4:
        rows4 = zero_rows(profile, 4)
        begins4 = starts(states, place, span, step, rows4)
        sweep_moves(profile, begins4, earlier, rows4, rows, source, target, columns)
    elif count == 3:
        rows3 = zero_rows(profile, 3)
        begins3 = starts(states, place, span, step, rows3)
        sweep_moves(profile, begins3, earlier, rows3, rows, source, target, columns)
    elif count == 2:
        rows2 = zero_rows(profile, 2)
        begins2 = starts(states, place, span, step, rows2)
        sweep_moves(profile, begins2, earlier, rows2, rows, source, target, columns)
    else:
        rows1 = zero_rows(profile, 1)
        begins1 = starts(states, place, span, step, rows1)
        sweep_moves(profile, begins1, earlier, rows1, rows, source, target, columns)


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
        profile: costs against the block, (letters + 1, BEFORE + 1 + L, MOVES, lanes).
        rows: room for L + 2 rows, flat.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target of the block.
        end: one past its last target.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    lanes = profile.shape[3]
    columns = profile.shape[1] - BEFORE
    span = profile.shape[1] * lanes
    border = BEFORE * lanes
    length = states.shape[1]
    costs, letters, row = pointer(profile), pointer(states), pointer(rows)
    for i in range(last):
        if i == 0 or states[i, 0] != states[i - 1, 0]:
            # Before its first letter, a query offers the neighbours that this letter has.
            for lane in range(lanes):
                rows[border + lane] = 0
            for place in range(border + lanes, span):
                share = profile[states[i, 0], place // lanes, 2, place % lanes]
                rows[place] = rows[place - lanes] + 2 * share
        for p in range(first[i], first[i + 1]):
            low, high = passes[p, 0], passes[p, 1]
            run_moves(
                costs,
                letters,
                i * length + low,
                states[i, max(low - 1, 0)] * MOVES * span,
                high - low,
                row,
                low * span + border,
                high * span + border,
                columns,
            )
        bottom = (length + 1) * span - lanes
        start = max(begin, i + ahead)
        for j in range(start, end):
            out[offsets[i] + j] = rows[bottom + j - begin]
