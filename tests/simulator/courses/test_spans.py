"""From months to days, against a calendar that is walked day by day."""

import numpy as np

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.courses.course_kernels import COURSE_MONTH
from trajectories.simulator.courses.spans import Pieces, changes_of, cut, joined, value_on

CALENDAR = calendar_of(SimulatorConfig())
FIRST_DAY, LAST_DAY = CALENDAR.first_day, CALENDAR.last_day
MONTH_STARTS = CALENDAR.month_starts
DAYS = LAST_DAY - FIRST_DAY + 1


def random_courses(persons: int, seed: int) -> np.ndarray:
    """Courses in which `status` changes on random days of random months."""
    rng = np.random.default_rng(seed)
    courses = np.zeros((persons, 133), COURSE_MONTH)
    for who in range(persons):
        value = rng.integers(0, 4)
        courses["status"][who, 0] = value
        for column in range(1, 133):
            if rng.random() < 0.15:
                value = rng.integers(0, 4)
                courses["status_day"][who, column] = rng.integers(1, 29)
            courses["status"][who, column] = value
    return courses


def by_day(courses: np.ndarray, who: int) -> list[int]:
    """The value on every day of the register, walked day by day."""
    values, current = [], int(courses["status"][who, 0])
    for month in range(132):
        change = courses["status_day"][who, month + 1]
        for day in range(1, int(MONTH_STARTS[month + 1] - MONTH_STARTS[month]) + 1):
            if change and day >= change:
                current = int(courses["status"][who, month + 1])
            values.append(current)
    return values


def test_values_on_days_equal_a_walk_through_the_calendar():
    courses = random_courses(3, 1)
    for who in range(3):
        dates = np.arange(FIRST_DAY, LAST_DAY + 1, dtype=np.int32)
        found = value_on(courses, "status", np.full(DAYS, who), dates, CALENDAR)
        assert found.tolist() == by_day(courses, who)


def test_joined_pieces_cover_the_days_with_a_value_and_no_other():
    courses = random_courses(5, 2)
    pieces = cut(5, [changes_of(courses, "status", CALENDAR)], CALENDAR)
    assert pieces.start[pieces.who == 0][0] == FIRST_DAY
    assert pieces.end[pieces.who == 0][-1] == LAST_DAY
    values = value_on(courses, "status", pieces.who, pieces.start, CALENDAR).astype(np.int64)
    kept, value = joined(pieces, values, CALENDAR)
    for who in range(5):
        days = [0] * DAYS
        own = kept.who == who
        for start, end, one in zip(kept.start[own], kept.end[own], value[own], strict=True):
            assert not any(days[start - FIRST_DAY : end - FIRST_DAY + 1])
            days[start - FIRST_DAY : end - FIRST_DAY + 1] = [int(one)] * (end - start + 1)
        assert days == by_day(courses, who)
        adjoining = kept.start[own][1:] == kept.end[own][:-1] + 1
        assert (value[own][1:][adjoining] != value[own][:-1][adjoining]).all()


def test_breaks_outside_the_register_are_left_out():
    outside = np.array([FIRST_DAY - 1, LAST_DAY + 1, LAST_DAY], np.int32)
    pieces = cut(2, [(np.array([0, 0, 1]), outside)], CALENDAR)
    assert pieces.who.tolist() == [0, 1, 1]
    assert pieces.start.tolist() == [FIRST_DAY, FIRST_DAY, LAST_DAY]
    assert pieces.end.tolist() == [LAST_DAY, LAST_DAY - 1, LAST_DAY]


def test_nothing_is_left_where_no_value_is():
    pieces = Pieces(np.array([0]), np.array([FIRST_DAY]), np.array([LAST_DAY]))
    kept, value = joined(pieces, np.array([0]), CALENDAR)
    assert len(kept.who) == len(value) == 0
