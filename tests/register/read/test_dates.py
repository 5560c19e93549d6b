"""Dates in every form, written from random days and read back."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.register.read.dates import parse_dates

DAYS = st.lists(st.dates(date(1901, 1, 1), date(2099, 12, 31)), min_size=1, max_size=5)
MONTHS = {
    "en": ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    "da": ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
}
WRITTEN = {
    "iso": ("auto", lambda day: day.isoformat()),
    "iso with midnight": ("auto", lambda day: f"{day.isoformat()}T00:00:00"),
    "compact": ("auto", lambda day: f"{day:%Y%m%d}"),
    "sas": ("auto", lambda day: f"{day.day:02d}{MONTHS['en'][day.month - 1]}{day.year}"),
    "danish": ("auto", lambda day: f"{day.day}-{MONTHS['da'][day.month - 1]}-{day.year}"),
    "week": ("auto", lambda day: "{}-W{:02d}-{}".format(*day.isocalendar())),
    "compact week": ("auto", lambda day: "{}w{:02d}{}".format(*day.isocalendar())),
    "dots": ("day_first", lambda day: f"{day:%d.%m.%Y}"),
    "short": ("day_first", lambda day: f"{day.day}/{day.month}/{day.year}"),
    "joined": ("day_first", lambda day: f"{day:%d%m%Y}"),
    "sas days": ("sas_days", lambda day: str((day - date(1960, 1, 1)).days)),
    "excel days": ("excel_days", lambda day: f"{(day - date(1899, 12, 30)).days}.0"),
}


@pytest.mark.parametrize("form", WRITTEN)
@given(days=DAYS)
@settings(max_examples=40)
def test_a_day_is_read_as_it_was_written(form, days):
    dates, write = WRITTEN[form]
    raw = pl.Series([*map(write, days), None, " ", "x"])
    assert parse_dates(raw, dates).to_list() == [*days, None, None, None]


@given(days=DAYS)
@settings(max_examples=40)
def test_numbers_of_days_may_be_numbers(days):
    for dates, zero in (("sas_days", date(1960, 1, 1)), ("excel_days", date(1899, 12, 30))):
        counts = pl.Series([(day - zero).days for day in days] + [None])
        for dtype in (pl.Int64, pl.Float64):
            assert parse_dates(counts.cast(dtype), dates).to_list() == [*days, None]


@given(day=st.dates(date(1990, 1, 1), date(2040, 1, 1)))
@settings(max_examples=40)
def test_a_week_means_its_monday_and_as_an_end_its_sunday(day):
    year, week, weekday = day.isocalendar()
    raw = pl.Series([f"{year}-W{week:02d}", f"{year}W{week:02d}"])
    monday = day - timedelta(days=weekday - 1)
    assert parse_dates(raw, "auto").to_list() == [monday] * 2
    assert parse_dates(raw, "auto", ends=True).to_list() == [monday + timedelta(days=6)] * 2


def test_what_is_no_date_stays_unread():
    odd = ["2014-02-30", "2014-W53", "30FEB2014", "2014-13-01", "1.5"]
    assert parse_dates(pl.Series(odd), "auto").null_count() == 5
    assert parse_dates(pl.Series([19000.5, float("nan")]), "sas_days").null_count() == 2
    assert parse_dates(pl.Series(["31-31-2014"]), "day_first").null_count() == 1


def test_numbers_are_no_dates_unless_the_config_says_which():
    assert parse_dates(pl.Series([19000]), "auto") is None
    assert parse_dates(pl.Series([19000]), "day_first") is None
    assert parse_dates(pl.Series([True]), "sas_days") is None
