"""The compiled passes over a wide weekly register: codes to numbers, columns to runs, jobs."""

from typing import Final

import numpy as np
from numba import njit

from trajectories.arrays import Array

LONGEST_TEXT: Final = 8
"""Texts of so many bytes fit one word; longer ones are numbered without the kernel."""

UNSEEN: Final = 2**64 - 1
"""No text has these bytes, since they are no UTF-8."""

RUN = np.dtype(
    [("unit", np.uint32), ("value", np.uint16), ("first", np.int16), ("last", np.int16)], align=True
)
"""A value that a unit (a row of an input file) has without a break.

`value` numbers the texts from 1; `first` and `last` are periods, both inclusive.
"""


@njit(cache=True, nogil=True)
def slot_of(key: int, keys: Array) -> int:
    """Return the place of a key in a hash table with open addressing, or its empty place.

    Args:
        key: uint64, not 0.
        keys: (2^b,) uint64, 0 where empty; never full.
    """
    mask = np.uint64(len(keys) - 1)
    mixed = key * np.uint64(0x9E3779B97F4A7C15)
    slot = (mixed ^ (mixed >> np.uint64(32))) & mask
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return int(slot)


@njit(cache=True, nogil=True)
def follow(
    words: Array,
    valid: Array,
    offset: int,
    begin: int,
    keys: Array,
    numbers: Array,
    period: int,
    before: int,
    joined: bool,
    seen: Array,
    current: Array,
    since: Array,
    first_unit: int,
    out: Array,
    size: int,
) -> tuple[int, int]:
    """Take cells of one more column of short texts into the open runs of their rows.

    A cell is compared with the text that its row had before: since codes last, that tells most
    cells apart from changes without looking anything up. It stops at a text that the table does
    not hold.

    Args:
        words: (n, 2) uint64, string views (see `arrow_text.Views`).
        valid: validity bits, empty where all cells hold a value.
        offset: the bit of the first cell.
        begin: the cell to begin with.
        keys: (2^b,) uint64, the bytes of known texts.
        numbers: (2^b,) uint16, their numbers.
        period: of the column.
        before: period of the column before it.
        joined: whether `period` follows `before` without a break.
        seen: (n,) uint64, the bytes of the text that each row had before; `UNSEEN` where unknown.
        current: (n,) uint16, value of the open run of each row; 0 = none.
        since: (n,) int16, its first period.
        first_unit: unit of the first row.
        out: (m,) `RUN` with room for n more.
        size: runs that `out` holds.

    Returns:
        The position of the first cell that was not taken, n where all were; and how many runs
        `out` holds now.
    """
    n = len(words)
    half, low, longest = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(LONGEST_TEXT)
    for i in range(begin, n):
        key = (words[i, 0] >> half) | (words[i, 1] << half)
        length = words[i, 0] & low
        if len(valid):
            bit = offset + i
            holds = np.uint64((valid[bit >> 3] >> (bit & 7)) & 1)
            key *= holds
            length *= holds
        if length > longest:
            return i, size
        if key == seen[i] and joined:
            continue
        slot = slot_of(key, keys)
        if keys[slot] != key:
            return i, size
        seen[i] = key
        size = _turn(
            numbers[slot], i, period, before, joined, current, since, first_unit, out, size
        )
    return n, size


@njit(cache=True, nogil=True)
def _turn(
    value: int,
    row: int,
    period: int,
    before: int,
    joined: bool,
    current: Array,
    since: Array,
    first_unit: int,
    out: Array,
    size: int,
) -> int:
    """Let a row have a value in a period; write the run that this ends, if any."""
    open_ = current[row]
    if value == open_ and joined:
        return size
    current[row] = value
    if open_ != 0:
        out[size].unit = first_unit + row
        out[size].value = open_
        out[size].first = since[row]
        out[size].last = before
        size += 1
    since[row] = period
    return size


@njit(cache=True, nogil=True)
def advance(
    values: Array,
    period: int,
    before: int,
    joined: bool,
    current: Array,
    since: Array,
    first_unit: int,
    out: Array,
    size: int,
) -> int:
    """Take one more column into the open runs of its rows, and write the runs that it ends.

    Args:
        values: (n,) uint16, the column's cells; 0 = nothing.
        period: of the column.
        before: period of the column before it.
        joined: whether `period` follows `before` without a break.
        current: (n,) uint16, value of the open run of each row; 0 = none.
        since: (n,) int16, its first period.
        first_unit: unit of the first row.
        out: (m,) `RUN` with room for n more.
        size: runs that `out` holds.

    Returns:
        How many runs `out` holds now.
    """
    for i in range(len(values)):
        size = _turn(values[i], i, period, before, joined, current, since, first_unit, out, size)
    return size


@njit(cache=True, nogil=True)
def order_runs(person: Array, runs: Array, persons: int) -> tuple[Array, Array]:
    """Order runs by person, first period, value and last period.

    Args:
        person: (n,) uint32, person of each run, below `persons`.
        runs: (n,) `RUN`; those of a person come nearly in order.
        persons: number of persons.

    Returns:
        (n,) `RUN` in order, and (persons + 1,) int64 where each person's runs begin.
    """
    at = np.zeros(persons + 1, np.int64)
    for i in range(len(runs)):
        at[person[i] + 1] += 1
    for k in range(persons):
        at[k + 1] += at[k]
    place = at[:-1].copy()
    order = np.empty(len(runs), np.int64)
    for i in range(len(runs)):
        who = person[i]
        j = place[who]
        place[who] += 1
        while j > at[who] and _comes_before(runs, i, order[j - 1]):
            order[j] = order[j - 1]
            j -= 1
        order[j] = i
    ordered = np.empty(len(runs), RUN)
    for i in range(len(runs)):
        ordered[i] = runs[order[i]]
    return ordered, at


@njit(cache=True, nogil=True)
def _comes_before(runs: Array, a: int, b: int) -> bool:
    if runs[a].first != runs[b].first:
        return bool(runs[a].first < runs[b].first)
    if runs[a].value != runs[b].value:
        return bool(runs[a].value < runs[b].value)
    return bool(runs[a].last < runs[b].last)


@njit(cache=True, nogil=True)
def spells_with_places(
    spells: Array, spells_at: Array, places: Array, places_at: Array
) -> tuple[Array, Array]:
    """Cut runs of codes where the municipality changes.

    Args:
        spells: (n,) `RUN` in weeks, by person and first week.
        spells_at: (p + 1,) where each person's runs begin.
        places: (m,) `RUN` in weeks, by person and first week; where runs of one person overlap,
            the first one holds.
        places_at: (p + 1,).

    Returns:
        The pieces as `RUN` and, beside them, their municipalities as uint16 (0 = unknown).
    """
    out = np.empty(len(spells) + len(places) + 1, RUN)
    where = np.empty(len(out), np.uint16)
    size = 0
    for p in range(len(spells_at) - 1):
        k0, k1 = places_at[p], places_at[p + 1]
        for s in range(spells_at[p], spells_at[p + 1]):
            week, last = int(spells[s].first), int(spells[s].last)
            k = k0
            while week <= last:
                while k < k1 and places[k].last < week:
                    k += 1
                until, place = last, np.uint16(0)
                if k < k1 and places[k].first <= week:
                    until, place = min(last, int(places[k].last)), places[k].value
                elif k < k1:
                    until = min(last, int(places[k].first) - 1)
                if size == len(out):
                    out = np.concatenate((out, np.empty(size, RUN)))
                    where = np.concatenate((where, np.empty(size, np.uint16)))
                out[size] = spells[s]
                out[size].first, out[size].last = week, until
                where[size] = place
                size += 1
                week = until + 1
    return out[:size].copy(), where[:size].copy()


@njit(cache=True, nogil=True)
def jobs(
    spells: Array,
    spells_at: Array,
    industries: Array,
    industries_at: Array,
    first_week: int,
    last_week: int,
    min_weeks: int,
    gap_weeks: int,
) -> Array:
    """Find the jobs: weeks without a benefit in months with an industry code.

    At most `gap_weeks` weeks between two such weeks that hold no benefit either are taken as part
    of the job and given to the industry before them. Stretches of fewer than `min_weeks`
    consecutive weeks are then no job; a change of industry does not break a stretch.

    Args:
        spells: (n,) `RUN` in weeks, by person and first week; runs may overlap.
        spells_at: (p + 1,) where each person's runs begin.
        industries: (m,) `RUN` in weeks, by person and first week; where runs of one person
            overlap, the first one holds.
        industries_at: (p + 1,).
        first_week: the first week that the register holds.
        last_week: the last one.
        min_weeks: the shortest stretch that is a job.
        gap_weeks: the longest gap that is folded.

    Returns:
        The jobs as `RUN` in weeks, by person and first week, without overlaps; `value` is the
        industry.
    """
    bound = len(industries)
    for p in range(len(spells_at) - 1):
        if industries_at[p + 1] > industries_at[p]:
            bound += spells_at[p + 1] - spells_at[p]
    out = np.empty(bound, RUN)
    size = 0
    for p in range(len(spells_at) - 1):
        s, s1 = spells_at[p], spells_at[p + 1]
        begin, opened, done = size, size, first_week - 1
        for j in range(industries_at[p], industries_at[p + 1]):
            week = max(int(industries[j].first), done + 1)
            last = min(int(industries[j].last), last_week)
            while week <= last:
                while s < s1 and spells[s].last < week:
                    s += 1
                # A long run may begin before shorter ones that end before this week.
                blocked, until = False, last
                for k in range(s, s1):
                    if spells[k].first > last:
                        break
                    if spells[k].first <= week and spells[k].last >= week:
                        blocked, week = True, int(spells[k].last) + 1
                        break
                    if spells[k].first > week:
                        until = min(until, int(spells[k].first) - 1)
                        break
                if blocked:
                    continue
                if size > begin:
                    gap_from = int(out[size - 1].last) + 1
                    if gap_from < week:
                        folds = week - gap_from <= gap_weeks
                        for k in range(spells_at[p], s1):
                            folds = folds and not (
                                spells[k].first < week and spells[k].last >= gap_from
                            )
                        if folds:
                            out[size - 1].last = week - 1
                        else:
                            size = _close_stretch(out, opened, size, min_weeks)
                            opened = size
                if (
                    size > opened
                    and out[size - 1].value == industries[j].value
                    and out[size - 1].last == week - 1
                ):
                    out[size - 1].last = until
                else:
                    out[size] = industries[j]
                    out[size].first, out[size].last = week, until
                    size += 1
                week = until + 1
            done = max(done, last)
        size = _close_stretch(out, opened, size, min_weeks)
    return out[:size].copy()


@njit(cache=True, nogil=True)
def _close_stretch(out: Array, opened: int, size: int, min_weeks: int) -> int:
    """Keep the last stretch of jobs if it is long enough; return the number of jobs kept."""
    if size > opened and out[size - 1].last - out[opened].first + 1 < min_weeks:
        return opened
    return size
