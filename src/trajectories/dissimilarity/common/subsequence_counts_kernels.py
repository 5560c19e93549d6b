"""Compiled kernel of measures that count common subsequences (Elzinga 2003; Elzinga & Studer 2015).

What two sequences share is a sum over all pairs of equal subsequences, one of each. A subsequence
that ends in position i of the one and j of the other is a shorter one that ends before both,
followed by this pair of positions; with sums over all earlier pairs of positions at hand, a cell
takes a few operations. All terms are positive, so that nothing cancels.
"""

import numpy as np
from numba import njit

from trajectories.arrays import Array

COUNT, SHARED_TIME, DURATIONS = 0, 1, 2
"""What a pair of equal subsequences counts: one; the time of the shorter of its spells; the product
of both durations."""


@njit(cache=True, nogil=True, error_model="numpy")
def add_layer(
    x: Array,
    y: Array,
    x_times: Array,
    y_times: Array,
    near: Array,
    kind: int,
    empty: float,
    before: Array,
    sums: Array,
) -> float:
    """Sum over pairs of equal subsequences, each one state longer than those in `before`.

    Args:
        x: states of the one, (p,).
        y: states of the other, (q,).
        x_times: duration of each of them, (p,).
        y_times: the same of the other, (q,).
        near: proximity of two states, (a, a).
        kind: COUNT, SHARED_TIME or DURATIONS.
        empty: 1 where the pair of empty subsequences comes before, else 0.
        before: sums over pairs of positions before i and j: number, the one's duration, the
            other's, the value, (4, p + 1, q + 1); `sums` itself takes all lengths at once.
        sums: written, as `before`.

    Returns:
        The sum of values.
    """
    p, q = len(x), len(y)
    total = 0.0
    sums[:, 0, :] = 0
    for i in range(p):
        number = times_x = times_y = values = 0.0
        sums[:, i + 1, 0] = 0
        for j in range(q):
            match = near[x[i], y[j]]
            if match != 0:
                count = match * (empty + before[0, i, j])
                if kind == COUNT:
                    value = count
                elif kind == SHARED_TIME:
                    value = match * (count * min(x_times[i], y_times[j]) + before[3, i, j])
                else:
                    value = match * (
                        before[3, i, j]
                        + x_times[i] * before[2, i, j]
                        + y_times[j] * before[1, i, j]
                        + count * x_times[i] * y_times[j]
                    )
                    # The first state's own time is not weighted by its proximity, later ones' is.
                    later = empty + match * before[0, i, j]
                    times_x += match * (before[1, i, j] + x_times[i] * later)
                    times_y += match * (before[2, i, j] + y_times[j] * later)
                number += count
                values += value
                total += value
            sums[0, i + 1, j + 1] = sums[0, i, j + 1] + number
            sums[1, i + 1, j + 1] = sums[1, i, j + 1] + times_x
            sums[2, i + 1, j + 1] = sums[2, i, j + 1] + times_y
            sums[3, i + 1, j + 1] = sums[3, i, j + 1] + values
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def shared(
    x: Array,
    y: Array,
    x_times: Array,
    y_times: Array,
    near: Array,
    kind: int,
    weights: Array,
    room: Array,
) -> float:
    """Return what two sequences share, summed over lengths of subsequences with their weights.

    Args:
        x: as in `add_layer`, and so the next four.
        y: see there.
        x_times: see there.
        y_times: see there.
        near: see there.
        kind: see there.
        weights: weight of each length from 1 on; lengths beyond count nothing.
        room: (2, 4, at least p + 1, at least q + 1).
    """
    p, q = len(x), len(y)
    longest = min(p, q)
    if longest == 0 or len(weights) == 0:
        return 0.0
    equal = len(weights) >= longest
    for k in range(1, min(longest, len(weights))):
        equal = equal and weights[k] == weights[0]
    first, second = room[0, :, : p + 1, : q + 1], room[1, :, : p + 1, : q + 1]
    if equal:
        if weights[0] == 0:
            return 0.0
        value = add_layer(x, y, x_times, y_times, near, kind, 1.0, first, first)
        return float(weights[0] * value)
    total = 0.0
    first[:] = 0
    for k in range(min(longest, len(weights))):
        before, sums = (first, second) if k % 2 == 0 else (second, first)
        empty = 1.0 if k == 0 else 0.0
        value = add_layer(x, y, x_times, y_times, near, kind, empty, before, sums)
        if value == 0:
            break
        total += weights[k] * value
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def comes_before(x: Array, y: Array, x_times: Array, y_times: Array) -> bool:
    """Return whether a sequence comes before another, by states, durations and length."""
    for t in range(min(len(x), len(y))):
        if x[t] != y[t]:
            return bool(x[t] < y[t])
        if x_times[t] != y_times[t]:
            return bool(x_times[t] < y_times[t])
    return len(x) < len(y)


@njit(cache=True, nogil=True, error_model="numpy")
def share_with_itself(
    states: Array, times: Array, lengths: Array, near: Array, kind: int, weights: Array, out: Array
) -> None:
    """Write what each sequence shares with itself.

    Args:
        states: uint8 (n, L).
        times: duration of each state, float64 (n, L).
        lengths: number of states, (n,).
        near: proximity of two states, (a, a).
        kind: COUNT, SHARED_TIME or DURATIONS.
        weights: weight of each length.
        out: written, (n,).
    """
    length = states.shape[1]
    room = np.empty((2, 4, length + 1, length + 1))
    for i in range(len(states)):
        x, x_times = states[i, : lengths[i]], times[i, : lengths[i]]
        out[i] = shared(x, x, x_times, x_times, near, kind, weights, room)


@njit(cache=True, nogil=True, error_model="numpy")
def subsequence_block(
    queries: Array,
    query_times: Array,
    query_lengths: Array,
    query_self: Array,
    targets: Array,
    target_times: Array,
    target_lengths: Array,
    target_self: Array,
    near: Array,
    kind: int,
    weights: Array,
    offsets: Array,
    begin: int,
    end: int,
    last: int,
    ahead: int,
    out: Array,
) -> None:
    """Write √(a + b − 2c): what each shares with itself less twice what they share.

    Sums over pairs of positions round in another order if the sequences change places. Where
    proximities are symmetric, the sequence that comes first takes the same place in both calls.

    Args:
        queries: uint8 (n, L).
        query_times: duration of each state, float64 (n, L).
        query_lengths: number of states, (n,).
        query_self: what each shares with itself, (n,).
        targets: the same of the targets, and so the next three.
        target_times: see there.
        target_lengths: see there.
        target_self: see there.
        near: proximity of two states, (a, a).
        kind: COUNT, SHARED_TIME or DURATIONS.
        weights: weight of each length.
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target.
        end: one past the last target.
        last: number of queries to take.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    most = max(queries.shape[1], targets.shape[1]) + 1
    room = np.empty((2, 4, most, most))
    symmetric = np.all(near == near.T)
    for i in range(last):
        x, x_times = queries[i, : query_lengths[i]], query_times[i, : query_lengths[i]]
        for j in range(max(begin, i + ahead), end):
            y, y_times = targets[j, : target_lengths[j]], target_times[j, : target_lengths[j]]
            if symmetric and comes_before(y, x, y_times, x_times):
                common = shared(y, x, y_times, x_times, near, kind, weights, room)
            else:
                common = shared(x, y, x_times, y_times, near, kind, weights, room)
            squared = query_self[i] + target_self[j] - 2 * common
            # What is left of equal sequences may be a shade less than nothing.
            out[offsets[i] + j] = np.sqrt(max(squared, 0.0))
