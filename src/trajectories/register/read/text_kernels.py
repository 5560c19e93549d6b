"""The compiled pass over the bytes of a CSV file that counts the cells of each row."""

from typing import Final

import numpy as np
from numba import njit

from trajectories.arrays import Array

QUOTE, LINE_FEED, RETURN, SPACE = (np.uint8(ord(sign)) for sign in '"\n\r ')

INSIDE, CLOSED, AT_START, CELLS, HAS_TEXT, ROWS, FILLED, WRONG, WRONG_CELLS, STRAY = range(10)
"""Places in the state: within quotes; just after the quote that ends them; at the start of a cell;
cells of this row so far; whether it holds anything; rows so far; rows up to the last one that holds
anything; the first row with a wrong number of cells (from 1) and that number; the first row with a
quote inside a cell that no quotes surround."""
STATE: Final = 10


@njit(cache=True, nogil=True)
def count_cells(text: Array, state: Array, delimiter: int, wanted: int) -> None:
    """Take in some bytes of a CSV file after its header.

    Args:
        text: (n,) uint8, the next bytes.
        state: (10,) int64, as above; zeros at the start but `AT_START` 1 and `CELLS` 1.
        delimiter: the byte between cells.
        wanted: cells that each row must have; blank lines count as rows.
    """
    for byte in text:
        if state[INSIDE]:
            state[INSIDE] = byte != QUOTE
            state[CLOSED] = byte == QUOTE
            if byte != QUOTE and byte != SPACE and byte != LINE_FEED and byte != RETURN:
                state[HAS_TEXT] = 1
            continue
        if byte == QUOTE:
            if state[AT_START] or state[CLOSED]:
                state[INSIDE] = 1
                state[HAS_TEXT] |= state[CLOSED]
            elif not state[STRAY]:
                state[STRAY] = state[ROWS] + 1
            state[AT_START] = 0
        elif byte == delimiter:
            state[CELLS] += 1
            state[AT_START] = 1
        elif byte == LINE_FEED:
            end_row(state, wanted)
        elif byte != RETURN:
            state[AT_START] = 0
            state[HAS_TEXT] |= byte != SPACE
        state[CLOSED] = 0


@njit(cache=True, nogil=True)
def end_row(state: Array, wanted: int) -> None:
    """End a row: `count_cells` calls it at line feeds, and the caller at the end of the file."""
    state[ROWS] += 1
    blank = state[CELLS] == 1 and not state[HAS_TEXT]
    if state[HAS_TEXT]:
        state[FILLED] = state[ROWS]
    if state[CELLS] != wanted and not blank and not state[WRONG]:
        state[WRONG] = state[ROWS]
        state[WRONG_CELLS] = state[CELLS]
    state[CELLS] = 1
    state[AT_START] = 1
    state[HAS_TEXT] = 0
