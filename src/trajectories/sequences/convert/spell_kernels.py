"""Compiled loops between state sequences and their spells."""

import numpy as np
import numpy.typing as npt
from numba import njit

from trajectories.arrays import Ints

Int8s = npt.NDArray[np.uint8]
Int32s = npt.NDArray[np.int32]
Int64s = Ints


@njit(cache=True)
def count_spells(states: Int8s, size: int, split_at_gaps: bool, counts: Int64s) -> None:
    """Count the spells of each sequence.

    Args:
        states: positions in the alphabet, uint8 (n, L); values of `size` or more are not valid.
        size: size of the alphabet.
        split_at_gaps: whether equal states on both sides of a gap are two spells.
        counts: output, int64 (n,).
    """
    for row in range(len(states)):
        last, found = -1, 0
        for t in range(states.shape[1]):
            state = int(states[row, t])
            if state >= size:
                if split_at_gaps:
                    last = -1
            elif state != last:
                found += 1
                last = state
        counts[row] = found


@njit(cache=True)
def write_spells(
    states: Int8s,
    size: int,
    split_at_gaps: bool,
    offset: Int64s,
    state_of: Int8s,
    begin: Int32s,
    duration: Int32s,
) -> None:
    """Write the spells of each sequence, one after another.

    Args:
        states: as in `count_spells`.
        size: as in `count_spells`.
        split_at_gaps: as in `count_spells`.
        offset: the first spell of each sequence and the number of all, int64 (n + 1,).
        state_of: output, the state of each spell (m,).
        begin: output, the position of its first state, from 0 (m,).
        duration: output, its valid positions (m,).
    """
    for row in range(len(states)):
        last, spell = -1, offset[row] - 1
        for t in range(states.shape[1]):
            state = int(states[row, t])
            if state >= size:
                if split_at_gaps:
                    last = -1
            elif state == last:
                duration[spell] += 1
            else:
                spell += 1
                state_of[spell] = state
                begin[spell] = t
                duration[spell] = 1
                last = state


@njit(cache=True)
def paint(
    row: Int64s, begin: Int64s, end: Int64s, state: Int8s, blank: int, overwrite: bool, out: Int8s
) -> None:
    """Write spells into rows, in the order in which they are given.

    Args:
        row: the row of each spell (m,).
        begin: its first position, from 0; what lies outside the rows is cut off (m,).
        end: its last position (m,).
        state: what to write (m,).
        blank: what `out` holds where nothing was written yet.
        overwrite: whether a later spell wins over an earlier one.
        out: output (n, L).
    """
    for spell in range(len(row)):
        here, value = out[row[spell]], state[spell]
        first, last = max(begin[spell], 0), min(end[spell] + 1, out.shape[1])
        if overwrite:
            for t in range(first, last):
                here[t] = value
        else:
            for t in range(first, last):
                if here[t] == blank:
                    here[t] = value
