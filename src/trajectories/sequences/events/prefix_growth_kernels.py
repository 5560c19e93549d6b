"""Compiled growth of subsequences: where each occurs, and where each longer one does."""

import numpy as np
from numba import njit

from trajectories.arrays import Bools, Floats, Ints

Int64s = Ints
NOWHERE = -np.inf


@njit(cache=True)
def grow(
    places: Int64s,
    starts: Floats,
    owner: Int64s,
    offset: Int64s,
    time: Floats,
    event: Int64s,
    max_gap: float,
    window_size: float,
    age_max_end: float,
    size: int,
    tried: Bools,
    weights: Floats,
    support: Floats,
    entries: Int64s,
    out_key: Int64s,
    out_places: Int64s,
    out_starts: Floats,
) -> int:
    """Find where a subsequence occurs with one event more, for all events at once.

    A subsequence is known by the events that can be its last one, each with the latest beginning
    of an occurrence that ends there: no other beginning leaves more room in a window.

    Args:
        places: events that end the subsequence, increasing (p,).
        starts: the latest time at which an occurrence that ends there begins (p,).
        owner: case of each event (m,).
        offset: first event of each case, and the number of all (n + 1,).
        time: time of each event, increasing within a case (m,).
        event: each event, increasing within a time (m,).
        max_gap: longest time between one bracket and the next.
        window_size: longest time from the first bracket to the last.
        age_max_end: latest time of the last bracket.
        size: number of events; a longer subsequence has the key of its last event where that
            comes later, and `size` + that event where it happens at the same time.
        tried: which keys are looked for (2 · size,).
        weights: weight of each case (n,).
        support: output by key, the weight of the cases of each longer one (2 · size,).
        entries: output by key, how many events end it (2 · size,).
        out_key: room for keys, twice the number of all events.
        out_places: room for the events that end longer ones.
        out_starts: room for their latest beginnings.

    Returns:
        How many keys, places and starts were written.
    """
    seen = np.full(2 * size, -1, np.int64)
    low, written = 0, 0
    while low < len(places):
        case = owner[places[low]]
        high = low
        while high < len(places) and owner[places[high]] == case:
            high += 1
        near = low
        for j in range(places[low] + 1, offset[case + 1]):
            now = time[j]
            if now > age_max_end:
                break
            while near < high and places[near] < j:
                near += 1
            for together in range(1 + (time[j - 1] == now)):
                key = event[j] + together * size
                if not tried[key]:
                    continue
                best = NOWHERE
                for i in range(near - 1, low - 1, -1):
                    gap = now - time[places[i]]
                    if gap > max_gap or (together and gap > 0.0):
                        break
                    if (gap == 0.0) != (together == 1) or now - starts[i] > window_size:
                        continue
                    best = max(best, starts[i])
                    if together or window_size == np.inf:
                        break
                if best == NOWHERE:
                    continue
                out_key[written], out_places[written], out_starts[written] = key, j, best
                written += 1
                entries[key] += 1
                if seen[key] != case:
                    seen[key] = case
                    support[key] += weights[case]
        low = high
    return written


@njit(cache=True)
def sort_by_key(
    key: Int64s,
    places: Int64s,
    starts: Floats,
    room: Int64s,
    out_places: Int64s,
    out_starts: Floats,
) -> None:
    """Put places and starts of one key after those of another, each in their order.

    Args:
        key: key of each (w,).
        places: of `grow` (w,).
        starts: of `grow` (w,).
        room: the first place of each key in the output, negative to leave it out; it is changed.
        out_places: output.
        out_starts: output.
    """
    for i in range(len(key)):
        place = room[key[i]]
        if place >= 0:
            out_places[place], out_starts[place] = places[i], starts[i]
            room[key[i]] += 1
