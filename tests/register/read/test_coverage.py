"""The days of an extract where the configuration does not give them."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.read.coverage import deduce_days

FIRST, LAST = date(2010, 1, 1), date(2012, 12, 31)
MANY = [(FIRST, LAST)] * 30


def deduced(rows, **config):
    schema = {"start": pl.Date, "end": pl.Date}
    spells = pl.DataFrame(rows, schema=schema, orient="row")
    extract = {"source": "files", "files": {"spells": {"path": "spells.csv"}}}
    return deduce_days(spells, RegisterConfig(**extract | config), file="spells.csv")


@given(
    st.lists(
        st.tuples(st.dates(FIRST, LAST), st.one_of(st.none(), st.dates(FIRST, LAST))), max_size=20
    )
)
@settings(max_examples=40)
def test_the_days_are_the_first_start_and_the_latest_date(rows):
    found = deduced([*rows, *MANY])
    assert (found.first_day, found.last_day, found.remark) == (FIRST, LAST, None)


@pytest.mark.parametrize("year", [2102, 9998])
def test_one_date_in_the_future_stops_and_is_not_shown(year):
    with pytest.raises(UserError, match=f"in the year {year}, lies in the future.*open_end_dates"):
        deduced([*MANY, (FIRST, date(year, 6, 30))])
    assert deduced([*MANY, (FIRST, date(year, 6, 30))], last_day=LAST).last_day == LAST


def test_a_date_in_the_future_that_many_rows_hold_is_named():
    with pytest.raises(UserError, match="the spells, 2099-12-31, lies in the future"):
        deduced([(FIRST, date(2099, 12, 31))] * 5)


def test_a_simulated_register_may_reach_into_the_future():
    last = date(2089, 12, 31)
    assert deduced([(FIRST, last)] * 30, source="simulator").last_day == last
    assert deduced(MANY, source="simulator", last_day=last).last_day == last


@pytest.mark.parametrize(("count", "stops"), [(1, True), (4, True), (5, False)])
def test_a_last_day_that_fewer_than_five_rows_come_near_stops(count, stops):
    late = [(FIRST, LAST + timedelta(days=200))] * count
    if stops:
        with pytest.raises(UserError, match="fewer than 5 rows have a date after 2012-12"):
            deduced([*MANY, *late])
    else:
        assert deduced([*MANY, *late]).last_day == LAST + timedelta(days=200)
    near = [(FIRST, LAST + timedelta(days=31))]
    assert deduced([*MANY, *near]).last_day == LAST + timedelta(days=31)


def test_few_starts_long_before_the_others_are_doubted():
    early = (date(1912, 1, 1), LAST)
    assert "before 2010-01" in str(deduced([*MANY, early]).remark)
    assert deduced([*MANY, early], first_day=FIRST).remark is None
    assert deduced([*MANY, *[early] * 5]).remark is None


def test_a_last_day_that_is_given_lies_in_the_past_too():
    with pytest.raises(UserError, match="last_day, 2999-01-01, lies in the future"):
        deduced(MANY, last_day=date(2999, 1, 1))
