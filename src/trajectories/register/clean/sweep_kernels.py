"""Compiled work on the intervals of one person after another: their order, and the sweep."""

import numpy as np
from numba import njit

from trajectories.arrays import Array

FEW = 32
"""Rows that are sorted by insertion; more are merged."""


@njit(cache=True, nogil=True)
def follows(other: int, row: int, start: Array, end: Array) -> bool:
    """Return whether row `other` has its place after `row`."""
    later = start[other] > start[row]
    return bool(later or (start[other] == start[row] and end[other] > end[row]))


@njit(cache=True, nogil=True)
def insert(order: Array, start: Array, end: Array, first: int, last: int) -> None:
    """Sort the few rows at `order[first:last]` by start and end."""
    for i in range(first + 1, last):
        row = order[i]
        j = i
        while j > first and follows(order[j - 1], row, start, end):
            order[j] = order[j - 1]
            j -= 1
        order[j] = row


@njit(cache=True, nogil=True)
def merge(
    order: Array, start: Array, end: Array, first: int, middle: int, last: int, spare: Array
) -> None:
    """Merge the sorted rows at `order[first:middle]` and `order[middle:last]`."""
    for place in range(first, middle):
        spare[place] = order[place]
    i, j = first, middle
    for place in range(first, last):
        if i == middle:
            break
        if j < last and follows(spare[i], order[j], start, end):
            order[place] = order[j]
            j += 1
        else:
            order[place] = spare[i]
            i += 1


@njit(cache=True, nogil=True)
def order_by_days(person: Array, start: Array, end: Array, persons: int) -> Array:
    """Order rows by person, start and end; equal rows keep their order.

    Rows are counted into the persons' places and then sorted within each person, since a person
    has few of them.

    Args:
        person: (n,) uint32, below `persons`.
        start: (n,) int32, first day.
        end: (n,) int32, last day.
        persons: number of persons.

    Returns:
        (n,) int64 positions of the rows in their order.
    """
    n = person.shape[0]
    at = np.zeros(persons + 1, np.int64)
    for i in range(n):
        at[person[i] + 1] += 1
    for k in range(persons):
        at[k + 1] += at[k]
    place = at[:-1].copy()
    order = np.empty(n, np.int64)
    for i in range(n):
        order[place[person[i]]] = i
        place[person[i]] += 1
    spare = np.empty(n, np.int64)
    for k in range(persons):
        first, last = at[k], at[k + 1]
        for begin in range(first, last, FEW):
            insert(order, start, end, begin, min(begin + FEW, last))
        width = FEW
        while width < last - first:
            for begin in range(first, last - width, 2 * width):
                merge(order, start, end, begin, begin + width, min(begin + 2 * width, last), spare)
            width *= 2
    return order


@njit(cache=True, nogil=True)
def sweep(
    person: Array, start: Array, end: Array, rank: Array, amount: Array
) -> tuple[Array, Array, Array, Array]:
    """Give each day of a person to one of the intervals that claim it, and add up their amounts.

    The intervals must be sorted by person, by start, and then by content, so that the position of
    an interval breaks ties by content and never by the order of the input.

    Args:
        person: (n,) uint32, person of each interval.
        start: (n,) int32, first day.
        end: (n,) int32, last day.
        rank: (n,) int64; the lowest rank holds the day, then the latest start, then the position.
        amount: (n,) float64; NaN where unknown.

    Returns:
        (source, first, last, total), one entry a segment: the position of the holder, the days,
        and the sum of the known amounts of all intervals that claim these days, added in the
        order of positions (NaN where none is known). Segments are sorted and do not overlap;
        neighbouring segments differ in holder or total.
    """
    n = person.shape[0]
    source = np.empty(2 * n, np.int64)
    first = np.empty(2 * n, np.int32)
    last = np.empty(2 * n, np.int32)
    total = np.empty(2 * n, np.float64)
    active = np.empty(n, np.int64)
    out = 0
    i = 0
    while i < n:
        who = person[i]
        size = 0
        opened = out
        day = start[i]
        while size > 0 or (i < n and person[i] == who):
            kept = 0
            for k in range(size):
                if end[active[k]] >= day:
                    active[kept] = active[k]
                    kept += 1
            size = kept
            while i < n and person[i] == who and start[i] <= day:
                active[size] = i
                size += 1
                i += 1
            more = i < n and person[i] == who
            if size == 0:
                if more:
                    day = start[i]
                continue
            holder = active[0]
            until = end[holder]
            known = 0.0
            unknown = True
            for k in range(size):
                row = active[k]
                until = min(until, end[row])
                if rank[row] < rank[holder] or (
                    rank[row] == rank[holder] and start[row] > start[holder]
                ):
                    holder = row
                if not np.isnan(amount[row]):
                    known += amount[row]
                    unknown = False
            if more and start[i] - 1 < until:
                until = start[i] - 1
            if unknown:
                known = np.nan
            if (
                out > opened
                and source[out - 1] == holder
                and last[out - 1] == day - 1
                and (total[out - 1] == known or (unknown and np.isnan(total[out - 1])))
            ):
                last[out - 1] = until
            else:
                source[out] = holder
                first[out] = day
                last[out] = until
                total[out] = known
                out += 1
            day = until + 1
    return source[:out].copy(), first[:out].copy(), last[:out].copy(), total[:out].copy()
