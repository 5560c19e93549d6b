"""What the estimates of a design say of data, calendars and settings that they cannot use."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.reform import Calendar, difference_in_differences, trends

DATES = [dt.date(2013, 3, 1), dt.date(2013, 9, 1), dt.date(2014, 3, 1), dt.date(2014, 9, 1)]
DATA = pl.DataFrame(
    [
        {
            "person": person,
            "month": month,
            "touched": person % 2 == 0,
            "weight": 1.0 + person % 3,
            "job": int((person * 7 + month.month + month.year) % 5 < 2),
        }
        for person in range(30)
        for month in DATES
    ]
)
REFORM = Calendar(dt.date(2014, 1, 1), 0, 12, 6)


def compare(data=DATA, outcome="job", calendar=REFORM, **more):
    return difference_in_differences(data, outcome, calendar=calendar, **more)


def follow(data=DATA, outcome="job", calendar=REFORM, *, shown_months=12, **more):
    return trends(data, outcome, calendar=calendar, shown_months=shown_months, **more).table


def pandas_of(data):
    frame = pd.DataFrame(data.to_dict(as_series=False))
    return frame.assign(month=pd.to_datetime(frame["month"])).set_index(frame.index[::-1])


def first(column, value):
    changed = pl.when(pl.int_range(pl.len()) == 0).then(value).otherwise(pl.col(column))
    return DATA.with_columns(changed.alias(column))


@pytest.mark.parametrize("estimate", [compare, follow])
def test_frames_of_pandas_and_flags_of_numbers_give_the_same(estimate):
    expected = estimate()
    for data in (pandas_of(DATA), DATA.with_columns(pl.col("touched").cast(pl.Float64))):
        assert estimate(data).equals(expected)


@pytest.mark.parametrize("estimate", [compare, follow])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": DATA.rename({"month": "Month"})}, "did you mean 'Month'"),
        ({"data": first("month", None)}, "'month' is missing in 1 of 120 data"),
        ({"data": first("person", None)}, "'person' is missing in 1 of 120"),
        ({"data": first("job", None)}, "'job' is missing in 1 of 120"),
        ({"data": first("weight", None)}, "'weight' is missing in 1 of 120"),
        ({"data": first("weight", -1.0)}, "'weight' is below 0 in 1 of 120"),
        (
            {"data": DATA.with_columns(pl.col("touched").cast(pl.Int8) * 2)},
            "must hold true and false",
        ),
        ({"outcome": "jobs"}, "did you mean 'job'"),
        ({"outcome": ["job"]}, "named by ['job']: give its name"),
        ({"outcome": "touched"}, "name another column"),
        ({"confidence": 95}, "confidence is 95"),
        ({"confidence": True}, "confidence is True"),
    ],
)
def test_data_that_cannot_be_used(estimate, given, said):
    with pytest.raises(UserError) as caught:
        estimate(**given)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("estimate", "given", "said"),
    [
        (compare, {"scale": "ration"}, "did you mean 'ratio'"),
        (compare, {"calendar": None}, "calendar is None: give a trajectories.reform.Calendar"),
        (follow, {"calendar": "2014"}, "calendar is '2014'"),
        (follow, {"shown_months": 5}, "shown_months is 5: give a whole number from 6 on"),
        (follow, {"shown_months": 6.5}, "shown_months is 6.5"),
    ],
)
def test_settings_that_cannot_be_used(estimate, given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        estimate(**given)


def test_rows_that_take_no_part_may_be_anything():
    later = DATA.head(1).with_columns(month=pl.lit(dt.date(2019, 1, 1)), job=pl.lit(None, pl.Int64))
    assert compare(pl.concat([DATA, later])).equals(compare())


@pytest.mark.parametrize("date", ["2014-01-01", None, 2014, np.datetime64("2014-01-01")])
def test_a_calendar_begins_on_a_date(date):
    with pytest.raises(ValueError, match=r"give a datetime.date"):
        Calendar(date, 0, 12, 6)


def test_a_calendar_takes_whole_months():
    assert Calendar(dt.datetime(2014, 1, 1), np.int64(0), 12, 6) == REFORM
    for wrong in (None, "6", 6.0, True, -1):
        with pytest.raises(ValueError, match=r"step_months is .*: give a whole number from 1 on"):
            Calendar(dt.date(2014, 1, 1), 0, 12, wrong)
