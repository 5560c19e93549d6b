"""Compiled search for subsequences in event sequences."""

import numpy as np
from numba import njit

from trajectories.arrays import Bools, Floats, Ints

Int64s = Ints


@njit(cache=True)
def longest_case(cases: Int64s, offset: Int64s) -> int:
    """Return the number of events of the longest of some cases."""
    longest = 0
    for case in cases:
        longest = max(longest, offset[case + 1] - offset[case])
    return longest


@njit(cache=True)
def count_occurrences(
    cases: Int64s,
    offset: Int64s,
    time: Floats,
    event: Int64s,
    pattern: Int64s,
    same_time: Bools,
    max_gap: float,
    window_size: float,
    age_min: float,
    age_max: float,
    age_max_end: float,
    counts: Floats,
) -> None:
    """Count the occurrences of a subsequence in each of some cases.

    An occurrence is a choice of events; two that differ in one event are two.

    Args:
        cases: the cases to look at (c,).
        offset: first event of each case, and the number of all (n + 1,).
        time: time of each event, increasing within a case (m,).
        event: each event, increasing within a time (m,).
        pattern: the events to find, in order (k,).
        same_time: whether each must have the time of the one before, or a later one (k,).
        max_gap: longest time between one step and the next.
        window_size: longest time from the first step to the last.
        age_min: earliest time of the first step.
        age_max: latest time of the first step.
        age_max_end: latest time of the last step.
        counts: output (c,).
    """
    longest = longest_case(cases, offset)
    ways, after = np.zeros(longest), np.zeros(longest)
    for place in range(len(cases)):
        low, high = offset[cases[place]], offset[cases[place] + 1]
        total = 0.0
        for start in range(low, high):
            if event[start] != pattern[0] or time[start] < age_min or time[start] > age_max:
                continue
            if time[start] > age_max_end:
                continue
            ways[: high - low] = 0.0
            ways[start - low] = 1.0
            latest = min(time[start] + window_size, age_max_end)
            for step in range(1, len(pattern)):
                after[: high - low] = 0.0
                for i in range(start, high):
                    if ways[i - low] == 0.0:
                        continue
                    for j in range(i + 1, high):
                        gap = time[j] - time[i]
                        if gap > max_gap or time[j] > latest or (same_time[step] and gap > 0):
                            break
                        if event[j] == pattern[step] and (gap == 0) == same_time[step]:
                            after[j - low] += ways[i - low]
                ways, after = after, ways
            for i in range(start, high):
                total += ways[i - low]
        counts[place] = total


@njit(cache=True)
def latest_starts(
    low: int,
    high: int,
    used: Bools,
    time: Floats,
    event: Int64s,
    pattern: Int64s,
    same_time: Bools,
    max_gap: float,
    window_size: float,
    age_min: float,
    age_max: float,
    age_max_end: float,
    latest: Floats,
) -> None:
    """Find the latest beginning of each beginning of a subsequence in one case.

    Args:
        low: first event of the case.
        high: the event after its last one.
        used: events that are left out, counted from `low`.
        time: time of each event.
        event: each event.
        pattern: the events to find, in order (k,).
        same_time: whether each must have the time of the one before (k,).
        max_gap: as in `count_occurrences`, and so are the next four.
        window_size: longest time from the first step to the last.
        age_min: earliest time of the first step.
        age_max: latest time of the first step.
        age_max_end: latest time of the last step.
        latest: output, by step and event from `low`: the latest time at which steps up to this one
            begin that end with this event, minus infinity where there are none.
    """
    latest[:, : high - low] = -np.inf
    for j in range(low, high):
        if time[j] > age_max_end or used[j - low]:
            continue
        if event[j] == pattern[0] and age_min <= time[j] <= age_max:
            latest[0, j - low] = time[j]
        for step in range(1, len(pattern)):
            if event[j] != pattern[step]:
                continue
            for i in range(j - 1, low - 1, -1):
                gap = time[j] - time[i]
                if gap > max_gap or (same_time[step] and gap > 0.0):
                    break
                start = latest[step - 1, i - low]
                if (gap == 0.0) == same_time[step] and time[j] - start <= window_size:
                    latest[step, j - low] = max(latest[step, j - low], start)


@njit(cache=True)
def count_windows(
    cases: Int64s,
    offset: Int64s,
    time: Floats,
    event: Int64s,
    pattern: Int64s,
    same_time: Bools,
    max_gap: float,
    window_size: float,
    age_min: float,
    age_max: float,
    age_max_end: float,
    counts: Floats,
    minimal: bool,
) -> None:
    """Count the windows of a whole size, one a unit of time, that hold a subsequence.

    Args and output as `count_occurrences`; with `minimal` windows of any size count, those that
    hold it while no window within them does.
    """
    longest = longest_case(cases, offset)
    latest = np.empty((len(pattern), longest))
    used = np.zeros(longest, np.bool_)
    for place in range(len(cases)):
        low, high = offset[cases[place]], offset[cases[place] + 1]
        latest_starts(
            low, high, used, time, event, pattern, same_time, max_gap, window_size, age_min,
            age_max, age_max_end, latest,
        )  # fmt: skip
        total, counted = 0.0, -np.inf
        for j in range(low, high):
            start = latest[len(pattern) - 1, j - low]
            if minimal:
                total += 1.0 if start > counted else 0.0
            elif start > -np.inf:
                # A window that begins at s holds it where s is at least its end less the size.
                first = max(time[j] - window_size, counted + 1.0)
                total += max(start - first + 1.0, 0.0)
            counted = max(counted, start)
        counts[place] = total


@njit(cache=True)
def count_distinct(
    cases: Int64s,
    offset: Int64s,
    time: Floats,
    event: Int64s,
    pattern: Int64s,
    same_time: Bools,
    max_gap: float,
    window_size: float,
    age_min: float,
    age_max: float,
    age_max_end: float,
    counts: Floats,
) -> None:
    """Count occurrences that share no event: the first to end, the next, until none is left.

    Of those that end with one event, the one whose other events are latest is taken.

    Args and output as `count_occurrences`.
    """
    longest = longest_case(cases, offset)
    latest = np.empty((len(pattern), longest))
    used = np.zeros(longest, np.bool_)
    for place in range(len(cases)):
        low, high = offset[cases[place]], offset[cases[place] + 1]
        used[:] = False
        while True:
            latest_starts(
                low, high, used, time, event, pattern, same_time, max_gap, window_size, age_min,
                age_max, age_max_end, latest,
            )  # fmt: skip
            last = len(pattern) - 1
            end = low
            while end < high and latest[last, end - low] == -np.inf:
                end += 1
            if end == high:
                break
            counts[place] += 1.0
            finish, here = time[end], end
            used[end - low] = True
            for step in range(last, 0, -1):
                i = here - 1
                while (
                    (time[here] - time[i] == 0.0) != same_time[step]
                    or time[here] - time[i] > max_gap
                    or latest[step - 1, i - low] == -np.inf
                    or finish - latest[step - 1, i - low] > window_size
                ):
                    i -= 1
                used[i - low] = True
                here = i
