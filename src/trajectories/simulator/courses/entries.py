"""Recording errors in the dates of assignments: heaped days, and ends off by days or weeks."""

import numpy as np

from trajectories.arrays import Bools, Floats, Ints
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.calendar import Calendar, Days
from trajectories.simulator.courses.assigned import Assigned
from trajectories.simulator.courses.courses import Block
from trajectories.simulator.random_kernels import uniforms
from trajectories.simulator.statuses import DEPARTURE

GAP_SHARE, LONGEST_GAP = 0.05, 20
OVERLAP_SHARE, LONGEST_OVERLAP = 0.04, 10
"""Shares of hand-overs with days without a caseworker, and with days on which the old one is still
registered; the new one's first day is right in both."""

LONGEST_EARLY, LONGEST_LATE = 45, 30
"""Largest error in days of misreported ends of hand-overs."""

LONGEST_CLOSING = 30
"""Largest error in days of the ends of cases."""

FIRST_UNTIL, MIDDLE, MIDDLE_UNTIL = 7, 15, 22
"""Last days of a month that are heaped at its first day and at its middle."""


def with_heaped_days(
    assigned: Assigned, block: Block, settings: SimulatorConfig, share: float
) -> Assigned:
    """Date a share of the hand-overs the 1st, the 15th or the last day of their month.

    All clients of a leaver get the same date. Dates that would put an end before its start stay.
    """
    month = block.calendar.months_of(assigned.start)
    leaver, began_before = np.zeros_like(assigned.caseworker), np.full_like(month, -1)
    leaver[1:], began_before[1:] = assigned.caseworker[:-1], month[:-1]
    by_list = assigned.cause == DEPARTURE
    own = uniforms(settings.seed, block.people["index"][assigned.who], purposes.HEAPED, month)
    drawn = np.where(by_list, uniforms(settings.seed, leaver, purposes.HEAPED, month), own)
    heap = _heap(assigned.start, month, block.calendar)
    taken_over = np.zeros(len(month), bool)
    taken_over[1:] = assigned.handed()[:-1]
    chosen = taken_over & (drawn < share) & (began_before < month) & (heap <= assigned.end)
    start = np.where(chosen, heap, assigned.start).astype(np.int32)
    end = assigned.end.copy()
    at_once = chosen[1:] & (assigned.end[:-1] + 1 == assigned.start[1:])
    end[:-1][at_once] = start[1:][at_once] - 1
    # After a vacancy, the new caseworker still starts after the old one's end.
    late = np.zeros(len(month), bool)
    late[1:] = chosen[1:] & (start[1:] <= end[:-1])
    return assigned._replace(start=np.where(late, assigned.start, start).astype(np.int32), end=end)


def with_blurred_ends(assigned: Assigned, block: Block, settings: SimulatorConfig) -> Assigned:
    """Add gaps to some hand-overs and overlaps to others."""
    index = block.people["index"][assigned.who]
    day = assigned.start.astype(np.int64)
    handed = assigned.handed()
    gap = uniforms(settings.seed, index, purposes.GAP, day)
    length = uniforms(settings.seed, index, purposes.GAP_LENGTH, day)
    shorter = handed & (gap < GAP_SHARE)
    longer = handed & (gap > 1 - OVERLAP_SHARE)
    end = assigned.end - shorter * (1 + LONGEST_GAP * length).astype(np.int32)
    end = end + longer * (1 + LONGEST_OVERLAP * length).astype(np.int32)
    end = np.minimum(np.maximum(end, assigned.start), block.calendar.last_day)
    return assigned._replace(end=end.astype(np.int32))


def with_misreported_ends(
    assigned: Assigned, block: Block, settings: SimulatorConfig, share: float
) -> Assigned:
    """Record the old caseworker's end weeks early or late in a share of the hand-overs.

    The new one's first day is right, and the old one's end is not after the new one's.
    """
    index, day = block.people["index"][assigned.who], assigned.start.astype(np.int64)
    drawn = uniforms(settings.seed, index, purposes.MISREPORTED, day)
    length = uniforms(settings.seed, index, purposes.MISREPORTED_LENGTH, day)
    handed = assigned.handed()
    early, late = handed & (drawn < share / 2), handed & (drawn > 1 - share / 2)
    end = _moved(assigned.end, early, late, length, LONGEST_EARLY, LONGEST_LATE)
    end = np.maximum(end, assigned.start)
    successor_s = np.full(len(end), block.calendar.last_day, np.int32)
    successor_s[:-1] = np.minimum(end, assigned.end)[1:]
    end = np.where(late, np.minimum(end, successor_s), end)
    return assigned._replace(end=end.astype(np.int32))


def with_closing_days(
    assigned: Assigned, block: Block, settings: SimulatorConfig, early: float, late: float
) -> Assigned:
    """End some cases' last assignments before the case ends, and others after it."""
    index, day = block.people["index"][assigned.who], assigned.end.astype(np.int64)
    drawn = uniforms(settings.seed, index, purposes.CLOSED, day)
    length = uniforms(settings.seed, index, purposes.CLOSED_LENGTH, day)
    closes = block.calendar.last_day
    last = ~assigned.handed() & (assigned.end < closes)
    before, after = last & (drawn < early), last & (drawn > 1 - late)
    end = _moved(assigned.end, before, after, length, LONGEST_CLOSING, LONGEST_CLOSING)
    end = np.minimum(end, np.minimum(assigned.next_start(closes) - 1, closes))
    return assigned._replace(end=np.maximum(end, assigned.start).astype(np.int32))


def _heap(day: Days, month: Ints, calendar: Calendar) -> Days:
    """Return the 1st, the 15th or the last day of the month, whichever is nearest."""
    starts = calendar.month_starts
    first, of_month = starts[month], day - starts[month] + 1
    middle = np.where(of_month <= FIRST_UNTIL, first, first + MIDDLE - 1)
    heap: Days = np.where(of_month <= MIDDLE_UNTIL, middle, starts[month + 1] - 1)
    return heap


def _moved(
    end: Days, early: Bools, late: Bools, length: Floats, longest_early: int, longest_late: int
) -> Days:
    """Return ends, some of them moved earlier or later by one day up to the longest."""
    sooner = early * (1 + longest_early * length).astype(np.int32)
    later: Days = end - sooner + late * (1 + longest_late * length).astype(np.int32)
    return later
