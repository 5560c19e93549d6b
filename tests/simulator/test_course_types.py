"""Types of course: what is planted, for whom, and what stays as it is without them."""

import numpy as np
import polars as pl
import pytest

from trajectories.config.sections.simulator import SimulatorConfig, TypesConfig, TypeSharesConfig
from trajectories.errors import UserError
from trajectories.simulator import simulate
from trajectories.simulator.courses.courses import Block, live_block
from trajectories.simulator.persons.course_types import NAMES, OLDER, TYPES, draw_types, turns_of
from trajectories.simulator.persons.people import draw_people
from trajectories.simulator.statuses import ASSISTANCE, EDUCATION, FLEX_UNEMPLOYED, FLEXJOB, JOB
from trajectories.simulator.truth import panel_of

SMALL = {"persons": 4_000, "office_persons": 4_000, "caseload": 40, "seed": 3}


def settings(separation: float, **more: object) -> SimulatorConfig:
    return SimulatorConfig.model_validate(SMALL | {"types": {"separation": separation}} | more)


@pytest.fixture(scope="module")
def clear() -> Block:
    return live_block(settings(1.0), 0)


def two_years(block: Block, name: str) -> np.ndarray:
    """Statuses in the 24 months from a first course inside the register, persons of one type."""
    people = block.people
    own = (people["kind"] == NAMES.index(name)) & (people["arrival"] >= 0)
    own &= people["arrival"] < 100
    first = people["arrival"][own] + 1
    return block.courses["status"][np.flatnonzero(own)[:, None], first[:, None] + np.arange(24)]


def test_shares_are_the_planned_ones_and_lean_with_age():
    config = SimulatorConfig()
    people = draw_people(config, 0, 40_000)
    found = np.bincount(people["kind"], minlength=len(NAMES)) / 40_000
    shares = config.types.shares.model_dump()
    assert abs(found[0] - (1 - sum(shares.values()))) < 0.01
    young = people["arrival"] - people["birth_month"] < 12 * OLDER
    for number, (name, one) in enumerate(TYPES.items(), 1):
        assert abs(found[number] - shares[name]) < 0.35 * shares[name]
        of_young, of_old = (np.mean(people["kind"][own] == number) for own in (young, ~young))
        if one.ages[0] != one.ages[1]:
            assert (of_young > of_old) == (one.ages[0] > one.ages[1])


def test_the_second_phase_begins_in_the_months_of_the_type():
    u = np.random.default_rng(1).random(5_000)
    kind = draw_types(settings(0.5), np.full(5_000, 25.0), u)
    turn = turns_of(kind, u[::-1])
    for number, one in enumerate(TYPES.values(), 1):
        assert set(turn[kind == number]) == set(range(one.turn[0], one.turn[1] + 1))


def test_types_move_as_their_names_say(clear):
    quick, long, school, flex, often = (
        two_years(clear, name)
        for name in (
            "quick_job",
            "long_passive",
            "activation_education",
            "illness_flexjob",
            "on_and_off",
        )
    )
    assert np.mean((quick[:, 12:] == JOB).mean(axis=1) > 0.5) > 0.7
    assert (long == ASSISTANCE).mean() > 0.75
    assert (school[:, 14:] == EDUCATION).mean() > 0.45
    assert (school[:, :5] == EDUCATION).mean() < 0.05
    assert np.isin(flex[:, 23], (FLEX_UNEMPLOYED, FLEXJOB)).mean() > 0.4
    returns = ((often[:, 1:] == ASSISTANCE) & (often[:, :-1] != ASSISTANCE)).sum(axis=1)
    assert np.mean(returns >= 2) > 0.5


def test_jobs_of_a_season_end_in_autumn(clear):
    own = clear.people["kind"] == NAMES.index("seasonal_work")
    status = clear.courses["status"][own]
    who, column = np.nonzero((status[:, :-1] == JOB) & (status[:, 1:] == ASSISTANCE))
    assert len(who) > 100
    assert np.isin(column % 12, (9, 10)).mean() > 0.85


def test_the_chance_of_a_job_of_the_activity_ready_has_no_types(clear):
    without = live_block(settings(0.0), 0)
    panels = []
    for block in (clear, without):
        chance = block.courses["hazard"][block.courses["duration"] >= 0]
        panel = panel_of(block).with_columns(chance=pl.Series(chance))
        panels.append(panel.filter(pl.col("least_ready") == 2))
    keys = ["who", "month", "duration", "changes", "municipality", "female", "age_months"]
    both = panels[0].join(panels[1], on=keys, suffix="_without")
    assert both.height > 5_000
    assert both["chance"].equals(both["chance_without"])


def test_without_separation_nobody_has_a_type_and_persons_keep_their_draws():
    config = settings(0.0, persons=300)
    register = simulate(config)
    assert register.truth_types["type"].unique().to_list() == ["none"]
    shares = TypeSharesConfig.model_construct(**dict.fromkeys(TYPES, 0.0))
    types = TypesConfig.model_construct(separation=1.0, shares=shares)
    untyped = simulate(config.model_copy(update={"types": types}))
    assert untyped.truth_types["type"].unique().to_list() == ["none"]
    assert untyped.spells.equals(register.spells)


def test_each_person_s_type_is_in_the_truth():
    register = simulate(settings(0.9, persons=300))
    assert register.truth_types.height == 300
    assert set(register.truth_types["type"]) <= set(NAMES)


def test_shares_above_one_are_refused():
    with pytest.raises((UserError, ValueError), match="add up to"):
        TypeSharesConfig(quick_job=0.9, long_passive=0.3)
