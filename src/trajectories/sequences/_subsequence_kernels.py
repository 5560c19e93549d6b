"""Compiled search for subsequences in event sequences."""

import numpy as np
import numpy.typing as npt
from numba import njit

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@njit(cache=True)
def count_occurrences(
    cases: Int64s,
    offset: Int64s,
    time: Floats,
    event: Int64s,
    pattern: Int64s,
    same_time: npt.NDArray[np.bool_],
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
    longest = 0
    for place in range(len(cases)):
        longest = max(longest, offset[cases[place] + 1] - offset[cases[place]])
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
                ways[: high - low] = after[: high - low]
            for i in range(start, high):
                total += ways[i - low]
        counts[place] = total
