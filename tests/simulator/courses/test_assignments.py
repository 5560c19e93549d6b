"""Assignments as they were, as they are registered, and the artefacts of scenarios E and F."""

import numpy as np
import polars as pl
import pytest

from simulator import oracles
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.courses.assignments import (
    ALL_CAUSES,
    CLOSING,
    CLOSING_DAYS,
    RECODED,
    RECODING,
    Assigned,
    assigned_in,
    assignments_of,
    registered,
)
from trajectories.simulator.courses.courses import Block, live_block
from trajectories.simulator.courses.spans import status_runs
from trajectories.simulator.scenarios import SCENARIOS
from trajectories.simulator.statuses import ASSISTANCE, JOB, NEW_CASE

CALENDAR = calendar_of(SimulatorConfig())


def lived(name: str) -> tuple[SimulatorConfig, Block, Assigned]:
    settings = SimulatorConfig(
        persons=1_500, seed=5, office_persons=1_500, caseload=20, scenario=name
    )
    block = live_block(settings, 0)
    return settings, block, assigned_in(block, status_runs(block.courses, block.calendar), settings)


def test_every_day_on_assistance_has_exactly_one_caseworker(settings, block):
    runs = status_runs(block.courses, block.calendar)
    assigned = assigned_in(block, runs, settings)
    persons = len(block.people)
    on = oracles.days_of(
        pl.DataFrame(runs._asdict()).filter(pl.col("who") < 200), "status", persons
    )
    rows = pl.DataFrame(assigned._asdict()).filter(pl.col("who") < 200)
    covered = oracles.days_of(rows, "caseworker", persons)
    has = np.array([one is not None for one in covered[:200].ravel()]).reshape(200, -1)
    assisted = on[:200] == ASSISTANCE
    assert assisted.sum() > 100_000
    assert not (has & ~assisted).any()
    without = (assisted & ~has).sum(axis=1)
    assert not (assisted & ~has)[:, 14:].any()
    assert without.max() < 14


def test_each_row_begins_with_a_new_caseworker_or_case(settings, block):
    assigned = assigned_in(block, status_runs(block.courses, block.calendar), settings)
    same = (assigned.who[1:] == assigned.who[:-1]) & (assigned.cause[1:] != NEW_CASE)
    assert (assigned.caseworker[1:][same] != assigned.caseworker[:-1][same]).all()
    assert (assigned.start[1:][same] == assigned.end[:-1][same] + 1).all()
    assert (assigned.end >= assigned.start).all()


def test_registration_blurs_ends_but_no_start(settings, block):
    runs = status_runs(block.courses, block.calendar)
    assigned = assigned_in(block, runs, settings)
    system = registered(assigned, block, runs, settings)
    assert np.array_equal(system.start, assigned.start)
    moved = system.end - assigned.end
    handed = np.append(
        (assigned.who[1:] == assigned.who[:-1]) & (assigned.cause[1:] != NEW_CASE), False
    )
    assert not moved[~handed].any()
    assert 0.02 < (moved[handed] < 0).mean() < 0.08
    assert 0.01 < (moved[handed] > 0).mean() < 0.07
    assert moved.min() >= -20
    assert moved.max() <= 10
    assert (system.end >= system.start).all()


def test_reasons_are_coarse_and_often_silent(settings, block):
    runs = status_runs(block.courses, block.calendar)
    assigned = assigned_in(block, runs, settings)
    table = assignments_of(assigned, block, settings)
    assert 0.25 < table["reason"].null_count() / table.height < 0.35
    cause = pl.Series(ALL_CAUSES).gather(assigned.cause)
    pairs = table.select("reason", cause=cause).drop_nulls().unique()
    assert pairs["cause"].n_unique() == pairs.height == 9
    assert set(pairs["reason"]) == {"new case", "staff", "cover", "team", "moved", "request"}


def test_teams_lie_in_the_municipality_of_the_assignment(settings, block):
    table = assignments_of(
        assigned_in(block, status_runs(block.courses, block.calendar), settings), block, settings
    )
    named = table["team"].str.slice(0, 3).cast(pl.Int16)
    assert (named == table["municipality"]).all()
    assert table.group_by("caseworker").agg(pl.col("team").n_unique())["team"].max() == 1


def test_a_closing_caseworker_takes_over_in_the_month_of_a_job():
    settings, block, assigned = lived("E")
    runs = status_runs(block.courses, block.calendar)
    system = registered(assigned, block, runs, settings)
    closing = np.flatnonzero(system.cause == CLOSING)
    jobs = {
        (who, start)
        for i, (who, start) in enumerate(zip(runs.who, runs.start, strict=True))
        if runs.status[i] == JOB and i and runs.status[i - 1] == ASSISTANCE
    }
    assert 0.08 < len(closing) / len(jobs) < 0.17
    for row in closing:
        ends = system.end[row] - CLOSING_DAYS
        if system.end[row] < CALENDAR.last_day:
            assert (system.who[row], ends) in jobs
            start = system.start[row]
            assert len({*CALENDAR.months_of(np.array([start, ends])).tolist()}) == 1
        assert system.who[row - 1] == system.who[row]
        assert system.end[row - 1] < system.start[row]
    table = assignments_of(system, block, settings)
    assert table.filter(pl.col("team").str.ends_with("closing"))["reason"].null_count() == len(
        closing
    )
    assert np.array_equal(assigned.start, system.start[system.cause != CLOSING])


def test_recoding_gives_new_identifiers_and_changes_nothing_else():
    settings, block, assigned = lived("F")
    system = registered(assigned, block, status_runs(block.courses, block.calendar), settings)
    day = int(CALENDAR.month_starts[SCENARIOS["F"].recoded_month])
    added = system.cause == RECODING
    assert added.sum() > 30
    assert (system.start[added] == day).all()
    before = np.flatnonzero(added) - 1
    assert (system.caseworker[added] == system.caseworker[before] + RECODED).all()
    assert (system.end[before] == day - 1).all()
    recoded = system.caseworker >= RECODED
    own = system.team // 4 == 0
    assert np.array_equal(recoded, own & (system.start >= day))
    kept = system.cause != RECODING
    assert np.array_equal(system.caseworker[kept] % RECODED, assigned.caseworker)


@pytest.mark.parametrize("name", ["A", "G"])
def test_other_scenarios_add_no_rows(name):
    settings, block, assigned = lived(name)
    system = registered(assigned, block, status_runs(block.courses, block.calendar), settings)
    assert len(system.who) == len(assigned.who)
    assert np.array_equal(system.caseworker, assigned.caseworker)
