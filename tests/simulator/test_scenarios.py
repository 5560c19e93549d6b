"""What each further scenario plants, on small registers."""

import numpy as np
import pytest

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import simulate, truth_of
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.courses.courses import Block, live_block
from trajectories.simulator.courses.offices import block_key_of, open_offices
from trajectories.simulator.parameters import other_ratio
from trajectories.simulator.scenarios import (
    SCENARIOS,
    planted_of,
    scenario_of,
    with_departures_in,
    with_random_departures,
)
from trajectories.simulator.shocks import REORGANISED, strain_of, times_of
from trajectories.simulator.statuses import ASSISTANCE, DEPARTURE, REQUEST, VISITATION

MONTHS = calendar_of(SimulatorConfig()).months
SMALL = {
    "persons": 2_000,
    "office_persons": 2_000,
    "caseload": 20,
    "seed": 5,
    "types": {"separation": 0},
    "reform": {"enabled": False},
}


def settings(scenario: str, **more: object) -> SimulatorConfig:
    return SimulatorConfig.model_validate(SMALL | {"scenario": scenario} | more)


def rate_after_departure(block: Block, cause: int) -> tuple[float, float]:
    """How often a cause falls in months on assistance, within a year of a departure and else."""
    courses = block.courses
    left = courses["cause"] == DEPARTURE
    hits, months = np.zeros(2), np.zeros(2)
    for who in range(len(courses)):
        last = -100
        for column in range(1, MONTHS + 1):
            cell = courses[who, column]
            if cell["duration"] < 0 or cell["status"] != ASSISTANCE:
                last = -100
                continue
            near = int(column - last <= 12)
            months[near] += 1
            hits[near] += cell["cause"] == cause
            if left[who, column]:
                last = column
    return hits[1] / months[1], hits[0] / months[0]


def test_the_clean_generator_s_truth_is_told_as_before():
    planted = planted_of(SCENARIOS["A"])
    assert list(planted)[-1] == "hazard_ratio"
    assert planted_of(SCENARIOS["H7"])["notice_effect"] == -0.35
    made = simulate(settings("A", persons=100))
    told = truth_of(settings("A", persons=100), made.tallies, made.truth_departures)
    assert told["planted"] == planted


def test_departures_bring_requests():
    after, usual = rate_after_departure(live_block(settings("H1"), 0), REQUEST)
    assert after > 2 * usual


def test_departures_bring_upgrades():
    after, usual = rate_after_departure(live_block(settings("H2"), 0), VISITATION)
    assert after > 1.4 * usual


@pytest.mark.parametrize(("scenario", "sign"), [("H3", -1), ("H3b", 1)])
def test_who_leaves_differs_in_effect(scenario, sign):
    chosen = settings(scenario, caseload=10, office_persons=20_000)
    own = open_offices(chosen, 0).plan["leaving_day"] > 0
    lot = open_offices(with_random_departures(chosen), 0).plan["leaving_day"] > 0
    clean = open_offices(settings("A", caseload=10, office_persons=20_000), 0)
    assert np.array_equal(lot, clean.plan["leaving_day"] > 0)
    assert not np.array_equal(own, lot)
    assert scenario_of(chosen).leavers_on_effect * sign > 0


def test_a_departure_in_one_month_acts_from_the_next_on():
    chosen = settings("A")
    none, met = (live_block(with_departures_in(chosen, month), 0).courses for month in (None, 3))
    # Lives count for as long as they go the same way.
    same = np.logical_and.accumulate(none["duration"] == met["duration"], axis=1)
    before = same & (none["duration"] >= 0) & (none["duration"] <= 3)
    assert np.array_equal(none["hazard"][before], met["hazard"][before])
    alike = same & (none["duration"] > 3) & (none["hazard"] > 0)
    ratio = np.log1p(-met["hazard"][alike]) / np.log1p(-none["hazard"][alike])
    assert alike.sum() > 1000
    assert np.allclose(ratio, chosen.hazard_ratio, rtol=1e-3)
    assert (none["cause"] != DEPARTURE).all()


@pytest.mark.parametrize("scenario", ["H4", "H5"])
def test_turnover_follows_the_times_unless_departures_are_random(scenario):
    chosen = settings(scenario)
    times = times_of(1, scenario_of(chosen), MONTHS)
    turnover, climate = times.turnover.ravel(), times.climate.ravel()
    assert np.corrcoef(turnover, climate)[0, 1] > 0.9
    lot = times_of(1, scenario_of(with_random_departures(chosen)), MONTHS)
    assert not lot.turnover.any()
    assert np.array_equal(lot.climate, times.climate)


def test_a_reorganisation_comes_with_another_service():
    chosen = settings("H12", caseload=10, office_persons=20_000)
    offices = open_offices(chosen, 0)
    for place, begins in REORGANISED.items():
        first = offices.teams["first"][place, 0]
        own = offices.plan[first : first + int(offices.teams["count"][place].sum())]
        left = (own["leaving_day"] > 0).mean(axis=0)
        assert 0.2 < left[begins] < 0.6
        assert offices.climate[place, begins] < offices.climate[place, begins - 1]


def test_strain_is_the_share_of_places_left_in_three_months():
    offices = open_offices(settings("H8"), 0)
    plan = np.zeros_like(offices.plan)
    team = offices.teams[0, 3]
    plan["leaving_day"][team["first"], 10] = 5
    strain = strain_of(offices.teams, plan)
    assert strain[0, 3, 10:15].tolist() == [0, *[1 / team["count"]] * 3, 0]
    assert strain.sum() == pytest.approx(3 / team["count"])


def test_the_hazard_that_was_drawn_with_is_kept():
    block = live_block(settings("H6"), 0)
    at_risk = block.courses["duration"] >= 0
    hazard = block.courses["hazard"]
    assert (hazard[at_risk & (block.courses["status"] == ASSISTANCE)] > 0).all()
    assert hazard.max() < 0.2


def test_other_causes_have_ratios_of_their_own():
    scenario = SCENARIOS["H10"]
    assert other_ratio(settings("H10"), scenario) == 1.25
    assert other_ratio(settings("H10", hazard_ratio=1.0), scenario) == 0.6
    assert other_ratio(settings("A"), SCENARIOS["A"]) == 0.78


def test_novices_get_the_hard_cases():
    chosen = settings("H11", caseload=10)
    block = live_block(chosen, 0)
    begun = block.courses["cause"] == 1
    who, column = np.nonzero(begun[:, 1:])
    novice = block.offices.plan["novice"][block.courses["place"][who, column + 1], column]
    hard = block.people["log_frailty"][who] < 0
    assert novice[hard].mean() > novice[~hard].mean() + 0.1


def test_leaves_with_return_are_frequent():
    many, few = (
        (open_offices(settings(name), 0).plan["absence_day"] > 0).sum() for name in ("H13", "A")
    )
    assert many > 4 * max(few, 1)


def test_caseworkers_leave_the_extract():
    lost, whole = (simulate(settings(name, messy_share=0)).assignments for name in ("H14", "A"))
    assert 0.5 * whole.height < lost.height < 0.95 * whole.height


def test_closing_caseworkers_come_months_before():
    for name, longest in (("E", 0), ("H9", 3)):
        made = simulate(settings(name, messy_share=0))
        closing = made.assignments.filter(made.assignments["team"].str.ends_with("closing"))
        months = (closing["end"] - closing["start"]).dt.total_days() / 30.4
        assert (months.max() > 1.8) == (longest > 0)


def test_the_criteria_of_2014_change_what_readiness_means():
    words = simulate(settings("H15")).readiness["readiness"].unique().to_list()
    assert "education_ready" in words


def test_a_block_s_key_is_its_own():
    assert block_key_of(1, 0) != block_key_of(1, 1)
