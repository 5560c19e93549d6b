"""The caseworkers' world: who holds a place, who leaves it and how."""

import numpy as np
import pytest

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.courses.offices import (
    GRADUAL,
    NOTICE_MONTHS,
    SPREAD,
    SUCCESSION,
    Offices,
    open_offices,
    team_places,
)

MONTHS = calendar_of(SimulatorConfig()).months


@pytest.fixture(scope="module")
def offices() -> Offices:
    return open_offices(SimulatorConfig(caseload=10, absence_rate=0.004, seed=3), 0)


def test_places_follow_the_planned_cases_and_no_team_is_empty():
    settings = SimulatorConfig()
    places = team_places(settings)
    assert places.shape == (6, 4)
    assert places.min() == 1
    planned = settings.office_persons * 0.21 / settings.caseload
    assert abs(places.sum() - planned) < 12
    offices = open_offices(settings, 0)
    assert offices.plan.shape == (places.sum(), MONTHS)
    ends = offices.teams["first"] + offices.teams["count"]
    assert ends.ravel()[:-1].tolist() == offices.teams["first"].ravel()[1:].tolist()


def test_a_holder_changes_only_where_a_caseworker_leaves(offices):
    for months in offices.plan:
        left = np.flatnonzero(months["leaving_day"])
        turns = np.flatnonzero(np.diff(months["holder"])) + 1
        assert left.tolist() == turns.tolist()
        assert months["holder"].tolist() == np.cumsum(months["leaving_day"] > 0).tolist()


def test_what_happens_in_a_month_makes_the_place_unfree(offices):
    plan = offices.plan
    busy = plan["leaving_day"] + plan["notice"] + plan["absence_day"] + plan["return_day"] > 0
    assert not plan["free"][busy].any()
    assert plan["free"].mean() > 0.9
    days = np.concatenate([plan[day].ravel() for day in ("leaving_day", "absence_day")])
    assert set(days.tolist()) <= {0, *range(2, 29)}


def test_modes_have_their_shares_and_their_months(offices):
    plan = offices.plan
    modes = plan["mode"][plan["leaving_day"] > 0]
    shares = np.bincount(modes, minlength=4) / len(modes)
    assert len(modes) > 200
    assert shares[0] == 0
    assert np.abs(shares[[SUCCESSION, SPREAD, GRADUAL]] - [0.6, 0.3, 0.1]).max() < 0.06
    for place, month in np.argwhere(plan["mode"] == GRADUAL):
        assert plan["notice"][place, month - NOTICE_MONTHS : month].all()
    for place, month in np.argwhere(plan["mode"] == SPREAD):
        if month + 1 < MONTHS:
            assert not plan["free"][place, month + 1]
    for place, month in np.argwhere(plan["mode"] == SUCCESSION):
        if month + 1 < MONTHS and not plan[place, month + 1]["absence_day"]:
            alone = plan[place, month + 1]
            assert alone["free"] or alone["leaving_day"] or alone["notice"]


def test_who_is_away_returns_to_the_same_place(offices):
    plan = offices.plan
    away = np.argwhere(plan["absence_day"] > 0)
    assert len(away) > 20
    for place, month in away:
        back = np.flatnonzero(plan["return_day"][place, month:])
        if len(back):
            until = month + back[0]
            assert 2 <= back[0] <= 6
            assert not plan["free"][place, month : until + 1].any()
            assert plan["holder"][place, month] == plan["holder"][place, until]
        else:
            assert not plan["free"][place, month:].any()


def test_rates_are_those_of_the_settings():
    settings = SimulatorConfig(caseload=10, departure_rate=0.02, absence_rate=0, seed=8)
    plan = open_offices(settings, 0).plan
    begun = (plan["mode"] == SUCCESSION) | (plan["mode"] == SPREAD)
    gradual = np.diff(plan["notice"].astype(int), axis=1, prepend=0) == 1
    rate = (begun.sum() + gradual.sum()) / (plan["free"].sum() + begun.sum() + gradual.sum())
    assert abs(rate - 0.02) < 0.003
    assert not plan["absence_day"].any()


def test_blocks_differ_and_repeat():
    settings = SimulatorConfig()
    one, again, other = (open_offices(settings, number).plan for number in (0, 0, 1))
    assert (one == again).all()
    assert not (one == other).all()
