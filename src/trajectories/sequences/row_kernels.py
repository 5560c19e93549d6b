"""Compiled loops over the rows of sequences and person-months."""

from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

from trajectories.arrays import Bools, Floats, Ints

Int8s = npt.NDArray[np.uint8]
Int32s = npt.NDArray[np.int32]
Int64s = Ints
Persons = npt.NDArray[np.uint32]

LARGE_BITS: Final = 512
LARGE: Final = 2.0**LARGE_BITS
"""Counts of subsequences are scaled down by this where they come near to the largest float64."""

NOT_A_CANDIDATE: Final = 0
KEPT: Final = 1
HISTORY_NOT_OBSERVED: Final = 2
OUTSIDE_ORIGINS: Final = 3
FOLLOW_UP_NOT_OBSERVED: Final = 4
OVERLAPS_EARLIER: Final = 5


@njit(cache=True)
def describe_rows(
    states: Int8s,
    size: int,
    void: int,
    length: Int64s,
    valid: Int64s,
    spells: Int64s,
    visited: Int64s,
    squares: Int64s,
    entropy: Floats,
    subsequences: Floats,
    bits: Floats,
) -> None:
    """Describe each sequence by its positions, spells and distinct subsequences.

    Spells are the distinct successive states; missing positions are skipped, so that equal states
    on both sides of a gap are one spell of their valid positions.

    Args:
        states: positions in the alphabet, uint8 (n, L); values of `size` or more are not valid.
        size: size of the alphabet.
        void: the value of positions after the end.
        length: output, positions that are not void (n,).
        valid: output, positions with a state (n,).
        spells: output, number of spells (n,).
        visited: output, number of different states (n,).
        squares: output, sum of the spells' squared durations (n,).
        entropy: output, entropy of the time in each state, natural logarithm (n,).
        subsequences: output, distinct subsequences of the spells, the empty one too; infinite
            where they are more than a float64 holds (n,).
        bits: output, the binary logarithm of the same, always finite (n,).
    """
    before_last = np.empty(size, np.float64)
    times = np.empty(size, np.int64)
    for row in range(len(states)):
        times[:] = 0
        before_last[:] = 0.0
        count, shift, last, n, duration, total, known = 1.0, 0.0, -1, 0, 0, 0, 0
        length[row] = 0
        for t in range(states.shape[1]):
            state = int(states[row, t])
            if state != void:
                length[row] += 1
            if state >= size:
                continue
            known += 1
            times[state] += 1
            if state == last:
                duration += 1
                continue
            total += duration * duration
            duration = 1
            n += 1
            last = state
            doubled = 2.0 * count - before_last[state]
            before_last[state] = count
            count = doubled
            if count > LARGE:
                count /= LARGE
                before_last /= LARGE
                shift += LARGE_BITS
        spread, different = 0.0, 0
        for state in range(size):
            if times[state] > 0:
                different += 1
                share = times[state] / known
                spread -= share * np.log(share)
        valid[row], spells[row], visited[row] = known, n, different
        squares[row] = total + duration * duration
        entropy[row] = spread
        subsequences[row] = count * 2.0**shift
        bits[row] = np.log2(count) + shift


@njit(cache=True)
def mark_origins(
    offset: Int64s,
    month: Int32s,
    on: Bools,
    months_without: int,
    length: int,
    first_origin: int,
    last_origin: int,
    drop_overlaps: bool,
    fate: Int8s,
) -> None:
    """Write the fate of each person-month as an origin.

    A candidate is a month on social assistance that follows `months_without` observed months off
    it, or only months off it since observation began.

    Args:
        offset: each person's first row, and the number of rows at the end, int64 (p + 1,).
        month: month of each row; a person's rows are consecutive months, int32 (rows,).
        on: whether the month is on social assistance (rows,).
        months_without: months off that an origin needs before it.
        length: length of a window in months.
        first_origin: first month that may be an origin.
        last_origin: last month that may be an origin.
        drop_overlaps: whether an origin within an earlier kept window is dropped.
        fate: output, uint8 (rows,).
    """
    for person in range(len(offset) - 1):
        off = 0
        seen_on = False
        free_from = offset[person]
        end = offset[person + 1]
        for row in range(offset[person], end):
            fate[row] = NOT_A_CANDIDATE
            if not on[row]:
                off += 1
                continue
            if off >= months_without or not seen_on:
                if off < months_without:
                    fate[row] = HISTORY_NOT_OBSERVED
                elif month[row] < first_origin or month[row] > last_origin:
                    fate[row] = OUTSIDE_ORIGINS
                elif row + length > end:
                    fate[row] = FOLLOW_UP_NOT_OBSERVED
                elif drop_overlaps and row < free_from:
                    fate[row] = OVERLAPS_EARLIER
                else:
                    fate[row] = KEPT
                    free_from = row + length
            seen_on = True
            off = 0


@njit(cache=True)
def count_states(states: Int8s, person: Persons, rows: Int64s, persons: Int64s) -> None:
    """Count the rows of each state, and the persons who have any.

    Args:
        states: state of each row, uint8 (n,).
        person: person of each row; a person's rows stand together (n,).
        rows: output that starts at zero, int64 (a,).
        persons: output that starts at zero, int64 (a,).
    """
    last = np.full(len(rows), -1, np.int64)
    for row in range(len(states)):
        state = states[row]
        rows[state] += 1
        if last[state] != person[row]:
            last[state] = person[row]
            persons[state] += 1


@njit(cache=True)
def count_transitions(states: Int8s, person: Persons, pairs: Int64s, persons: Int64s) -> None:
    """Count each pair of successive valid states, and the persons who have any.

    Args:
        states: state sequences, uint8 (n, L); values of `a` or more are not valid.
        person: person of each sequence; a person's sequences stand together (n,).
        pairs: output that starts at zero, int64 (a, a), from × to.
        persons: output that starts at zero, int64 (a, a).
    """
    size = len(pairs)
    last = np.full((size, size), -1, np.int64)
    for row in range(len(states)):
        for t in range(states.shape[1] - 1):
            now, then = states[row, t], states[row, t + 1]
            if now >= size or then >= size:
                continue
            pairs[now, then] += 1
            if last[now, then] != person[row]:
                last[now, then] = person[row]
                persons[now, then] += 1


@njit(cache=True)
def add_states(states: Int8s, weights: Floats, counts: Floats) -> None:
    """Add the weight of each state at each position, in the order of rows.

    Args:
        states: state sequences, uint8 (n, L); values of `a` or more are not valid.
        weights: of each sequence (n,).
        counts: output that starts at zero (L, a).
    """
    for row in range(len(states)):
        for t in range(states.shape[1]):
            if states[row, t] < counts.shape[1]:
                counts[t, states[row, t]] += weights[row]


@njit(cache=True)
def add_transitions(states: Int8s, weights: Floats, lag: int, counts: Floats) -> None:
    """Add the weight of each pair of valid states `lag` positions apart, in the order of rows.

    Args:
        states: state sequences, uint8 (n, L); values of `a` or more are not valid.
        weights: of each sequence (n,).
        lag: the distance of the pair.
        counts: output that starts at zero (L − lag, a, a), from × to.
    """
    size = counts.shape[1]
    for row in range(len(states)):
        for t in range(states.shape[1] - lag):
            now, then = states[row, t], states[row, t + lag]
            if now < size and then < size:
                counts[t, now, then] += weights[row]


@njit(cache=True)
def count_times(states: Int8s, times: Int64s) -> None:
    """Count the positions of each sequence in each state.

    Args:
        states: state sequences, uint8 (n, L); values of `a` or more are not valid.
        times: output that starts at zero, int64 (n, a).
    """
    for row in range(len(states)):
        for t in range(states.shape[1]):
            if states[row, t] < times.shape[1]:
                times[row, states[row, t]] += 1
