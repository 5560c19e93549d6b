"""The extracts of a block: codes, readiness and employment, day by day."""

import numpy as np
import polars as pl
import pytest

from simulator import oracles
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.courses.courses import live_block
from trajectories.simulator.courses.employment import employment_of, ordinary_hours
from trajectories.simulator.courses.spans import status_runs
from trajectories.simulator.courses.spells import readiness_of, spells_of
from trajectories.simulator.persons.people import birthdays
from trajectories.simulator.persons.places import MUNICIPALITIES
from trajectories.simulator.statuses import (
    ASSISTANCE,
    FLEXJOB,
    JOB,
    RESOURCE,
    RETIRED,
    STATUSES,
)
from untyped import UNTYPED

CALENDAR = calendar_of(SimulatorConfig())
FIRST_DAY, LAST_DAY = CALENDAR.first_day, CALENDAR.last_day
MONTH_STARTS = CALENDAR.month_starts
REFORM_DAY = MONTH_STARTS[72]
FAMILIES = {
    "education": {651, 652},
    "unemployment insurance": {111, 112, 113, 211, 213, 214, 215, 216, 217},
    "sickness benefit": {890, 893, 899},
    "parental leave": {881},
    "rehabilitation": {760, 763, 764, 767},
    "resource course": {810, 813, 817, 818},
    "job clarification": {785},
    "flexjob unemployment": {740, 743, 747},
    "flexjob": {771},
    "disability pension": {783},
    "retirement": {621, 998},
}
ACTIVITIES = {0, 1, 3, 4, 5, 6, 7, 8, 9}


@pytest.fixture(scope="module")
def small() -> SimulatorConfig:
    return SimulatorConfig(persons=150, seed=9, office_persons=150, caseload=20, **UNTYPED)


def under_youth_rules(block, who: int) -> np.ndarray:
    """Whether the rules of 2014 for those under 30 apply, day by day."""
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    young = days < birthdays(block.people, 30, CALENDAR)[who]
    return young & (days >= REFORM_DAY) & (not block.people["educated"][who])


def test_every_day_has_the_code_of_its_status(small):
    block = live_block(small, 0)
    runs = status_runs(block.courses, CALENDAR)
    codes = oracles.days_of(spells_of(block, small), "code", small.persons)
    ready = oracles.days_of(readiness_of(block, small), "readiness", small.persons)
    seen = set()
    for who, start, end, status in zip(*runs, strict=True):
        days = slice(start - FIRST_DAY, end - FIRST_DAY + 1)
        own = codes[who, days]
        if status != ASSISTANCE:
            assert set(own) <= FAMILIES.get(STATUSES[status], {None})
            assert set(ready[who, days]) == {None}
            continue
        helped = under_youth_rules(block, who)[days]
        for code, is_helped, label in zip(own, helped, ready[who, days], strict=True):
            tens = {
                ("job_ready", False): 13,
                ("job_ready", True): 14,
                ("activity_ready", False): 73,
                ("activity_ready", True): 72,
            }[label, bool(is_helped)]
            assert code // 10 == tens
            assert code % 10 in ACTIVITIES
            seen.add(tens)
    assert seen == {13, 14, 72, 73}


def test_codes_keep_to_their_time(small):
    block = live_block(small, 0)
    spells = spells_of(block, small).with_columns(digit=pl.col("code") % 10)
    assert spells["start"].min() == FIRST_DAY
    assert spells["end"].max() == LAST_DAY
    assistance = spells.filter((pl.col("code") // 10).is_in([13, 14, 72, 73]))
    assert assistance.filter(pl.col("digit") == 9)["start"].min() >= REFORM_DAY
    assert assistance.filter(pl.col("digit") == 1)["end"].max() < MONTH_STARTS[36]
    assert assistance.filter(pl.col("digit") == 3)["start"].min() >= MONTH_STARTS[36]
    assert {0, 1, 3, 5, 6, 7, 8, 9} <= set(assistance["digit"].to_list())
    assert set(spells["municipality"].to_list()) == set(MUNICIPALITIES.tolist())
    retired = spells.filter(pl.col("code") == 621)
    at_65 = birthdays(block.people, 65, CALENDAR)[retired["who"].to_numpy()]
    assert (retired["end"].to_numpy() < at_65).all()


def test_all_codes_are_in_the_codelist_and_valid(register):
    codelist = pl.read_csv("config/codelists/dream.csv", schema_overrides={"code": pl.String})
    known = register.spells.join(codelist, on="code", how="left", validate="m:1")
    assert known["benefit"].null_count() == 0
    early = known.filter(
        pl.col("start") < pl.col("valid_from").cast(pl.String).str.to_date(strict=False)
    )
    assert early.is_empty()


def test_undoing_the_relabelling_gives_the_register_without_it(small):
    block = live_block(small, 0)
    relabelled = spells_of(block, small)
    plain = spells_of(block, small.model_copy(update={"relabelling_2014": False}))
    tens, digit = pl.col("code") // 10, pl.col("code") % 10
    undone = relabelled.with_columns(
        code=pl.when(tens == 14)
        .then(130 + digit)
        .when(tens == 72)
        .then(730 + digit)
        .otherwise("code")
    )
    assert relabelled.height > plain.height
    persons = small.persons
    undone_days = oracles.days_of(undone, "code", persons)
    assert (undone_days == oracles.days_of(plain, "code", persons)).all()
    helped = relabelled.filter(tens.is_in([14, 72]))
    assert helped["start"].min() == REFORM_DAY
    assert (helped["start"] == REFORM_DAY).sum() > 10


def test_changed_visitation_relabels_the_job_ready_young_alone(small):
    block = live_block(small, 0)
    changed = small.model_copy(update={"visitation_2014": True})
    before = oracles.days_of(readiness_of(block, small), "readiness", small.persons)
    after = oracles.days_of(readiness_of(block, changed), "readiness", small.persons)
    codes = oracles.days_of(spells_of(block, changed), "code", small.persons)
    kinds = set()
    for who in range(small.persons):
        affected = under_youth_rules(block, who) & (before[who] == "job_ready")
        assert (after[who] == before[who])[~affected].all()
        labels, tens = after[who, affected], codes[who, affected] // 10
        assert len(set(labels)) <= 1
        assert set(tens[labels == "activity_ready"]) <= {72}
        assert set(tens[labels == "education_ready"]) <= {14}
        kinds |= set(labels)
    assert kinds == {"activity_ready", "education_ready"}


def test_employment_covers_jobs_and_flexjobs_and_little_beside(small):
    block = live_block(small, 0)
    runs = status_runs(block.courses, CALENDAR)
    employment = employment_of(block, runs, small)
    hours = oracles.days_of(employment, "weekly_hours", small.persons)
    days = {JOB: 0, FLEXJOB: 0, ASSISTANCE: 0}
    for who, start, end, status in zip(*runs, strict=True):
        own = hours[who, start - FIRST_DAY : end - FIRST_DAY + 1]
        worked = [one for one in own if one is not None]
        if status in (JOB, FLEXJOB):
            assert len(worked) == len(own)
            assert max(worked) <= (20 if status == FLEXJOB else 37)
        elif status == ASSISTANCE:
            assert all(one <= 12 for one in worked)
            assert own[-1] is None
        else:
            assert not worked
        if status in days:
            days[status] += len(worked)
    assert min(days.values()) > 0
    assert employment["industry"].str.contains(r"^\d{6}$").all()


def test_hours_have_their_shares_and_bounds():
    u = (np.arange(100_000) + 0.5) / 100_000
    hours = ordinary_hours(u)
    assert abs((hours == 37).mean() - 0.60) < 0.001
    assert abs(((hours >= 30) & (hours < 37)).mean() - 0.12) < 0.001
    assert hours.min() == 5
    assert np.bincount(hours.astype(int)).argmax() == 37


def test_statuses_that_end_a_course_are_all_there(block):
    status = block.courses["status"]
    assert set(np.unique(status).tolist()) == set(range(16))
    assert (status == RESOURCE).sum() > 100
    assert (status == RETIRED).sum() > 100
