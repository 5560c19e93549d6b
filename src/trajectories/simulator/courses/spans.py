"""From months to days: intervals in which nothing about a person changes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Ints
from trajectories.simulator.calendar import Calendar, Days
from trajectories.simulator.courses.course_kernels import Courses
from trajectories.simulator.statuses import STATUSES

Rows = Ints


class Pieces(NamedTuple):
    """Intervals of persons' time, sorted by person and start, without overlap.

    Attributes:
        who: row of the person in the block.
        start, end: days since 1970, both inclusive.
    """

    who: Rows
    start: Days
    end: Days


def changes_of(courses: Courses, field: str, calendar: Calendar) -> tuple[Rows, Days]:
    """Return persons' rows and the dates on which `field` changes."""
    who, column = np.nonzero(courses[f"{field}_day"][:, 1:])
    return who, calendar.dates_of(column, courses[f"{field}_day"][who, column + 1])


def value_on(
    courses: Courses, field: str, who: Rows, dates: Days, calendar: Calendar
) -> NDArray[np.uint8]:
    """Return the value of `field` on each date."""
    month = calendar.months_of(dates)
    day_of_month = dates - calendar.month_starts[month] + 1
    not_yet = courses[f"{field}_day"][who, month + 1] > day_of_month
    values: NDArray[np.uint8] = courses[field][who, month + 1 - not_yet]
    return values


def cut(persons: int, breaks: list[tuple[Rows, Days]], calendar: Calendar) -> Pieces:
    """Split each person's time in the register at the days on which something may change.

    Args:
        persons: number of persons in the block.
        breaks: persons' rows and dates; dates outside the register are ignored.
        calendar: the register's months.
    """
    everyone = np.arange(persons, dtype=np.int64)
    who = np.concatenate([everyone, *(rows for rows, _ in breaks)])
    opening = np.full(persons, calendar.first_day, np.int32)
    start = np.concatenate([opening, *(days for _, days in breaks)])
    inside = (start >= calendar.first_day) & (start <= calendar.last_day)
    stamp = np.sort(who[inside] << 32 | start[inside])
    stamp = stamp[np.diff(stamp, prepend=-1) > 0]
    who, start = stamp >> 32, (stamp & 0xFFFFFFFF).astype(np.int32)
    return Pieces(who, start, _ends(who, start, calendar))


def joined(pieces: Pieces, values: Ints, calendar: Calendar) -> tuple[Pieces, Ints]:
    """Join adjacent pieces with equal values, and drop those with value 0."""
    new = np.ones(len(values), bool)
    new[1:] = (values[1:] != values[:-1]) | (pieces.who[1:] != pieces.who[:-1])
    who, start, values = pieces.who[new], pieces.start[new], values[new]
    end, some = _ends(who, start, calendar), values != 0
    return Pieces(who[some], start[some], end[some]), values[some]


class Runs(NamedTuple):
    """Runs of one status, sorted by person and start, without gaps within a person.

    Attributes:
        who: row of the person in the block.
        start, end: days since 1970, both inclusive.
        status: index in `STATUSES`.
    """

    who: Rows
    start: Days
    end: Days
    status: Ints


def status_runs(courses: Courses, calendar: Calendar) -> Runs:
    """Return the runs of equal status."""
    pieces = cut(len(courses), [changes_of(courses, "status", calendar)], calendar)
    status = value_on(courses, "status", pieces.who, pieces.start, calendar).astype(np.int64)
    runs, shifted = joined(pieces, status + len(STATUSES), calendar)
    return Runs(*runs, shifted - len(STATUSES))


def _ends(who: Rows, start: Days, calendar: Calendar) -> Days:
    """Return the day before the same person's next start, or the register's last day."""
    end = np.full(len(who), calendar.last_day, np.int32)
    same = who[1:] == who[:-1]
    end[:-1][same] = start[1:][same] - 1
    return end
