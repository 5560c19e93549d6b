"""Scenario H17 and its parts: what a case system and a benefit register do to the clean world."""

import datetime as dt
import functools
import hashlib
import math

import hypothesis
import numpy as np
import polars as pl
import pytest
from hypothesis import strategies as st

from hazards.simulated import hazards
from simulator import oracles
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import Register, simulate
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.courses.assigned import Assigned
from trajectories.simulator.courses.assignments import VACANCY_DAYS, assigned_in
from trajectories.simulator.courses.courses import Block, live_block
from trajectories.simulator.courses.entries import (
    LONGEST_CLOSING,
    LONGEST_EARLY,
    LONGEST_LATE,
    with_closing_days,
    with_heaped_days,
    with_misreported_ends,
)
from trajectories.simulator.courses.offices import GRADUAL, MODES, OCCUPANTS, open_offices
from trajectories.simulator.courses.spans import status_runs
from trajectories.simulator.registers import RAW_TABLES
from trajectories.simulator.scenarios import (
    AS_IT_IS,
    SCENARIOS,
    Scenario,
    scenario_of,
    with_random_departures,
)
from trajectories.simulator.statuses import (
    DEPARTURE,
    NEW_CASE,
    REFORM_ASSIGNMENT,
    TEAM_SWITCH,
)
from trajectories.studies.monte_carlo import simulated

SMALL = {"persons": 2_000, "office_persons": 2_000, "caseload": 20, "seed": 5, "messy_share": 0.0}
ASSISTANCE_CODES = ("13", "14", "72", "73")
DAY = dt.timedelta(days=1)
LAST_DAY = dt.date(2018, 12, 31)


def settings(scenario: str, **more: object) -> SimulatorConfig:
    return SimulatorConfig.model_validate(SMALL | {"scenario": scenario} | more)


@pytest.fixture(scope="module")
def clean() -> Register:
    return simulate(settings("A"))


@pytest.fixture(scope="module")
def clean_block() -> Block:
    return live_block(settings("A"), 0)


def as_assigned(scenario: str, block: Block) -> Assigned:
    return assigned_in(block, status_runs(block.courses, block.calendar), settings(scenario))


def month_end(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - DAY


def assistance(register: Register) -> pl.DataFrame:
    """Stretches of social assistance as person, start, end; running ones without an end."""
    own = register.spells.filter(pl.col("code").str.slice(0, 2).is_in(ASSISTANCE_CODES))
    stretches: list[list] = []
    for person, start, end in own.select("person", "start", "end").sort("person", "start").rows():
        if stretches and stretches[-1][0] == person and stretches[-1][2] + DAY == start:
            stretches[-1][2] = end or LAST_DAY
        else:
            stretches.append([person, start, end or LAST_DAY])
    return pl.DataFrame(stretches, schema=["person", "start", "end"], orient="row")


def last_of_cases(register: Register) -> pl.DataFrame:
    """The last assignment in each stretch of social assistance of the clean register."""
    held = register.assignments.with_columns(pl.col("end").fill_null(LAST_DAY)).sort("start")
    return (
        assistance(register)
        .rename({"start": "case_start", "end": "case_end"})
        .sort("case_end")
        .join_asof(held, left_on="case_end", right_on="start", by="person", strategy="backward")
        .sort("person", "case_end")
    )


def test_the_register_without_them_is_the_one_that_was():
    made = simulate(
        SimulatorConfig(
            persons=300,
            office_persons=300,
            caseload=20,
            seed=3,
            types={"separation": 0},
            reform={"enabled": False},
        )
    )
    digest = hashlib.sha256()
    for name in (*RAW_TABLES, "truth_departures", "truth_changes"):
        digest.update(getattr(made, name).write_csv().encode())
    assert digest.hexdigest() == "a4829f189444a72a5b674e39a28a04e7a88021397420de58b6ffaad7cb644a1b"


def test_h17_departs_wherever_a_part_does():
    clean = Scenario()._asdict()
    whole = SCENARIOS["H17"]._asdict()
    for name, value in clean.items():
        parts = {part._asdict()[name] for part in AS_IT_IS.values()}
        assert whole[name] == ((parts - {value}) or {value}).pop()


def test_an_intervention_is_seen_as_it_was():
    seen = scenario_of(with_random_departures(settings("H17")))
    assert seen == Scenario(
        random_departures=True,
        vacancies=0.9,
        gradual=0.4,
        mixed_teams=True,
        caseload_sd=0.5,
        caseworker_sd=0.2,
        team_sd=0.15,
    )


def test_assistance_that_no_benefit_follows_is_paid_to_the_month_s_end(clean):
    follow = clean.spells.select("person", pl.col("start").alias("next"))
    gone = clean.persons.select("person", gone=pl.coalesce("died", "emigrated")).drop_nulls()
    expected = []
    for person, start, end in assistance(clean).rows():
        after = end + DAY
        own = follow.filter((pl.col("person") == person) & (pl.col("next") == after))
        left = gone.filter((pl.col("person") == person) & (pl.col("gone") == after))
        paid = own.is_empty() and left.is_empty() and end < LAST_DAY and after.day > 1
        expected.append((person, start, month_end(end) if paid else end))
    made = simulate(settings("H17a"))
    assert assistance(made).rows() == expected
    assert made.employment.equals(clean.employment)
    # Cases are open, and readiness is registered, as long as the benefit is paid.
    assert last_of_cases(made).select((pl.col("end") <= pl.col("case_end")).all()).item()
    late = last_of_cases(made).filter(pl.col("end") < pl.col("case_end"))
    assert late.height < 0.02 * len(expected)
    held = made.readiness.group_by("person").agg(pl.col("end").fill_null(LAST_DAY).max())
    last = assistance(made).group_by("person").agg(pl.col("end").max().alias("paid"))
    assert held.join(last, on="person").select((pl.col("end") == pl.col("paid")).all()).item()


def test_half_of_the_cases_that_end_in_a_job_are_closed_with_it(clean):
    made = last_of_cases(simulate(settings("H17b")))
    jobs = clean.employment.select("person", pl.col("start").alias("job"))
    exits = assistance(clean).with_columns(job=pl.col("end") + DAY).join(jobs, on=["person", "job"])
    exits = exits.filter(pl.col("job").dt.day() > 1).join(
        made.select("person", pl.col("case_start").alias("start"), "case_end", closed="end"),
        on=["person", "start"],
    )
    assert exits.height > 300
    assert (exits["case_end"] == exits["job"].dt.month_end()).all()
    with_job = exits.filter(pl.col("closed") == pl.col("end")).height / exits.height
    to_the_end = exits.filter(pl.col("closed") == pl.col("case_end")).height / exits.height
    assert with_job == pytest.approx(0.5, abs=0.08)
    assert with_job + to_the_end > 0.97


def test_cases_end_before_and_after_the_benefit(clean):
    made, was = simulate(settings("H17c")), last_of_cases(clean)
    key = ["person", "caseworker", "start"]
    both = was.filter(pl.col("end") < LAST_DAY).join(
        made.assignments.select(*key, pl.col("end").fill_null(LAST_DAY).alias("registered")), on=key
    )
    days = (both["registered"] - both["end"]).dt.total_days().to_numpy()
    assert (days < 0).mean() == pytest.approx(0.08, abs=0.02)
    assert (days > 0).mean() == pytest.approx(0.20, abs=0.03)
    assert days.min() >= -LONGEST_CLOSING
    assert days.max() <= LONGEST_CLOSING
    assert made.assignments.select(key[:2]).equals(clean.assignments.select(key[:2]))


def test_lists_wait_for_the_leaver_s_successor(clean_block):
    was, now = (as_assigned(name, clean_block) for name in ("A", "H17d"))
    assert (np.diff(was.start)[np.diff(was.who) == 0] > 0).all()
    gap = now.start[1:] - now.end[:-1] - 1
    within = (now.who[1:] == now.who[:-1]) & (now.cause[1:] != NEW_CASE)
    waited = within & (gap > 0)
    # Where another change comes first, its caseworker ends the wait.
    assert (now.cause[1:][waited] == DEPARTURE).mean() > 0.95
    waited &= now.cause[1:] == DEPARTURE
    assert gap[waited].min() >= VACANCY_DAYS[0]
    assert gap[waited].max() <= VACANCY_DAYS[1]
    # A list waits as one.
    waits = pl.DataFrame({"leaver": now.caseworker[:-1][waited], "days": gap[waited]})
    assert waits.group_by("leaver").agg(pl.col("days").n_unique())["days"].max() == 1
    departed = (was.who[1:] == was.who[:-1]) & (was.cause[1:] == DEPARTURE)
    plan = clean_block.offices.plan
    gradual = ((plan["mode"] == GRADUAL) | (plan["notice"] > 0)).any(axis=1)
    one_by_one = gradual[(was.caseworker[:-1] & 2**18 - 1) // OCCUPANTS]
    leavers = set(was.caseworker[:-1][departed & ~one_by_one].tolist())
    drawn = {one for one in leavers if oracles.uniform(5, one, purposes.VACANCY, 0) < 0.9}
    assert 0.75 < len(drawn) / len(leavers) < 1
    assert set(waits["leaver"].to_list()) & leavers <= drawn
    at_once = within & (gap <= 0) & (now.cause[1:] == DEPARTURE)
    assert not set(now.caseworker[:-1][at_once].tolist()) & drawn
    # Nothing else is another: only who gets nobody before the case ends is left out.
    assert len(now.who) < len(was.who) < 1.1 * len(now.who)
    assert np.isin(now.end, was.end).all()


def test_hand_overs_one_by_one_are_as_frequent_as_planted():
    made = simulate(settings("H17e", caseload=10, persons=100, office_persons=20_000))
    shares = made.truth_departures["mode"].value_counts(normalize=True)
    found = dict(shares.rows())
    assert found["gradual"] == pytest.approx(0.4, abs=0.05)
    assert found["succession"] / found["spread"] == pytest.approx(2, abs=0.5)
    assert set(found) == set(MODES[1:])


def test_hand_overs_are_heaped_within_their_month(clean):
    made = simulate(settings("H17f")).assignments
    was = clean.assignments
    assert made.select("person", "caseworker").equals(was.select("person", "caseworker"))
    assert (made["start"].dt.month_start() == was["start"].dt.month_start()).all()
    moved = made["start"] != was["start"]
    day, last = made["start"].dt.day(), made["start"].dt.month_end() == made["start"]
    assert (day.is_in([1, 15]) | last).filter(moved).all()
    dated = clean.truth_changes.select("person", pl.col("date").alias("start"), "cause")
    own = was.with_columns(moved=moved).join(dated, on=["person", "start"])
    own = own.filter((pl.col("cause") != "departure") & (pl.col("start").dt.day() != 15))
    assert own["moved"].mean() == pytest.approx(0.5, abs=0.05)
    assert (made["end"].fill_null(LAST_DAY) >= made["start"]).all()
    assert set(made.filter(moved)["start"].dt.day().unique()) >= {1, 15, 30, 31}
    # A leaver's list is dated as one.
    lists = was.with_columns(moved=moved, leaver=pl.col("caseworker").shift(1).over("person"))
    lists = lists.join(dated.filter(pl.col("cause") == "departure"), on=["person", "start"])
    lists = lists.filter(pl.col("end").fill_null(LAST_DAY) > pl.col("start").dt.month_end())
    as_one = lists.group_by("leaver", "start").agg(pl.col("moved").n_unique())
    assert as_one.height > 30
    assert as_one["moved"].max() == 1


def test_ends_of_hand_overs_are_misreported_by_weeks(clean):
    made, was = simulate(settings("H17g")).assignments, clean.assignments
    assert made.drop("end").equals(was.drop("end"))
    days = (made["end"].fill_null(LAST_DAY) - was["end"].fill_null(LAST_DAY)).dt.total_days()
    of_changes = clean.truth_changes.height
    early, late = (days < 0).sum() / of_changes, (days > 0).sum() / of_changes
    assert early == pytest.approx(0.15, abs=0.03)
    assert late == pytest.approx(0.15, abs=0.03)
    assert days.min() >= -LONGEST_EARLY
    assert days.max() <= LONGEST_LATE
    assert (made["end"].fill_null(LAST_DAY) >= made["start"]).all()


def test_teams_are_no_function_of_age():
    mixed = simulate(settings("H17h"))
    assert not set(mixed.truth_changes["cause"]) & {"team switch"}
    block = live_block(settings("H17h"), 0)
    assert not np.isin(block.courses["cause"], [TEAM_SWITCH]).any()
    assert np.isin(block.courses["cause"], [REFORM_ASSIGNMENT]).any()

    def ages(register: Register) -> dict[str, float]:
        held = register.assignments.join(register.persons, on="person")
        years = (pl.col("start") - pl.col("birth_date")).dt.total_days() / 365.25
        named = held.select(team=pl.col("team").str.extract(r": (\w+),"), age=years)
        return dict(named.group_by("team").agg(pl.col("age").mean()).rows())

    split, whole = ages(simulate(settings("A"))), ages(mixed)
    assert split["adult"] - split["young"] > 10
    assert set(whole) == {"first", "second"}
    assert abs(whole["first"] - whole["second"]) < 1.5
    first = mixed.assignments["team"].str.contains(": first,").mean()
    assert first == pytest.approx(0.21, abs=0.05)


def test_caseloads_differ_by_what_caseworkers_take():
    large = {"caseload": 10, "office_persons": 20_000}
    even, uneven = (open_offices(settings(name, **large), 0) for name in ("A", "H17i"))
    assert (even.appetite == 1).all()
    teams = np.repeat(np.arange(uneven.teams.size), uneven.teams["count"].ravel())
    most = np.maximum.reduceat(uneven.appetite, uneven.teams["first"].ravel())
    assert (most == 1).all()
    spread = [np.log(uneven.appetite[teams == team]).std(ddof=1) for team in np.unique(teams)]
    assert np.mean(spread) == pytest.approx(0.5, abs=0.07)
    # Cases follow: in larger teams the list of a place is as long as what it takes.
    block = live_block(settings("H17i", caseload=10), 0)
    cells = block.courses[:, 1:][block.courses[:, 1:]["cause"] == NEW_CASE]
    taken = np.bincount(cells["place"], minlength=len(block.offices.appetite))
    count = block.offices.teams["count"].ravel()
    many = np.repeat(count >= 6, count)
    together = np.corrcoef(taken[many], block.offices.appetite[many])[0, 1]
    assert together > 0.6


def test_teams_and_caseworkers_have_effects_of_their_own():
    chosen = settings("H17j", caseload=10, office_persons=20_000)
    offices = open_offices(chosen, 0)
    by_team = offices.team_effect[offices.teams["first"].ravel()]
    assert np.array_equal(np.repeat(by_team, offices.teams["count"].ravel()), offices.team_effect)
    assert by_team.std() == pytest.approx(0.15, abs=0.06)
    one, other = (live_block(settings(name), 0) for name in ("A", "H17j"))
    # In the first month at risk of the register both worlds are the same but for these effects.
    at_risk = (one.courses["hazard"][:, 2] > 0) & (other.courses["hazard"][:, 2] > 0)
    ratio = np.log1p(-other.courses["hazard"][at_risk, 2]) / np.log1p(
        -one.courses["hazard"][at_risk, 2]
    )
    place = one.courses["place"][at_risk, 1]
    assert np.log(ratio).std() == pytest.approx(math.hypot(0.2, 0.15), abs=0.08)
    own = np.log(ratio) - other.offices.team_effect[place]
    for chosen_place in np.unique(place):
        assert np.ptp(own[place == chosen_place]) < 1e-4


def without_a_caseworker(scenario: str, ratio: float) -> dict[int, float]:
    """Share of the person-months on whose eve no assignment runs, by whether a job began."""
    made = simulated(settings(scenario, hazard_ratio=ratio), hazards())
    eve = made.panel.filter((pl.col("job") == 1) | pl.col("exit").is_null()).select(
        "person", "job", eve=pl.col("month") - DAY
    )
    held = made.found.assignments.select("person", "start", "end")
    there = eve.join(held, on="person").filter(pl.col("eve").is_between("start", "end"))
    none = eve.join(there, on=["person", "eve"], how="anti")
    return {job: (none["job"] == job).sum() / (eve["job"] == job).sum() for job in (0, 1)}


@pytest.mark.parametrize("ratio", [0.78, 1.0])
def test_a_quarter_of_job_exits_have_no_caseworker_on_the_eve(ratio):
    without = without_a_caseworker("H17", ratio)
    assert without[1] == pytest.approx(0.24, abs=0.05)
    assert 0.003 < without[0] < 0.04
    assert max(without_a_caseworker("A", ratio).values()) < 0.002


shares = st.floats(0, 1)


@hypothesis.given(shares, shares, shares, shares)
@hypothesis.settings(deadline=None, max_examples=25)
def test_whatever_is_misdated_no_assignment_is_lost_or_turned_round(heap, wrong, early, late):
    chosen = settings("H17", persons=150)
    block = misdated_block()
    was = assigned_in(block, status_runs(block.courses, block.calendar), chosen)
    heaped = with_heaped_days(was, block, chosen, heap)
    closed = with_closing_days(heaped, block, chosen, early * (1 - late), late)
    made = with_misreported_ends(closed, block, chosen, wrong)
    for name in ("who", "caseworker", "team", "cause"):
        assert np.array_equal(getattr(made, name), getattr(was, name))
    assert (made.end >= made.start).all()
    assert made.end.max() <= was.end.max()
    same = np.diff(made.who) == 0
    assert (np.diff(made.start)[same] > 0).all()
    assert np.array_equal(*(block.calendar.months_of(one.start) for one in (made, was)))
    # Heaping moves the line between two caseworkers, and opens and closes no gap between them.
    adjoin = same & (was.end[:-1] + 1 == was.start[1:])
    assert (heaped.end[:-1] + 1 == heaped.start[1:])[adjoin].all()
    assert (heaped.end[:-1] < heaped.start[1:])[same].all()
    # Who is out of a case does not come back into it by a late end.
    assert (made.end[:-1] <= made.end[1:])[made.handed()[:-1]].all()


@functools.cache
def misdated_block() -> Block:
    return live_block(settings("H17", persons=150), 0)
