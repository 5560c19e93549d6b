"""Compiled kernels of alignments whose moves cost what both sequences say.

Where the cost of deleting a state depends on its neighbours in the other sequence, or a
replacement's on how far two positions lie apart, an alignment is the cheapest path through the
table of all pairs of positions: down (a state of the query deleted), across (a state of the target
inserted) or aslant (one replaced by the other). The three costs of every cell against one block of
targets are laid out once (`profile`); column 0 holds the borders, where nothing of the target has
been used yet.

Queries that begin alike share their rows, as in `alignment_kernels`.
"""

from typing import Any

import numpy.typing as npt
from llvmlite import ir
from numba import njit

from trajectories.dissimilarity._lanes import (
    add_lanes,
    arrayobj,
    cgutils,
    intrinsic,
    lanes_at,
    load,
    load_lanes,
    pointer,
    smaller_lanes,
    spread_lanes,
    starts,
    store,
    types,
    zero_rows,
    zeros,
)

MOVES = 3
"""Costs of a cell: aslant, down, across."""

Array = npt.NDArray[Any]


@intrinsic
def move_column(
    typing_context: Any,
    profile: Any,
    starts: Any,
    column: Any,
    slopes: Any,
    slope: Any,
    left: Any,
    corner: Any,
    above: Any,
) -> Any:
    """Go down one target position through several query rows.

    Args:
        typing_context: numba's.
        profile: pointer to costs.
        starts: for each query row, where the costs of its letter begin.
        column: offset of the target position in these costs.
        slopes: what a cell costs more aslant by how far its positions lie apart, or None.
        slope: place of the first row's cell in it; later rows follow.
        left: values of the rows at the previous target position.
        corner: value above the first row at the previous target position.
        above: value above the first row at this target position.

    Returns:
        The values of the rows at this target position.
    """
    sloping = not isinstance(slopes, types.NoneType)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, begins, offset, further, first, beside_rows, diagonal, upper = arguments
        if sloping:
            table = arrayobj.make_array(slopes)(context, builder, further).data
        step = ir.Constant(offset.type, corner.count)
        rows = []
        for row in range(starts.count):
            index = builder.add(builder.extract_value(begins, row), offset)
            aslant = load_lanes(context, builder, corner, data, index)
            index = builder.add(index, step)
            down = load_lanes(context, builder, corner, data, index)
            across = load_lanes(context, builder, corner, data, builder.add(index, step))
            beside = builder.extract_value(beside_rows, row)
            replaced = add_lanes(builder, corner, diagonal, aslant)
            if sloping:
                place = builder.add(first, ir.Constant(first.type, row))
                number = builder.load(builder.gep(table, [place]))
                more = spread_lanes(context, builder, corner, number)
                replaced = add_lanes(builder, corner, replaced, more)
            deleted = add_lanes(builder, corner, upper, down)
            inserted = add_lanes(builder, corner, beside, across)
            upper = smaller_lanes(builder, corner, replaced, inserted)
            upper = smaller_lanes(builder, corner, upper, deleted)
            diagonal = beside
            rows.append(upper)
        return cgutils.pack_array(builder, rows)

    signature = left(profile, starts, types.intp, slopes, types.intp, left, corner, above)
    return signature, code


@njit(cache=True, nogil=True, error_model="numpy")
def fill_moves(
    aslant: Array, down: Array, across: Array, codes: Array, before: Array, profile: Array
) -> None:
    """Lay out the costs of every letter of the queries against one block of targets.

    Args:
        aslant: cost of replacing a query's letter by a target's, (letters, letters).
        down: cost of deleting a query's letter next to a target's letter, (letters, letters).
        across: cost of inserting a target's letter next to a query's, (letters, letters).
        codes: letters of the targets, (L, lanes).
        before: cost of deleting a query's letter before a target's first one, (letters, letters).
        profile: written, (letters, L + 1, MOVES, lanes).
    """
    length, lanes = codes.shape
    never = profile.dtype.type(1e30)
    for letter in range(len(profile)):
        for lane in range(lanes):
            profile[letter, 0, 0, lane] = never
            profile[letter, 0, 1, lane] = before[letter, codes[0, lane]]
            profile[letter, 0, 2, lane] = never
        for t in range(length):
            for lane in range(lanes):
                code = codes[t, lane]
                profile[letter, t + 1, 0, lane] = aslant[letter, code]
                profile[letter, t + 1, 1, lane] = down[letter, code]
                profile[letter, t + 1, 2, lane] = across[letter, code]


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def sweep_moves(
    profile: Any,
    begins: Any,
    slopes: Any,
    slope: int,
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
        left = move_column(
            profile, begins, t * MOVES * lanes, slopes, slope - t, left, corner, above
        )
        corner = above
        store(rows, target + t * lanes, left[-1])


@njit(cache=True, nogil=True, error_model="numpy")
def run_moves(
    profile: Any,
    states: Any,
    place: int,
    count: int,
    slopes: Any,
    slope: int,
    rows: Any,
    source: int,
    target: int,
    columns: int,
) -> None:
    """Take a row through the `count` query rows, four at most, whose letters begin at `place`."""
    span = columns * MOVES * lanes_at(profile)
    if count == 4:
        left4 = zero_rows(profile, 4)
        begins4 = starts(states, place, span, left4)
        sweep_moves(profile, begins4, slopes, slope, left4, rows, source, target, columns)
    elif count == 3:
        left3 = zero_rows(profile, 3)
        begins3 = starts(states, place, span, left3)
        sweep_moves(profile, begins3, slopes, slope, left3, rows, source, target, columns)
    elif count == 2:
        left2 = zero_rows(profile, 2)
        begins2 = starts(states, place, span, left2)
        sweep_moves(profile, begins2, slopes, slope, left2, rows, source, target, columns)
    else:
        left1 = zero_rows(profile, 1)
        begins1 = starts(states, place, span, left1)
        sweep_moves(profile, begins1, slopes, slope, left1, rows, source, target, columns)


@njit(cache=True, nogil=True, error_model="numpy")
def move_block(
    states: Array,
    passes: Array,
    first: Array,
    last: int,
    profile: Array,
    origins: Array,
    slopes: Any,
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
        origins: the letter whose costs across hold before each query's first letter, (n,).
        slopes: what a cell costs more aslant by how far apart its positions lie, (2L + 1,), L in
            the middle; or None.
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
        if i == 0 or origins[i] != origins[i - 1]:
            for lane in range(lanes):
                rows[lane] = 0
            for place in range(lanes, span):
                across = profile[origins[i], place // lanes, 2, place % lanes]
                rows[place] = rows[place - lanes] + across
        for p in range(first[i], first[i + 1]):
            low, high = passes[p, 0], passes[p, 1]
            run_moves(
                costs,
                letters,
                i * length + low,
                high - low,
                slopes,
                length + low + 1,
                row,
                low * span,
                high * span,
                columns,
            )
        bottom = length * span + (columns - 1) * lanes
        start = max(begin, i + ahead)
        for j in range(start, end):
            out[offsets[i] + j] = rows[bottom + j - begin]
