"""Weeks, months and quarters of column names, against the calendar of Python."""

from datetime import date, timedelta

import pytest

from trajectories.errors import UserError
from trajectories.register.weekly.calendar import (
    ColumnPattern,
    days_of_period,
    full_year,
    iso_name,
    monday,
    sunday,
    week_of,
    weeks_of_period,
)

DAYS = [date(1991, 1, 1) + timedelta(days=n) for n in range(0, 366 * 45, 3)]


def test_two_digits_from_91_are_of_the_1900s_and_the_others_of_the_2000s():
    assert [full_year(short) for short in (91, 99, 0, 8, 26, 90)] == [
        *(1991, 1999, 2000, 2008, 2026, 2090)
    ]
    week = ColumnPattern.parse("y_{YY}{WW}").matcher()
    for name, thursday in {
        "y_9130": date(1991, 7, 25),
        "y_9952": date(1999, 12, 30),
        "Y_0001": date(2000, 1, 6),
        "y_2601": date(2026, 1, 1),
    }.items():
        assert monday(week(name)) + timedelta(days=3) == thursday
    assert week("y_9952") + 1 == week("y_0001")


def test_2009_2015_and_2020_have_a_week_53_and_the_years_beside_them_have_none():
    match = ColumnPattern.parse("y_{YY}{WW}").matcher()
    for year in range(2005, 2026):
        name = f"y_{year % 100:02d}53"
        if year in (2009, 2015, 2020):
            assert iso_name(match(name)) == f"{year}-W53"
            assert match(name) + 1 == match(f"y_{year % 100 + 1:02d}01")
            assert sunday(match(name)) == date(year + 1, 1, 3)
        else:
            with pytest.raises(UserError, match=f"the year {year} has no week 53"):
                match(name)


def test_a_week_is_that_of_its_days_and_belongs_to_the_period_of_its_thursday():
    for day in DAYS:
        year, number, weekday = day.isocalendar()
        week = week_of(year, number)
        assert monday(week) == day - timedelta(days=weekday - 1)
        assert sunday(week) == monday(week) + timedelta(days=6)
        thursday = monday(week) + timedelta(days=3)
        places = {
            "month": 12 * (thursday.year - 1970) + thursday.month - 1,
            "quarter": 4 * (thursday.year - 1970) + (thursday.month - 1) // 3,
            "year": thursday.year - 1970,
        }
        for unit, place in places.items():
            first, last = weeks_of_period(unit, place)
            assert first <= week <= last
            begin, end = days_of_period(unit, place)
            assert begin <= thursday <= end


@pytest.mark.parametrize(
    ("pattern", "name", "first", "last"),
    [
        ("visit*{Q}kv{YYYY}", "visitgrp_4KV2014", date(2014, 10, 1), date(2014, 12, 31)),
        ("nykom_{YYYY}_{MM}", "nykom_2012_02", date(2012, 2, 1), date(2012, 2, 29)),
        ("kom{YY}", "KOM99", date(1999, 1, 1), date(1999, 12, 31)),
    ],
)
def test_months_quarters_and_years_of_column_names(pattern, name, first, last):
    column = ColumnPattern.parse(pattern)
    assert days_of_period(column.unit, column.matcher()(name)) == (first, last)
    assert column.matcher()(f"x{name}") is None
