"""Compiled kernels that find spells."""

from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True)
def most_spells(states: Array, void: int) -> int:
    """Return the number of spells of the row with most, uint8 (n, L)."""
    most = 0
    for row in states:
        count, last = 0, void
        for state in row:
            count += state not in (void, last)
            last = state
        most = max(most, count)
    return most


@njit(cache=True, nogil=True)
def find_spells(states: Array, void: int, names: Array, durations: Array, number: Array) -> None:
    """Write the spells of each row.

    Args:
        states: uint8 (n, L).
        void: what stands after the end.
        names: written for each spell, its state, (n, most spells).
        durations: counted up for each spell, (n, most spells).
        number: written for each position but void ones, its spell from 0, (n, L).
    """
    n, length = states.shape
    for i in range(n):
        spell, last = -1, void
        for t in range(length):
            state = states[i, t]
            if state not in (void, last):
                spell += 1
                names[i, spell] = state
            if state != void:
                durations[i, spell] += 1
                number[i, t] = spell
            last = state
