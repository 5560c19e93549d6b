"""Compiled sweeps over the intervals of one person after another.

Both kernels take intervals sorted by person, start and then by content, so that the position of an
interval breaks ties by content and never by the order of the input. Days are day numbers and
inclusive.
"""

from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, np.dtype[Any]]


@njit(cache=True)
def _before(i: int, j: int, rank: Array, start: Array) -> bool:
    """Whether interval i holds a day against interval j."""
    if rank[i] != rank[j]:
        return bool(rank[i] < rank[j])
    if start[i] != start[j]:
        return bool(start[i] > start[j])
    return i < j


@njit(cache=True)
def _push(heap: Array, size: int, item: int, rank: Array, start: Array) -> None:
    heap[size] = item
    child = size
    while child > 0:
        parent = (child - 1) // 2
        if not _before(heap[child], heap[parent], rank, start):
            break
        heap[child], heap[parent] = heap[parent], heap[child]
        child = parent


@njit(cache=True)
def _pop(heap: Array, size: int, rank: Array, start: Array) -> None:
    last = size - 1
    heap[0] = heap[last]
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= last:
            break
        if child + 1 < last and _before(heap[child + 1], heap[child], rank, start):
            child += 1
        if not _before(heap[child], heap[parent], rank, start):
            break
        heap[child], heap[parent] = heap[parent], heap[child]
        parent = child


@njit(cache=True)
def one_a_day(person: Array, start: Array, end: Array, rank: Array) -> tuple[Array, Array, Array]:
    """Give each day of a person to one of the intervals that claim it.

    Args:
        person: (n,) person of each interval, sorted.
        start: (n,) first days, sorted within person.
        end: (n,) last days.
        rank: (n,) int64; the lowest rank holds the day, then the latest start, then the position.

    Returns:
        (source, first, last): the position of the holder and the days of each segment; segments
        are sorted and do not overlap; neighbouring segments have different holders.
    """
    n = person.shape[0]
    source = np.empty(2 * n, np.int64)
    first = np.empty(2 * n, start.dtype)
    last = np.empty(2 * n, start.dtype)
    heap = np.empty(n, np.int64)
    out = 0
    i = 0
    while i < n:
        who = person[i]
        stop = i
        while stop < n and person[stop] == who:
            stop += 1
        size = 0
        day = start[i]
        opened = out
        while i < stop or size > 0:
            while i < stop and start[i] <= day:
                _push(heap, size, i, rank, start)
                size += 1
                i += 1
            while size > 0 and end[heap[0]] < day:
                _pop(heap, size, rank, start)
                size -= 1
            if size == 0:
                if i < stop:
                    day = start[i]
                continue
            holder = heap[0]
            until = end[holder]
            if i < stop and start[i] - 1 < until:
                until = start[i] - 1
            if out > opened and source[out - 1] == holder and last[out - 1] == day - 1:
                last[out - 1] = until
            else:
                source[out] = holder
                first[out] = day
                last[out] = until
                out += 1
            day = until + 1
    return source[:out].copy(), first[:out].copy(), last[:out].copy()


@njit(cache=True)
def add_up(
    person: Array, start: Array, end: Array, hours: Array
) -> tuple[Array, Array, Array, Array]:
    """Cut the days of each person where a job starts or ends, and add up the parallel hours.

    Args:
        person: (n,) person of each interval, sorted.
        start: (n,) first days, sorted within person.
        end: (n,) last days.
        hours: (n,) float64; NaN where unknown.

    Returns:
        (source, first, last, total): the position of the job with most hours (unknown hours are
        fewest; ties go to the earlier position), the days of each segment, and the sum of the
        known hours in the order of positions (NaN where none is known).
    """
    n = person.shape[0]
    source = np.empty(2 * n, np.int64)
    first = np.empty(2 * n, start.dtype)
    last = np.empty(2 * n, start.dtype)
    total = np.empty(2 * n, np.float64)
    active = np.empty(n, np.int64)
    out = 0
    i = 0
    while i < n:
        who = person[i]
        stop = i
        while stop < n and person[stop] == who:
            stop += 1
        size = 0
        day = start[i]
        while i < stop or size > 0:
            kept = 0
            for k in range(size):
                if end[active[k]] >= day:
                    active[kept] = active[k]
                    kept += 1
            size = kept
            while i < stop and start[i] <= day:
                active[size] = i
                size += 1
                i += 1
            if size == 0:
                if i < stop:
                    day = start[i]
                continue
            until = end[active[0]]
            most = -1.0
            main = active[0]
            known = 0.0
            any_known = False
            for k in range(size):
                job = active[k]
                until = min(until, end[job])
                if not np.isnan(hours[job]):
                    any_known = True
                    known += hours[job]
                    if hours[job] > most:
                        most = hours[job]
                        main = job
            if i < stop and start[i] - 1 < until:
                until = start[i] - 1
            source[out] = main
            first[out] = day
            last[out] = until
            total[out] = known if any_known else np.nan
            out += 1
            day = until + 1
    return source[:out].copy(), first[:out].copy(), last[:out].copy(), total[:out].copy()
