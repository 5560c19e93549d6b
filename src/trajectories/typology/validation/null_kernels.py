"""Compiled draws of sequences from null models; random numbers come in as uniform draws."""

import numpy as np
from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True)
def _place(ends: Array, point: float) -> int:
    """Return the first place whose end lies above the point, the last with mass at the edge."""
    at = int(np.searchsorted(ends, point * ends[-1], side="right"))
    return at if at < ends.shape[0] else int(np.searchsorted(ends, ends[-1], side="left"))


@njit(cache=True, nogil=True)
def spells_of_both(shares: Array, durations: Array, points: Array, out: Array) -> None:
    """Fill sequences with spells whose states and durations are drawn separately.

    Args:
        shares: (a,) share of each state among the spells.
        durations: (L,) cumulative weight of the durations 1…L.
        points: (n, L, 2) uniform draws for the state and duration of each spell.
        out: (n, L) uint8, filled. A state follows another with its share among the others.
    """
    n, length = out.shape
    ends = np.cumsum(shares)
    for i in range(n):
        filled = 0
        spell = 0
        state = -1
        while filled < length:
            if state < 0:
                state = _place(ends, points[i, spell, 0])
            else:
                others = shares.copy()
                others[state] = 0.0
                if others.sum() > 0:
                    state = _place(np.cumsum(others), points[i, spell, 0])
            stop = min(length, filled + 1 + _place(durations, points[i, spell, 1]))
            out[i, filled:stop] = state
            filled = stop
            spell += 1


@njit(cache=True, nogil=True)
def spells_in_pairs(pairs: Array, points: Array, out: Array) -> None:
    """Fill sequences with pairs of a state and its duration.

    Args:
        pairs: (a · L,) cumulative weight of the pairs, the durations 1…L of each state in turn.
        points: (n, L) uniform draws, one a spell.
        out: (n, L) uint8, filled.
    """
    n, length = out.shape
    for i in range(n):
        filled = 0
        spell = 0
        while filled < length:
            pair = _place(pairs, points[i, spell])
            stop = min(length, filled + 1 + pair % length)
            out[i, filled:stop] = pair // length
            filled = stop
            spell += 1


@njit(cache=True, nogil=True)
def chains(first: Array, rates: Array, points: Array, out: Array) -> None:
    """Fill sequences with Markov chains.

    Args:
        first: (a,) cumulative distribution of the first position.
        rates: (a, a) cumulative transition rates of each state.
        points: (n, L) uniform draws.
        out: (n, L) uint8, filled.
    """
    for i in range(out.shape[0]):
        state = _place(first, points[i, 0])
        out[i, 0] = state
        for t in range(1, out.shape[1]):
            state = _place(rates[state], points[i, t])
            out[i, t] = state
