"""Who the simulated persons are."""

import datetime as dt

import numpy as np
import polars as pl

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import (
    LAST_DAY,
    MONTH_STARTS,
    month_number,
    months_of,
)
from trajectories.simulator.persons.people import birth_dates, birthdays, draw_people
from trajectories.simulator.persons.places import MUNICIPALITY_SHARES


def test_attributes_have_their_planned_shares():
    people = draw_people(SimulatorConfig(), 0, 20_000)
    shares = np.bincount(people["municipality"], minlength=6) / 20_000
    assert np.abs(shares - MUNICIPALITY_SHARES).max() < 0.015
    assert abs(people["female"].mean() - 0.48) < 0.015
    assert abs((people["arrival"] < 0).mean() - 0.40) < 0.015
    age = (people["arrival"] - people["birth_month"]) / 12
    assert age.min() >= 18
    assert age.max() <= 62.1
    assert 0.45 < (age < 30).mean() < 0.65
    assert not people["log_frailty"].any()
    assert abs(people["health"].std() - 1) < 0.03


def test_gamma_frailty_has_mean_one_and_the_planned_variance():
    people = draw_people(SimulatorConfig(scenario="B"), 0, 40_000)
    frailty = np.exp(people["log_frailty"])
    assert abs(frailty.mean() - 1) < 0.02
    assert abs(frailty.var() - 0.6) < 0.03
    assert np.abs(people["bounded_frailty"]).max() <= 4


def test_dates_of_birth_and_birthdays_agree_with_the_calendar():
    people = draw_people(SimulatorConfig(seed=2), 0, 500)
    born = pl.Series(birth_dates(people)).cast(pl.Date)
    for person, birth in zip(people[:50], born[:50].to_list(), strict=True):
        assert birth.day == person["birth_day"]
        assert month_number(birth.year, birth.month) == person["birth_month"]
    turned = birthdays(people, 30)
    inside = (turned >= MONTH_STARTS[0]) & (turned <= LAST_DAY)
    assert inside.any()
    expected = born.dt.offset_by("30y")
    assert pl.Series(turned).cast(pl.Date).filter(inside).equals(expected.filter(inside))
    assert (turned[(people["birth_month"] + 360) < 0] < MONTH_STARTS[0]).all()
    assert (turned[(people["birth_month"] + 360) > 131] > LAST_DAY).all()


def test_month_numbers_and_days():
    assert month_number(2008, 1) == 0
    assert MONTH_STARTS[0].astype("datetime64[D]") == dt.date(2008, 1, 1)
    assert np.datetime64(LAST_DAY, "D") == dt.date(2018, 12, 31)
    days = np.array([MONTH_STARTS[0], MONTH_STARTS[1] - 1, MONTH_STARTS[1], LAST_DAY], np.int32)
    assert months_of(days).tolist() == [0, 0, 1, 131]
