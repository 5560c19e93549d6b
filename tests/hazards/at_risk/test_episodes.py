"""Courses on social assistance and what ends them."""

import datetime as dt

import polars as pl
import pytest

from hazards.registers import LAST_DAY, day, intervals, persons, spells
from trajectories.config.sections.hazards import RiskConfig
from trajectories.hazards.at_risk.episodes import EXITS, courses, merge_intervals

FIRST_DAY = dt.date(2008, 1, 1)
RULES = RiskConfig()
ASSISTANCE = (1, "SA_NOTREADY", "2010-01-15", "2010-06-30")


def found(
    benefit: list[tuple],
    jobs: list[tuple] = (),
    people: list[tuple] = ((1, "1980-05-05"),),
    **changes: object,
) -> pl.DataFrame:
    return courses(
        spells(benefit),
        intervals(jobs),
        persons(people),
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        rules=RULES.model_copy(update=changes),
    )


def exit_of(*arguments: object, **changes: object) -> tuple:
    return found(*arguments, **changes).select("exit", "exit_date").row(0)


def test_intervals_closer_than_the_gap_are_joined():
    frame = intervals(
        [
            (1, "2010-01-01", "2010-01-31"),
            (1, "2010-02-01", "2010-02-28"),
            (1, "2010-03-28", "2010-04-30"),
            (1, "2010-03-30", "2010-04-10"),
            (1, "2010-05-29", "2010-06-30"),
            (2, "2010-07-01", "2010-07-31"),
        ]
    )
    joined = merge_intervals(frame, gap_days=28)
    assert joined.rows() == [
        (1, day("2010-01-01"), day("2010-04-30")),
        (1, day("2010-05-29"), day("2010-06-30")),
        (2, day("2010-07-01"), day("2010-07-31")),
    ]
    assert merge_intervals(frame, gap_days=1).height == 4
    assert merge_intervals(frame.clear(), gap_days=1).is_empty()


def test_a_job_is_four_weeks_without_benefit_and_with_employment():
    job = [(1, "2010-07-05", "2011-06-30")]
    assert exit_of([ASSISTANCE], job) == ("job", day("2010-07-01"))


@pytest.mark.parametrize(
    ("start", "end", "exit_name"),
    [
        ("2010-07-01", "2010-07-27", "self_support"),  # 27 days
        ("2010-07-01", "2010-07-28", "job"),
        ("2010-08-01", "2010-12-31", "job"),  # 31 days later
        ("2010-08-02", "2010-12-31", "self_support"),
        ("2009-01-01", "2010-07-28", "job"),  # a small job that goes on
        ("2009-01-01", "2010-07-27", "self_support"),
    ],
)
def test_the_borders_of_a_job(start, end, exit_name):
    assert exit_of([ASSISTANCE], [(1, start, end)]) == (exit_name, day("2010-07-01"))


def test_two_employers_in_a_row_make_one_job():
    jobs = [(1, "2010-07-01", "2010-07-15"), (1, "2010-07-16", "2010-08-15")]
    assert exit_of([ASSISTANCE], jobs)[0] == "job"
    assert exit_of([ASSISTANCE], jobs, job_days=60)[0] == "self_support"


def test_a_benefit_ends_the_time_for_a_job():
    after = (1, "UI", "2010-08-05", "2010-12-31")
    job = [(1, "2010-07-01", "2011-12-31")]
    assert exit_of([ASSISTANCE, after], job)[0] == "job"
    assert exit_of([ASSISTANCE, after], job, job_days=40)[0] == "self_support"


def test_codes_can_stand_for_a_job():
    job = (1, "JOB", "2010-07-01", "2010-12-31")
    assert exit_of([ASSISTANCE, job]) == ("job", day("2010-07-01"))


@pytest.mark.parametrize(
    ("group", "exit_name"),
    [
        ("EDU", "education"),
        ("FLEXJOB", "flexjob"),
        ("LEDIGHEDSYDELSE", "flexjob"),
        ("DISABILITY_PENSION", "disability_pension"),
        ("RESOURCE", "rehabilitation"),
        ("JOBCLARIF", "rehabilitation"),
        ("UI", "other_benefit"),
        ("SICK", "sickness"),
        ("PARENTAL", "parental"),
        ("OLDAGE", "old_age"),
        ("DEAD", "death"),
        ("EMIGRATED", "emigration"),
    ],
)
def test_the_benefit_that_follows_names_the_exit(group, exit_name):
    assert exit_name in EXITS
    after = (1, group, "2010-07-27", "2010-12-31")
    assert exit_of([ASSISTANCE, after]) == (exit_name, day("2010-07-01"))
    late = (1, group, "2010-07-29", "2010-12-31")
    assert exit_of([ASSISTANCE, late])[0] == "self_support"


def test_another_assistance_is_no_exit():
    after = (1, "SA_INTEGRATION", "2010-07-01", "2010-12-31")
    course = found([ASSISTANCE, after])
    assert course.select("start", "end").rows() == [(day("2010-01-15"), day("2010-12-31"))]


def test_death_emigration_and_old_age():
    assert exit_of([ASSISTANCE], [], [(1, "1980-01-01", "K", "2010-06-30")])[0] == "death"
    assert exit_of([ASSISTANCE], [], [(1, "1980-01-01", "K", "2010-08-10")])[0] == "self_support"
    gone = [(1, "1980-01-01", "K", None, "2010-07-10")]
    assert exit_of([ASSISTANCE], [], gone)[0] == "emigration"
    assert exit_of([ASSISTANCE], [], [(1, "1945-07-01")])[0] == "old_age"
    assert exit_of([ASSISTANCE], [], [(1, "1945-07-02")])[0] == "self_support"
    assert exit_of([ASSISTANCE], [], [(1, None)])[0] == "self_support"


def test_who_is_still_there_is_censored():
    running = (1, "SA_NOTREADY", "2012-01-15", "2012-12-31")
    assert exit_of([running]) == (None, None)


def test_a_start_on_the_first_day_is_not_observed():
    early = (1, "SA_NOTREADY", "2008-01-01", "2008-06-30")
    assert found([early, ASSISTANCE])["observed"].to_list() == [False, True]


SICK = (1, "SICK", "2010-07-01", "2010-10-31")
RESUMED = (1, "SA_NOTREADY", "2010-11-01", "2011-03-31")


def test_sickness_is_an_exit_by_default():
    both = found([ASSISTANCE, SICK, RESUMED])
    assert both["course"].to_list() == [0, 1]
    assert both["exit"].to_list() == ["sickness", "self_support"]


def test_sickness_can_be_a_pause():
    both = found([ASSISTANCE, SICK, RESUMED], pause=("sickness",))
    assert both.rows() == [
        (1, 0, 0, day("2010-01-15"), day("2010-01-15"), day("2010-06-30"), None, None, True),
        (
            1,
            0,
            1,
            day("2010-01-15"),
            day("2010-11-01"),
            day("2011-03-31"),
            "self_support",
            day("2011-04-01"),
            True,
        ),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"pause": ("parental",)},
        {"pause": ("sickness",), "pause_months": 3},
    ],
)
def test_other_and_longer_pauses_are_exits(changes):
    assert found([ASSISTANCE, SICK, RESUMED], **changes)["exit"][0] == "sickness"


def test_a_pause_that_leads_elsewhere_is_an_exit():
    early = (1, "SICK", "2010-07-01", "2010-08-31")
    assert found([ASSISTANCE, early, RESUMED], pause=("sickness",))["exit"][0] == "sickness"
    assert found([ASSISTANCE, SICK], pause=("sickness",))["exit"].to_list() == ["sickness"]
