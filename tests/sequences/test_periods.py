"""Periods and regimes against the table of last origins and against counting months."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from packages import config_of
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.sequences import Event, Reform, breaks_seen
from trajectories.sequences.calendar import first_day, month_of, whole_months

REFORM = Reform(agreement=dt.date(2013, 4, 18), in_force=dt.date(2014, 1, 1))


def months(*days: str) -> np.ndarray:
    return np.array([month_of(dt.date.fromisoformat(f"{day}-01")) for day in days], dtype=np.int32)


@pytest.mark.parametrize(
    ("length", "last_before", "first_during"),
    [(12, "2012-04", "2012-05"), (24, "2011-04", "2011-05")],
)
def test_the_last_origin_before_is_the_one_whose_window_ends_before_april_2013(
    length, last_before, first_during
):
    origins = months(last_before, first_during, "2013-12", "2014-01")
    assert REFORM.period_of(origins, length).tolist() == ["before", "during", "during", "after"]


def test_regimes_count_the_months_of_the_window():
    for origin in months(
        "2010-01", "2011-05", "2012-06", "2013-04", "2013-12", "2014-01", "2016-01"
    ):
        window = [first_day(int(origin) + t) for t in range(24)]
        ours = {
            name: int(values[0])
            for name, values in REFORM.regime_months(np.array([origin]), 24).items()
        }
        assert ours == {
            "before": sum(day < dt.date(2013, 4, 1) for day in window),
            "announced": sum(dt.date(2013, 4, 1) <= day < dt.date(2014, 1, 1) for day in window),
            "in_force": sum(day >= dt.date(2014, 1, 1) for day in window),
        }


def test_a_law_in_force_within_a_month_holds_from_the_next():
    reform = Reform(agreement=dt.date(2013, 4, 18), in_force=dt.date(2014, 1, 2))
    assert reform.period_of(months("2014-01", "2014-02"), 6).tolist() == ["during", "after"]


def test_dates_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="lies after the entry into force"):
        Reform(agreement=dt.date(2014, 2, 1), in_force=dt.date(2014, 1, 1))


def test_breaks_are_counted_in_the_windows_that_they_fall_into():
    groups = pl.Series(["after", "after", "before"])
    origins = months("2014-06", "2014-07", "2013-07")
    events = [Event("late", dt.date(2015, 6, 1)), Event("mid", dt.date(2014, 7, 1))]
    assert breaks_seen(groups, origins, 12, events).rows() == [
        ("after", "mid", dt.date(2014, 7, 1), 1),
        ("after", "late", dt.date(2015, 6, 1), 1),
        ("before", "mid", dt.date(2014, 7, 1), 0),
        ("before", "late", dt.date(2015, 6, 1), 0),
    ]


def test_twelve_month_windows_after_can_be_clean_of_september_2015_and_longer_ones_cannot():
    events = [Event("integration_benefit", dt.date(2015, 9, 1))]
    origins = months("2014-01", "2014-09", "2014-10")
    group = pl.Series(["a", "b", "c"])
    assert breaks_seen(group, origins, 12, events)["windows"].to_list() == [0, 0, 1]
    assert breaks_seen(group, origins, 24, events)["windows"].to_list() == [1, 1, 1]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2012-01-01", "2012-12-31", ("2012-01", "2012-12")),
        ("2012-01-02", "2012-12-30", ("2012-02", "2012-11")),
        ("2012-02-01", "2012-02-29", ("2012-02", "2012-02")),
    ],
)
def test_whole_months(first, last, expected):
    ours = whole_months(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert ours == tuple(months(*expected))


def test_the_package_of_the_default_run_defines_its_periods():
    config = config_of().sequences
    assert config.event("agreement").date == dt.date(2013, 4, 18)
    assert config.event("in_force").date == dt.date(2014, 1, 1)
    assert [event.date for event in config.events] == sorted(event.date for event in config.events)
    assert all(event.source for event in config.events)


EVENT = {"source": "a test", "date": "2014-01-01"}


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"events": []}, "the role in_force to exactly one event, not to 0"),
        (
            {"events": [{"name": "a", "role": "agreement", **EVENT}] * 2},
            "events names a 2 times",
        ),
        (
            {
                "events": [
                    {"name": "a", "role": "agreement", **EVENT, "date": "2015-01-01"},
                    {"name": "b", "role": "in_force", **EVENT},
                ]
            },
            r"the agreement \(2015-01-01\) lies after in_force \(2014-01-01\)",
        ),
        ({"window": {"origin_month": "2012-01-15"}}, "must be the first day of a month"),
        (
            {"window": {"first_origin": "2013-01-01", "last_origin": "2012-01-01"}},
            "first_origin 2013-01-01 lies after last_origin 2012-01-01",
        ),
    ],
)
def test_a_section_that_contradicts_itself_is_refused(section, message):
    with pytest.raises(ValueError, match=message):
        SequencesConfig.model_validate(section)


def test_groups_of_persons_need_no_events():
    assert SequencesConfig.model_validate({"group_by": "school", "events": []}).events == ()
    assert SequencesConfig().event("in_force") is None
