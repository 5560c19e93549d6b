"""Compiled kernels of alignments whose moves cost what both sequences say.

Where the cost of deleting a state depends on its neighbours in the other sequence, an alignment is
the cheapest path through the table of all pairs of positions: down (a state of the query deleted),
across (a state of the target inserted) or aslant (one replaced by the other). What the moves cost
against one block of targets is laid out once (`profile`); column 0 holds the borders, where nothing
of the target has been used yet. Several rows are worked out at once, each a column behind the one
above it, so that none waits for another.

As in `alignment_kernels`, paths through a query's first half, from the start, and through its
second half, from the end, meet in the middle, and halves that begin or end alike share their rows.
What is inserted between two states of a query costs what both say, so that a row of a second half
depends on two letters further on.
"""

from typing import Any

import numpy as np
from numba import njit

from trajectories.arrays import Array
from trajectories.dissimilarity.alignment.optimal_matching_kernels import Walk
from trajectories.dissimilarity.lanes.lanes_kernels import (
    add,
    convert,
    gather,
    lanes_at,
    load,
    multiply,
    pointer,
    smaller,
    spread,
    store,
    zeros,
)
from trajectories.dissimilarity.lanes.row_lanes_kernels import MOVES, move_rows, starts, zero_rows

ROWS = 5
"""Most query rows in registers at a time."""

BEFORE = ROWS
"""Columns that rows and costs have before their first: where the last of several rows begins, and
one beside it. Costs have as many after their last, since second halves are walked backwards."""


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
                store(costs, place + columns * span, barred)
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
    step: int,
    shift: int,
    begins: Any,
    sides: Any,
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
        past = move_rows(profile, begins, sides, earlier, t * step, shift, past, corner, above)
        corner = above
        store(rows, target + (t - behind) * lanes, past[0][-1])


@njit(cache=True, nogil=True, error_model="numpy")
def run_moves(
    profile: Any,
    step: int,
    shift: int,
    span: int,
    states: Any,
    place: int,
    side: int,
    earlier: int,
    count: int,
    rows: Any,
    source: int,
    target: int,
    columns: int,
) -> None:
    """Take a row through `count` query rows.

    Args:
        profile: pointer to the costs of the first letter at the first column.
        step: entries of the profile from one column to the next.
        shift: how much further than the cost of going down those of the other moves lie.
        span: entries of the profile from one letter to the next.
        states: letters.
        place: where the letters that the rows pass begin.
        side: where the second ones beside what is inserted begin.
        earlier: where the costs of the first one beside what is inserted in the first row begin.
        count: number of rows.
        rows: slots.
        source: slot of the row above.
        target: slot of the last row.
        columns: number of columns.
    """
    if count == 5:
        none5 = zero_rows(profile, 5)
        begins5 = starts(states, place, span, step, none5)
        sides5 = starts(states, side, span, step, none5)
        sweep_moves(
            profile, step, shift, begins5, sides5, earlier, none5, rows, source, target, columns
        )
    elif count == 4:
        none4 = zero_rows(profile, 4)
        begins4 = starts(states, place, span, step, none4)
        sides4 = starts(states, side, span, step, none4)
        sweep_moves(
            profile, step, shift, begins4, sides4, earlier, none4, rows, source, target, columns
        )
    elif count == 3:
        none3 = zero_rows(profile, 3)
        begins3 = starts(states, place, span, step, none3)
        sides3 = starts(states, side, span, step, none3)
        sweep_moves(
            profile, step, shift, begins3, sides3, earlier, none3, rows, source, target, columns
        )
    elif count == 2:
        none2 = zero_rows(profile, 2)
        begins2 = starts(states, place, span, step, none2)
        sides2 = starts(states, side, span, step, none2)
        sweep_moves(
            profile, step, shift, begins2, sides2, earlier, none2, rows, source, target, columns
        )
    else:
        none1 = zero_rows(profile, 1)
        begins1 = starts(states, place, span, step, none1)
        sides1 = starts(states, side, span, step, none1)
        sweep_moves(
            profile, step, shift, begins1, sides1, earlier, none1, rows, source, target, columns
        )


@njit(cache=True, nogil=True, error_model="numpy")
def edge_row(
    profile: Array, one: int, two: int, start: int, way: int, rows: Array, place: int
) -> None:
    """Write the row in which a whole query is still to come: all of the target is inserted.

    Args:
        profile: costs against the block.
        one: the first letter beside what is inserted.
        two: the second.
        start: the profile's column at which the row begins.
        way: 1 forwards, −1 backwards.
        rows: slots, flat.
        place: where the row begins.
    """
    lanes = profile.shape[3]
    for lane in range(lanes):
        total = rows.dtype.type(0)
        rows[place + lane] = total
        for t in range(1, profile.shape[1] - BEFORE):
            column = start + t * way
            total += profile[one, column, 2, lane] + profile[two, column, 2, lane]
            rows[place + t * lanes + lane] = total


@njit(cache=True, nogil=True, error_model="numpy")
def cheapest_meeting(rows: Any, head: int, tail: int, columns: int) -> Any:
    """Return the smallest sum of a first half's row and a second half's row over all columns."""
    lanes = lanes_at(rows)
    last = tail + (columns - 1) * lanes
    one = add(load(rows, head), load(rows, last))
    two = one
    for t in range(1, columns - 1, 2):
        place = t * lanes
        one = smaller(one, add(load(rows, head + place), load(rows, last - place)))
        place += lanes
        two = smaller(two, add(load(rows, head + place), load(rows, last - place)))
    place = (columns - 1) * lanes
    one = smaller(one, add(load(rows, head + place), load(rows, tail)))
    return smaller(one, two)


@njit(cache=True, nogil=True, error_model="numpy")
def move_block(
    heads: Walk,
    opening: Array,
    tails: Walk,
    tiles: Array,
    endings: Array,
    last: int,
    profile: Array,
    rows: Array,
    unit: float,
    offsets: Array,
    begin: int,
    end: int,
    ahead: int,
    out: Array,
) -> None:
    """Write the distances of queries 0…last−1 to the targets begin…end−1 of one block.

    Args:
        heads: tree of first halves, one leaf a query.
        opening: first letter of each query, (n,).
        tails: trees of second halves, reversed and with two letters more, one after the other for
            each tile of queries.
        tiles: first query and first leaf of `tails` of each tile, and the ends, (tiles + 1, 2).
        endings: leaf of `tails` of each query, (n,).
        last: number of queries to take.
        profile: costs against the block, (letters + 1, BEFORE + 1 + L, MOVES, lanes).
        rows: room for 3 + depth of heads + depth of tails + leaves of a tile rows, flat.
        unit: what a cost of 1 is worth.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target of the block.
        end: one past its last target.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    lanes = profile.shape[3]
    columns = profile.shape[1] - BEFORE
    step, border = MOVES * lanes, BEFORE * lanes
    span, letter = border + columns * lanes, profile.shape[1] * step
    costs = profile.reshape(-1)
    forwards = pointer(costs[BEFORE * step :])
    backwards = pointer(costs[(BEFORE + columns - 1) * step :])
    head_states, tail_states = pointer(heads.states), pointer(tails.states)
    first, second = heads.states, tails.states
    row, slots = pointer(rows[border:]), rows[border:]
    depth, rest = first.shape[1], second.shape[1] - 2
    path = (depth + 1) * span
    table = path + (rest + 1) * span
    few = np.empty(lanes, out.dtype)
    out_pointer = pointer(out)
    for tile in range(len(tiles) - 1):
        if tiles[tile, 0] >= last:
            break
        leaf = tiles[tile, 1]
        for s in range(leaf, tiles[tile + 1, 1]):
            if s == leaf or second[s, 0] != second[s - 1, 0] or second[s, 1] != second[s - 1, 1]:
                edge_row(profile, second[s, 0], second[s, 1], BEFORE + columns, -1, slots, path)
            for p in range(tails.first[s], tails.first[s + 1]):
                low, high = tails.passes[p, 0], tails.passes[p, 1]
                if tails.passes[p, 2] < last:
                    place = s * (rest + 2) + low
                    run_moves(
                        backwards,
                        -step,
                        step,
                        letter,
                        tail_states,
                        place,
                        place + 2,
                        second[s, low + 1] * letter,
                        high - low,
                        row,
                        path + low * span,
                        path + high * span if high < rest else table + (s - leaf) * span,
                        columns,
                    )
        for i in range(tiles[tile, 0], min(last, tiles[tile + 1, 0])):
            if i == tiles[tile, 0] or opening[i] != opening[i - 1]:
                edge_row(profile, opening[i], opening[i], BEFORE, 1, slots, 0)
            for p in range(heads.first[i], heads.first[i + 1]):
                low, high = heads.passes[p, 0], heads.passes[p, 1]
                place = i * depth + low
                run_moves(
                    forwards,
                    step,
                    0,
                    letter,
                    head_states,
                    place,
                    place,
                    first[i, max(low - 1, 0)] * letter,
                    high - low,
                    row,
                    low * span,
                    high * span,
                    columns,
                )
            ending = table + (endings[i] - leaf) * span
            least = cheapest_meeting(row, depth * span, ending, columns)
            best = convert(multiply(spread(unit, least), least), out_pointer)
            if begin >= i + ahead and begin + lanes == end:
                store(out_pointer, offsets[i] + begin, best)
            else:
                store(pointer(few), 0, best)
                for j in range(max(begin, i + ahead), end):
                    out[offsets[i] + j] = few[j - begin]
