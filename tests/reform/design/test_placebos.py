import datetime as dt

import numpy as np
import polars as pl
import pytest

from trajectories.reform import Calendar, difference_in_differences
from trajectories.reform.design.placebos import placebo_contrasts, placebo_dates, placebo_p_value

REFORM = Calendar(dt.date(2014, 1, 1), anticipation_months=9, span_months=12, step_months=3)


def _year(year: int) -> dt.date:
    return dt.date(year, 1, 1)


def test_placebo_dates_lie_wholly_before_or_wholly_after() -> None:
    dates = placebo_dates(REFORM, dt.date(2008, 1, 1), dt.date(2018, 12, 1))
    assert dates == [_year(y) for y in (2010, 2011, 2012, 2016, 2017, 2018)]
    closer = placebo_dates(REFORM, dt.date(2008, 1, 1), dt.date(2018, 12, 1), gap_months=0)
    assert closer == [_year(y) for y in (2009, 2010, 2011, 2012, 2015, 2016, 2017, 2018)]
    assert placebo_dates(REFORM, dt.date(2013, 1, 1), dt.date(2014, 12, 1)) == []


def test_placebos_are_the_design_at_other_dates() -> None:
    random = np.random.default_rng(1)
    index = random.integers(0, 132, 6000)
    data = pl.DataFrame(
        {
            "person": random.integers(0, 900, 6000),
            "month": [dt.date(2008 + i // 12, i % 12 + 1, 1) for i in index.tolist()],
            "touched": random.random(6000) < 0.4,
            "weight": 1.0,
            "job": random.random(6000) < 0.3,
        }
    )
    dates = placebo_dates(REFORM, dt.date(2008, 1, 1), dt.date(2018, 12, 1))
    found = placebo_contrasts(data, "job", calendar=REFORM, dates=dates)
    assert found["date"].to_list() == dates
    moved = Calendar(_year(2011), 9, 12, 3)
    one = difference_in_differences(data, "job", calendar=moved)
    assert found.filter(pl.col("date") == _year(2011)).drop("date").equals(one)
    empty = placebo_contrasts(data.clear(), "job", calendar=REFORM, dates=dates)
    assert empty.is_empty()


def test_the_rank_among_placebos() -> None:
    placebos = pl.DataFrame({"estimate": [0.1, -0.3, 0.05, 0.0]})
    assert placebo_p_value(0.2, placebos, scale="difference") == pytest.approx(2 / 5)
    assert placebo_p_value(-0.5, placebos, scale="difference") == pytest.approx(1 / 5)
    ratios = pl.DataFrame({"estimate": [0.5, 1.1, 1.9]})
    assert placebo_p_value(1.95, ratios, scale="ratio") == pytest.approx(2 / 4)
    assert placebo_p_value(1.0, placebos.clear(), scale="difference") is None
