"""Compiled kernels of optimal matching: one query sequence against a register full of targets.

Optimal matching is computed as a maximisation. With w(a, b) = max(0, indel(a) + indel(b) −
sub(a, b)), the distance is Σ indel(x) + Σ indel(y) − W, where W is the largest total weight of a
monotone matching of x with y. Its borders are zero and its values never negative, so a cell needs
one addition and two maxima. The weights against one block of targets are laid out once
(`profile`), so that a cell needs no look-up.

A query meets the targets in the middle: the best matchings of its first half with each beginning
of a target, and of its second half with each ending, are added where they fit best. Halves that
begin (or end) alike share their rows: the rows of all halves form a tree, which is walked branch by
branch. A row lies in a slot: a row of a branch at the slot of its depth, the last row of a second
half at a slot of its own. Several rows are worked out at once, each a position behind the one above
it, so that none waits for another.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from trajectories.arrays import Array
from trajectories.dissimilarity.lanes.lanes_kernels import (
    add,
    convert,
    gather,
    lanes_at,
    larger,
    load,
    load_for,
    multiply,
    pointer,
    spread,
    store,
    subtract,
    zeros,
)
from trajectories.dissimilarity.lanes.row_lanes_kernels import (
    fill_rows,
    match_rows,
    slope_rows,
    starts,
    zero_rows,
)

ROWS = 8
"""Most query rows in registers at a time."""

BEFORE = ROWS - 1
"""Positions that rows and weights have before their first: where the last of several rows begins.
Weights have as many after their last, since second halves are walked backwards."""

MARGIN = 2 * ROWS
"""Slopes that are read, and not used, before the first and after the last."""


class Walk(NamedTuple):
    """The tree of halves, cut into passes.

    Attributes:
        states: the halves, in an order that brings shared beginnings together, uint8 (u, depth).
        passes: depth before and after each pass, and the first query that needs it, int32 (p, 3).
        first: the passes of each half, int64 (u + 1,).
    """

    states: Array
    passes: Array
    first: Array


@njit(cache=True, nogil=True, error_model="numpy")
def cut_passes(
    shared: Array, depth: int, most: int, earliest: Array, passes: Array, first: Array
) -> int:
    """Cut the tree of halves into passes of at most `most` rows.

    A pass ends wherever a later half branches off.

    Args:
        shared: length of the beginning that each half shares with the one before, (u,).
        depth: length of a half.
        most: the most rows of a pass.
        earliest: first query that needs each half, (u,).
        passes: written as in `Walk`, with room for all passes.
        first: written as in `Walk`.

    Returns:
        The number of passes.
    """
    u = len(shared)
    branches = np.empty(depth + 1, np.bool_)
    needed = np.empty(depth + 1, np.int64)
    count = 0
    for i in range(u):
        first[i] = count
        for t in range(depth + 1):
            branches[t] = False
            needed[t] = earliest[i]
        low = depth
        for j in range(i + 1, u):
            low = min(low, shared[j])
            if low <= shared[i]:
                break
            branches[low] = True
            for t in range(low + 1):
                needed[t] = min(needed[t], earliest[j])
        begin = shared[i]
        while begin < depth:
            stop = begin + 1
            while stop < depth and not branches[stop]:
                stop += 1
            for parts in range((stop - begin + most - 1) // most, 0, -1):
                end = begin + (stop - begin) // parts
                passes[count, 0] = begin
                passes[count, 1] = end
                passes[count, 2] = needed[end]
                count += 1
                begin = end
    first[u] = count
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def fill_profile(weights: Array, codes: Array, uses: Array, last: int, profile: Array) -> None:
    """Lay out the weights of the letters of some queries against one block of targets.

    Args:
        weights: (a, a).
        codes: letters of the targets, (L, lanes).
        uses: the first query in which each letter occurs, (a,).
        last: number of queries to take.
        profile: written for the letters that they use, (a + 1, BEFORE + L, lanes).
    """
    positions, lanes = profile.shape[1:]
    places, costs = pointer(codes), pointer(profile)
    nothing = zeros(costs)
    for letter in range(len(weights)):
        if uses[letter] < last:
            row = pointer(weights[letter])
            start = letter * positions
            for place in range(BEFORE):
                store(costs, (start + place) * lanes, nothing)
                store(costs, (start + positions + place) * lanes, nothing)
            for t in range(len(codes)):
                place = start + BEFORE + t
                store(costs, place * lanes, gather(row, places, t * lanes))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def sweep(
    profile: Any,
    step: int,
    begins: Any,
    slopes: Any,
    low: int,
    edge: float,
    none: Any,
    rows: Any,
    source: int,
    target: int,
    length: int,
) -> None:
    """Take the row in slot `source` through as many query rows as `none` has, to slot `target`.

    From one position of the targets to the next are `step` entries of the profile. What rows hold
    before their first position is their border; after their last it is never used.
    """
    lanes = lanes_at(profile)
    past, corner = (none, none), zeros(profile)
    if slopes is not None:
        border = fill_rows(edge, none)
        past = (border, border)
        if low > 0:
            corner = spread(edge, corner)
    behind = len(none) - 1
    for t in range(length + behind):
        above = load(rows, source + t * lanes)
        if slopes is None:
            past = match_rows(profile, begins, t * step, past, corner, above)
        else:
            slope = MARGIN + length + low - t
            past = slope_rows(profile, begins, t * step, slopes, slope, past, corner, above)
        corner = above
        store(rows, target + (t - behind) * lanes, past[0][-1])


@njit(cache=True, nogil=True, error_model="numpy")
def run_pass(
    profile: Any,
    step: int,
    states: Any,
    place: int,
    count: int,
    slopes: Any,
    low: int,
    edge: float,
    rows: Any,
    source: int,
    target: int,
    length: int,
) -> None:
    """Take a row through the `count` query rows whose letters begin at `place`, at depth `low`."""
    span = (BEFORE + length) * lanes_at(profile)
    if count == 8:
        rows8 = zero_rows(profile, 8)
        begins8 = starts(states, place, span, step, rows8)
        sweep(profile, step, begins8, slopes, low, edge, rows8, rows, source, target, length)
    elif count == 7:
        rows7 = zero_rows(profile, 7)
        begins7 = starts(states, place, span, step, rows7)
        sweep(profile, step, begins7, slopes, low, edge, rows7, rows, source, target, length)
    elif count == 6:
        rows6 = zero_rows(profile, 6)
        begins6 = starts(states, place, span, step, rows6)
        sweep(profile, step, begins6, slopes, low, edge, rows6, rows, source, target, length)
    elif count == 5:
        rows5 = zero_rows(profile, 5)
        begins5 = starts(states, place, span, step, rows5)
        sweep(profile, step, begins5, slopes, low, edge, rows5, rows, source, target, length)
    elif count == 4:
        rows4 = zero_rows(profile, 4)
        begins4 = starts(states, place, span, step, rows4)
        sweep(profile, step, begins4, slopes, low, edge, rows4, rows, source, target, length)
    elif count == 3:
        rows3 = zero_rows(profile, 3)
        begins3 = starts(states, place, span, step, rows3)
        sweep(profile, step, begins3, slopes, low, edge, rows3, rows, source, target, length)
    elif count == 2:
        rows2 = zero_rows(profile, 2)
        begins2 = starts(states, place, span, step, rows2)
        sweep(profile, step, begins2, slopes, low, edge, rows2, rows, source, target, length)
    else:
        rows1 = zero_rows(profile, 1)
        begins1 = starts(states, place, span, step, rows1)
        sweep(profile, step, begins1, slopes, low, edge, rows1, rows, source, target, length)


@njit(cache=True, nogil=True, error_model="numpy")
def best_meeting(rows: Any, head: int, tail: int, length: int, edge: float) -> Any:
    """Return the largest sum of a first half's row and a second half's row over all splits.

    The first half's row holds values by the number of targets' positions from the start, 1 to L;
    the second half's from the end. With all positions on one side, the other has nothing to match;
    at the first half's side that is worth `edge`.
    """
    lanes = lanes_at(rows)
    last = (length - 1) * lanes
    rest = load(rows, tail + last)
    one = larger(load(rows, head + last), add(rest, spread(edge, rest)))
    two = three = four = one
    t = 0
    while t + 4 < length:
        place = head + t * lanes
        mirror = tail + last - (t + 1) * lanes
        one = larger(one, add(load(rows, place), load(rows, mirror)))
        two = larger(two, add(load(rows, place + lanes), load(rows, mirror - lanes)))
        three = larger(three, add(load(rows, place + 2 * lanes), load(rows, mirror - 2 * lanes)))
        four = larger(four, add(load(rows, place + 3 * lanes), load(rows, mirror - 3 * lanes)))
        t += 4
    while t + 1 < length:
        place = t * lanes
        one = larger(one, add(load(rows, head + place), load(rows, tail + last - place - lanes)))
        t += 1
    return larger(larger(one, two), larger(three, four))


@njit(cache=True, nogil=True, error_model="numpy")
def align_block(
    heads: Walk,
    tails: Walk,
    tiles: Array,
    endings: Array,
    last: int,
    profile: Array,
    slopes: Any,
    edge: float,
    rows: Array,
    query_ends: Array,
    target_ends: Array,
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
        tails: trees of second halves, reversed, one after the other for each tile of queries.
        tiles: first query and first leaf of `tails` of each tile, and the ends, (tiles + 1, 2).
        endings: leaf of `tails` of each query, (n,).
        last: number of queries to take.
        profile: weights against the block, (a + 1, BEFORE + L, lanes).
        slopes: what a matched pair saves more by how far apart its positions lie, (2L + 2 MARGIN,),
            0 in the middle; or None.
        edge: what leaving a query's first letters unmatched before the target's first saves; 0
            where there are no slopes.
        rows: room for 3 + depth of heads + depth of tails + leaves of a tile rows, flat.
        query_ends: cost of deleting each whole query in units, (n,).
        target_ends: cost of inserting each whole target in units, for whole blocks.
        unit: what one unit of weight is worth.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target of the block.
        end: one past its last target.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    lanes = profile.shape[2]
    length = profile.shape[1] - BEFORE
    # Backwards in time, a state's weights begin at its last position.
    weights, border = profile.reshape(-1), BEFORE * lanes
    forwards = pointer(weights[border:])
    backwards = pointer(weights[border + (length - 1) * lanes :])
    head_states, tail_states = pointer(heads.states), pointer(tails.states)
    row = pointer(rows[border:])
    span = border + length * lanes
    depth, rest = heads.states.shape[1], tails.states.shape[1]
    path = (depth + 1) * span
    table = path + (rest + 1) * span
    for place in range(span):
        rows[place] = edge
        rows[path + place] = 0
    few = np.empty(lanes, np.float64)
    target_pointer, out_pointer = pointer(target_ends), pointer(out)
    ends = load_for(target_pointer, begin, zeros(row))
    factor, none = spread(unit, ends), spread(0.0, ends)
    for tile in range(len(tiles) - 1):
        if tiles[tile, 0] >= last:
            break
        leaf = tiles[tile, 1]
        for s in range(leaf, tiles[tile + 1, 1]):
            for p in range(tails.first[s], tails.first[s + 1]):
                low, high = tails.passes[p, 0], tails.passes[p, 1]
                if tails.passes[p, 2] < last:
                    target = path + high * span if high < rest else table + (s - leaf) * span
                    place = s * rest + low
                    source = path + low * span
                    run_pass(
                        backwards,
                        -lanes,
                        tail_states,
                        place,
                        high - low,
                        slopes,
                        low,
                        0.0,
                        row,
                        source,
                        target,
                        length,
                    )
        for i in range(tiles[tile, 0], min(last, tiles[tile + 1, 0])):
            for p in range(heads.first[i], heads.first[i + 1]):
                low, high = heads.passes[p, 0], heads.passes[p, 1]
                place = i * depth + low
                source, target = low * span, high * span
                run_pass(
                    forwards,
                    lanes,
                    head_states,
                    place,
                    high - low,
                    slopes,
                    low,
                    edge,
                    row,
                    source,
                    target,
                    length,
                )
            ending = table + (endings[i] - leaf) * span
            best = best_meeting(row, depth * span, ending, length, edge)
            reach = subtract(spread(query_ends[i], ends), convert(best, target_pointer))
            # Rounding may leave a shade less than nothing where all costs are nil.
            value = multiply(factor, larger(add(ends, reach), none))
            if begin >= i + ahead and begin + lanes == end:
                store(out_pointer, offsets[i] + begin, convert(value, out_pointer))
            else:
                store(pointer(few), 0, value)
                for j in range(max(begin, i + ahead), end):
                    out[offsets[i] + j] = few[j - begin]
