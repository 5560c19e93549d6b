"""Courses: exits happen by the planted hazard, and changes of caseworker for their causes."""

import math

import numpy as np
import polars as pl
import pytest

from simulator import oracles
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.calendar import REFORM_2014
from trajectories.simulator.courses.assignments import assigned_in
from trajectories.simulator.courses.courses import Block, blocks_of, live_block
from trajectories.simulator.courses.offices import GRADUAL, SUCCESSION
from trajectories.simulator.courses.spans import status_runs
from trajectories.simulator.random_kernels import uniforms
from trajectories.simulator.statuses import (
    ABSENCE,
    ASSISTANCE,
    CLARIFICATION,
    DEAD,
    DEPARTURE,
    EMIGRATED,
    JOB,
    MOVE,
    NEW_CASE,
    REFORM_ASSIGNMENT,
    REQUEST,
    RESOURCE,
    RETIRED,
    RETURN,
    TEAM_SWITCH,
    VISITATION,
)
from trajectories.simulator.truth import changes_of_caseworker, panel_of
from untyped import UNTYPED

FORCED = ("dead", "emigrated", "retirement")


def scenario(name: str, **keys) -> SimulatorConfig:
    plan = {"persons": 700, "seed": 6, "office_persons": 700, "caseload": 20, **keys}
    return SimulatorConfig(scenario=name, **UNTYPED, **plan)


def exits_and_draws(block: Block, settings: SimulatorConfig) -> tuple[pl.DataFrame, np.ndarray]:
    panel = panel_of(block).filter(~pl.col("exit").is_in(FORCED).fill_null(value=False))
    index = block.people["index"][panel["who"].to_numpy()]
    month = panel["month"].cast(pl.Int64).to_numpy()
    return panel, uniforms(settings.seed, index, purposes.JOB_EXIT, month)


@pytest.mark.parametrize("name", ["A", "null", "B"])
def test_a_job_comes_exactly_where_the_planted_hazard_says(name):
    settings = scenario(name)
    block = live_block(settings, 0)
    panel, draws = exits_and_draws(block, settings)
    ratio = 1.0 if name == "null" else 0.78
    frailty = block.people["log_frailty"][panel["who"].to_numpy()]
    planted = [
        u < oracles.job_hazard(row, ratio, extra)
        for row, u, extra in zip(panel.iter_rows(named=True), draws, frailty, strict=True)
    ]
    job = (panel["exit"] == "job").fill_null(value=False).to_list()
    assert sum(job) > 100
    assert job == planted


def test_a_transitory_effect_lasts_six_months():
    settings = scenario("transitory")
    block = live_block(settings, 0)
    panel, draws = exits_and_draws(block, settings)
    changes = changes_of_caseworker(
        assigned_in(block, status_runs(block.courses, block.calendar), settings)
    )
    dated: dict[int, list[int]] = {}
    months = block.calendar.months_of(changes["date"].to_numpy())
    for who, month in zip(changes["who"].to_list(), months.tolist(), strict=True):
        dated.setdefault(who, []).append(month)
    job = (panel["exit"] == "job").fill_null(value=False).to_list()
    for row, u, found in zip(panel.iter_rows(named=True), draws, job, strict=True):
        begun = row["month"] - row["duration"] - 1
        last = max((m for m in dated.get(row["who"], []) if begun <= m < row["month"]), default=-9)
        recent = last >= 0 and row["month"] - last <= 6
        extra = math.log(0.6) if recent else 0.0
        assert found == (u < oracles.job_hazard({**row, "changes": 0}, 1.0, extra))


def test_caseworkers_of_scenario_g_differ_and_keep_their_effect():
    plain, spread = scenario("A"), scenario("G")
    block = live_block(spread, 0)
    panel, draws = exits_and_draws(block, spread)
    job = (panel["exit"] == "job").fill_null(value=False).to_numpy()
    hazard = np.array([oracles.job_hazard(row, 0.78) for row in panel.iter_rows(named=True)])
    odd = job != (draws < hazard)
    assert 0 < odd.sum() < 0.4 * job.sum()
    ratio = -np.log1p(-draws[odd]) / -np.log1p(-hazard[odd])
    assert np.abs(np.log(ratio)).max() < 5 * 0.3
    assert not np.array_equal(live_block(plain, 0).courses["status"], block.courses["status"])


def test_health_moves_jobs_and_requests():
    block = live_block(scenario("C2", request_rate=0.02), 0)
    health = block.courses["health"]
    assert np.abs(np.std(health) - 1) < 0.1
    step = np.corrcoef(health[:, 50], health[:, 51])[0, 1]
    assert 0.95 < step < 0.99
    at_risk = block.courses["duration"] >= 0
    asked = at_risk & (block.courses["cause"] == REQUEST)
    found = at_risk & (block.courses["status"] == JOB)
    assert health[asked].mean() > health[at_risk].mean() + 0.3
    assert health[found].mean() < health[at_risk].mean() - 0.2
    better = live_block(scenario("C3", request_rate=0.02), 0).courses
    moved = (better["duration"] >= 0) & (better["cause"] == REQUEST)
    assert better["health"][moved].mean() < -0.2


def test_requests_of_scenario_c1_come_from_the_frail():
    block = live_block(scenario("C1", request_rate=0.02), 0)
    at_risk = block.courses["duration"] >= 0
    who, _ = np.nonzero(at_risk & (block.courses["cause"] == REQUEST))
    everyone, _ = np.nonzero(at_risk)
    frailty = block.people["bounded_frailty"]
    assert frailty[who].mean() < frailty[everyone].mean() - 0.3


def test_the_count_of_a_month_holds_the_changes_dated_before_it(settings, block):
    panel = panel_of(block)
    changes = changes_of_caseworker(
        assigned_in(block, status_runs(block.courses, block.calendar), settings)
    )
    starts = pl.Series(block.calendar.month_starts)
    dated = panel.with_row_index("row").select(
        "row",
        "who",
        counted=pl.col("changes").cast(pl.Int64),
        first_day=starts.gather(panel["month"].cast(pl.Int64)),
        begun=starts.gather((panel["month"] - panel["duration"] - 1).cast(pl.Int64).clip(0)),
    )
    inside = dated.join(changes, on="who").filter(
        (pl.col("date") > pl.col("begun")) & (pl.col("date") < pl.col("first_day"))
    )
    counts = dated.join(inside.group_by("row").len("found"), on="row", how="left")
    assert counts["counted"].sum() > 1000
    assert counts.filter(pl.col("counted") != pl.col("found").fill_null(0)).is_empty()


def test_changes_fall_on_days_2_to_28_and_statuses_on_days_1_to_14(block):
    courses = block.courses
    changed = courses["cause"] > NEW_CASE
    assert set(courses["change_day"][changed].tolist()) == set(range(2, 29))
    days = courses["status_day"]
    assert days.max() == 14
    assert 0.55 < (days[days > 0] == 1).mean() < 0.65


def test_each_cause_has_its_own_mark(block):
    courses, plan, teams = block.courses, block.offices.plan, block.offices.teams
    people, reform = block.people, block.calendar.number(REFORM_2014)
    seen = set()
    for who, column in np.argwhere(courses["cause"] > NEW_CASE):
        now, before = courses[who, column], courses[who, column - 1]
        month, cause = column - 1, int(now["cause"])
        seen.add(cause)
        same_place = now["place"] == before["place"]
        age = month - people["birth_month"][who]
        old = plan[before["place"], month]
        if cause == DEPARTURE:
            assert old["leaving_day"] or old["notice"]
            assert same_place == (old["mode"] == SUCCESSION)
            if old["leaving_day"] and old["mode"] != GRADUAL:
                assert now["change_day"] == old["leaving_day"]
        elif cause == ABSENCE:
            assert now["change_day"] == old["absence_day"]
        elif cause == RETURN:
            assert now["change_day"] == plan[now["place"], month]["return_day"]
        elif cause == VISITATION and now["status"] == ASSISTANCE:
            assert now["ready"] == 3 - before["ready"]
            assert now["ready_day"] == now["change_day"]
        elif cause == TEAM_SWITCH:
            assert age >= (360 if month >= reform else 300)
        elif cause == MOVE:
            assert now["municipality"] != before["municipality"]
            assert now["municipality_day"] >= now["change_day"]
        elif cause == REFORM_ASSIGNMENT:
            assert month == people["reform_month"][who]
            assert reform <= month < reform + 12
            assert age < 360
        if cause == REQUEST:
            assert not same_place
        else:
            assert cause != NEW_CASE
        places = teams["first"][now["municipality"], 0], teams["first"].max() + 99
        assert places[0] <= now["place"]
    assert seen == set(range(DEPARTURE, REQUEST + 1))


def test_nobody_stays_with_a_caseworker_who_has_left(block):
    courses, plan = block.courses, block.offices.plan
    on = courses["place"] >= 0
    for who, column in np.argwhere(on & (courses["status"] == ASSISTANCE)):
        cell = courses[who, column]
        assert cell["holder"] == plan[cell["place"], column - 1]["holder"]


def test_measures_exist_only_in_their_time_and_age_retires(block):
    courses, people = block.courses, block.people
    status = courses["status"]
    assert not (status[:, : 60 + 1] == RESOURCE).any()
    assert (status == RESOURCE).any()
    assert not (status[:, : 78 + 1] == CLARIFICATION).any()
    age = np.arange(-1, 132)[None, :] - people["birth_month"][:, None]
    gone = np.isin(status, (DEAD, EMIGRATED))
    assert (status[(age >= 65 * 12) & ~gone] == RETIRED).all()
    for final in (DEAD, EMIGRATED):
        first = (status == final).argmax(axis=1)
        for who in np.flatnonzero((status == final).any(axis=1)):
            assert (status[who, first[who] :] == final).all()


def test_stays_in_jobs_match_the_national_figures():
    settings = scenario("A", persons=4_000, office_persons=4_000)
    block = live_block(settings, 0)
    runs = status_runs(block.courses, block.calendar)
    after_assistance = np.flatnonzero((runs.status[1:] == JOB) & (runs.who[1:] == runs.who[:-1]))
    rows = after_assistance[runs.status[after_assistance] == ASSISTANCE] + 1
    rows = rows[runs.start[rows] < block.calendar.month_starts[110]]
    rows = rows[~np.isin(runs.status[rows + 1], (DEAD, EMIGRATED, RETIRED))]
    days = runs.end[rows] - runs.start[rows] + 1
    assert len(days) > 500
    assert 0.45 < (days >= 360).mean() < 0.56
    assert 0.20 < (days <= 100).mean() < 0.30
    assert days.min() >= 28


def test_blocks_cover_all_persons():
    assert list(blocks_of(SimulatorConfig(persons=1, office_persons=100))) == [0]
    assert list(blocks_of(SimulatorConfig(persons=201, office_persons=100))) == [0, 1, 2]
    last = live_block(SimulatorConfig(persons=201, office_persons=100), 2)
    assert last.people["index"].tolist() == [200]
