"""Who the simulated persons are."""

import datetime as dt

import numpy as np
import polars as pl

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import calendar_between, calendar_of
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
    settings = SimulatorConfig(seed=2)
    people, calendar = draw_people(settings, 0, 500), calendar_of(settings)
    born = pl.Series(birth_dates(people, calendar)).cast(pl.Date)
    for person, birth in zip(people[:50], born[:50].to_list(), strict=True):
        assert birth.day == person["birth_day"]
        assert calendar.number(birth) == person["birth_month"]
    turned = birthdays(people, 30, calendar)
    inside = (turned >= calendar.first_day) & (turned <= calendar.last_day)
    assert inside.any()
    expected = born.dt.offset_by("30y")
    assert pl.Series(turned).cast(pl.Date).filter(inside).equals(expected.filter(inside))
    assert (turned[(people["birth_month"] + 360) < 0] < calendar.first_day).all()
    assert (turned[(people["birth_month"] + 360) > 131] > calendar.last_day).all()


def test_month_numbers_and_days():
    calendar = calendar_of(SimulatorConfig())
    starts = calendar.month_starts
    assert calendar.number(dt.date(2008, 1, 31)) == 0
    assert np.datetime64(calendar.first_day, "D") == dt.date(2008, 1, 1)
    assert np.datetime64(calendar.last_day, "D") == dt.date(2018, 12, 31)
    days = np.array([starts[0], starts[1] - 1, starts[1], calendar.last_day], np.int32)
    assert calendar.months_of(days).tolist() == [0, 0, 1, 131]


def test_a_register_may_open_in_any_month():
    calendar = calendar_between(dt.date(2019, 11, 1), dt.date(2024, 2, 1))
    assert calendar.months == 52
    assert calendar.number(dt.date(2014, 1, 1)) == -70
    ends = np.datetime64(calendar.first_day, "D"), np.datetime64(calendar.last_day, "D")
    assert ends == (np.datetime64("2019-11-01"), np.datetime64("2024-02-29"))
    outside = calendar.first_days(np.array([-70, 0, 52])).astype("datetime64[D]").astype(str)
    assert outside.tolist() == ["2014-01-01", "2019-11-01", "2024-03-01"]
