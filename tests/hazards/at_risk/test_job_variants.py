"""Jobs that must last, jobs of enough hours, and the panels made with them."""

import datetime as dt

import polars as pl
import pytest

from hazards.registers import LAST_DAY, day, intervals, persons, spells
from trajectories.config.sections.hazards import RiskConfig
from trajectories.hazards.at_risk.episodes import courses
from trajectories.hazards.at_risk.job_variants import job_definitions
from trajectories.hazards.at_risk.person_months import _last_month

ASSISTANCE = (1, "SA_NOTREADY", "2010-01-15", "2010-06-30")
AGAIN = (1, "SA_NOTREADY", "2010-09-01", "2011-03-31")


def found(benefit: list[tuple], jobs: pl.DataFrame, **changes: object) -> pl.DataFrame:
    return courses(
        spells(benefit),
        jobs,
        persons([(1, "1980-05-05")]),
        first_day=dt.date(2008, 1, 1),
        last_day=LAST_DAY,
        rules=RiskConfig(**changes),
    )


def exits(benefit: list[tuple], jobs: list[tuple], **changes: object) -> list[tuple]:
    return found(benefit, intervals(jobs), **changes).select("course", "exit", "exit_date").rows()


@pytest.mark.parametrize(
    ("end", "exit_name"),
    [("2010-09-29", "self_support"), ("2010-09-30", "job"), ("2011-09-30", "job")],
)
def test_a_job_of_three_months(end, exit_name):
    jobs = [(1, "2010-07-01", end)]
    assert exits([ASSISTANCE], jobs, job_months=3) == [(0, exit_name, day("2010-07-01"))]


def test_the_course_goes_on_where_assistance_resumes_after_a_brief_job():
    jobs = [(1, "2010-07-01", "2010-08-20")]
    assert exits([ASSISTANCE, AGAIN], jobs, job_months=3) == [
        (0, None, None),
        (0, "self_support", day("2011-04-01")),
    ]
    # Without the test of its length the same job is an exit, and the return a course of its own.
    assert [row[:2] for row in exits([ASSISTANCE, AGAIN], jobs)] == [
        (0, "job"),
        (1, "self_support"),
    ]


def test_a_return_long_after_a_brief_job_is_another_course():
    late = (1, "SA_NOTREADY", "2010-12-01", "2011-03-31")
    rows = exits([ASSISTANCE, late], [(1, "2010-07-01", "2010-08-20")], job_months=3)
    assert [row[:2] for row in rows] == [(0, "self_support"), (1, "self_support")]


def test_another_benefit_after_a_brief_job_is_the_exit():
    sick = (1, "SICK", "2010-09-01", "2010-12-31")
    rows = exits([ASSISTANCE, sick], [(1, "2010-07-01", "2010-08-20")], job_months=3)
    assert rows == [(0, "sickness", day("2010-07-01"))]
    # A benefit ends a job that goes on beside it.
    rows = exits([ASSISTANCE, sick], [(1, "2010-07-01", "2011-08-20")], job_months=3)
    assert rows == [(0, "sickness", day("2010-07-01"))]


def test_short_gaps_between_jobs_do_not_end_a_lasting_one():
    jobs = [(1, "2010-07-01", "2010-08-15"), (1, "2010-09-10", "2010-12-31")]
    assert exits([ASSISTANCE], jobs, job_months=6)[0][1] == "job"
    jobs = [(1, "2010-07-01", "2010-08-15"), (1, "2010-09-15", "2010-12-31")]
    assert exits([ASSISTANCE], jobs, job_months=6)[0][1] == "self_support"


@pytest.mark.parametrize(
    ("hours", "least", "exit_name"),
    [(18.0, 80, "self_support"), (18.5, 80, "job"), (None, 80, "job"), (2.0, 0, "job")],
)
def test_jobs_of_enough_hours(hours, least, exit_name):
    jobs = intervals([(1, "2010-07-01", "2011-06-30")]).with_columns(
        weekly_hours=pl.lit(hours, pl.Float64)
    )
    assert found([ASSISTANCE], jobs, job_hours=least)["exit"].to_list() == [exit_name]


def test_follow_up_ends_while_a_lasting_job_can_still_be_seen():
    decided, last = dt.date(2018, 11, 20), dt.date(2018, 12, 31)
    assert _last_month(decided, last, RiskConfig()) == dt.date(2018, 11, 1)
    # An exit of August may be followed by a job from 1 October, which must last until 31 December.
    assert _last_month(decided, last, RiskConfig(job_months=3)) == dt.date(2018, 8, 1)
    assert _last_month(dt.date(2015, 3, 9), last, RiskConfig(job_months=12)) == dt.date(2015, 3, 1)


def test_the_rules_own_definition_is_no_variant():
    assert list(job_definitions(RiskConfig(lasting_job_months=(3, 6), job_months=6))) == [
        "jobs of 3 months or more",
        "jobs of 80 hours a month or more",
    ]
    assert job_definitions(RiskConfig(lasting_job_months=(), full_job_hours=())) == {}
