"""The tables that describe changes and exits."""

import polars as pl

from hazards.registers import day
from trajectories.caseworkers.changes import CAUSES
from trajectories.config.sections.hazards import RiskConfig
from trajectories.hazards.at_risk.episodes import EXITS
from trajectories.hazards.description.changes_and_exits import (
    changes_by_cause,
    course_ends,
    ever_changed,
    exit_months,
    exits,
    hazard_by_duration,
    incidence_curves,
)
from trajectories.survival.life_tables import cumulative_incidence

MONTHS = [day(f"2010-{month:02}-01") for month in range(1, 13)]


def panel(courses: list[tuple]) -> pl.DataFrame:
    """Person-months from (person, course, first month, months, exit[, readiness[, departures]])."""
    rows = []
    for person, course, first, months, exit_name, *rest in courses:
        readiness, departures = (*rest, *("activity_ready", 0)[len(rest) :])
        rows += [
            (
                person,
                course,
                MONTHS[first - 1 + k],
                k,
                "0-2" if k < 3 else "3+",
                751,
                "18-29",
                readiness,
                departures,
                exit_name if k == months - 1 else None,
            )
            for k in range(months)
        ]
    frame = pl.DataFrame(
        rows,
        schema={
            "person": pl.UInt32,
            "course": pl.UInt32,
            "month": pl.Date,
            "duration": pl.Int16,
            "duration_band": pl.Enum(["0-2", "3+"]),
            "municipality": pl.Int16,
            "age_band": pl.Enum(["18-29", "30+"]),
            "readiness_now": pl.String,
            "listed_departures": pl.Int16,
            "exit": pl.Enum(EXITS),
        },
        orient="row",
    )
    return frame.with_columns(job=(pl.col("exit") == "job").fill_null(value=False).cast(pl.Int8))


def changes(rows: list[tuple]) -> pl.DataFrame:
    """Changes to caseworker 9 from (person, month number, cause[, caseworker left])."""
    full = [(person, MONTHS[m - 1], cause, (*rest, 1)[0]) for person, m, cause, *rest in rows]
    return pl.DataFrame(
        full,
        schema={
            "person": pl.UInt32,
            "month": pl.Date,
            "cause": pl.Enum(CAUSES),
            "from_caseworker": pl.UInt32,
        },
        orient="row",
    ).with_columns(to_caseworker=pl.lit(9, pl.UInt32))


COURSES = panel(
    [
        (1, 0, 1, 6, "job"),
        (1, 1, 10, 2, None),
        (2, 2, 1, 6, "education", "job_ready"),
        (3, 3, 1, 8, None, "activity_ready", 1),
        (4, 4, 1, 6, "job", "activity_ready", 3),
    ]
)


def test_changes_by_cause_name_every_cause():
    made = changes([(1, 2, "departure", 1), (1, 3, "departure", 2), (2, 2, "departure", 1)])
    table = changes_by_cause(made)
    assert table["cause"].to_list() == list(CAUSES)
    assert table.row(0) == ("departure", 3, 2, 2, 1)
    assert table["changes"].sum() == 3


def test_ever_changed_counts_changes_in_months_at_risk_without_recodings():
    made = changes(
        [
            (1, 8, "request"),  # between two courses
            (2, 2, "request"),
            (3, 2, "recoding"),
            (4, 2, "departure"),
            (4, 3, "other"),
        ]
    )
    table = ever_changed(COURSES, made, RiskConfig())
    assert table.rows() == [
        ("ready_month", 3, 1, 1, 1),
        ("followed", 4, 2, 1, 1),
        ("followed_12_months", 0, 0, 0, 0),
        ("followed_24_months", 0, 0, 0, 0),
    ]


def test_courses_end_with_their_last_month():
    ends = course_ends(COURSES)
    assert ends.select("course", "time", "exit").rows() == [
        (0, 6, 1),
        (1, 2, 0),
        (2, 6, 2),
        (3, 8, 0),
        (4, 6, 1),
    ]


def test_exits_name_every_exit_and_count_courses_and_persons():
    table = exits(COURSES)
    assert table["exit"].to_list() == [*EXITS, "censored"]
    counts = {exit_: (courses, persons) for exit_, courses, persons in table.iter_rows()}
    assert (counts["job"], counts["education"], counts["censored"]) == ((2, 2), (1, 1), (2, 2))
    assert table["courses"].sum() == COURSES["course"].n_unique()


def test_hazard_by_duration_and_exposure():
    left = pl.when(pl.col("listed_departures") > 0).then(pl.col("course"))
    met = COURSES.with_columns(leaver=left, successor=pl.lit(None, pl.UInt32))
    assert hazard_by_duration(met, event="job").rows() == [
        ("0-2", "no departure", 8, 2, 0, None, None),
        ("0-2", "one departure", 3, 1, 0, 1, 0),
        ("0-2", "two or more departures", 3, 1, 0, 1, 0),
        ("3+", "no departure", 6, 2, 1, None, None),
        ("3+", "one departure", 5, 1, 0, 1, 0),
        ("3+", "two or more departures", 3, 1, 1, 1, 0),
    ]


def test_incidence_curves_hold_counts_and_estimates():
    curves = incidence_curves(COURSES)
    assert curves["group"].unique(maintain_order=True).to_list() == ["age 18-29", "all"]
    everyone = curves.filter(pl.col("group") == "all")
    exact = cumulative_incidence(course_ends(COURSES))
    assert everyone["estimate"].equals(exact["estimate"])
    assert everyone["se"].equals(exact["se"])
    job = everyone.filter((pl.col("exit") == "job") & (pl.col("time") == 6))
    assert job.select("at_risk", "events", "censored").row(0) == (4, 2, 0)


def test_exit_months_are_matched_to_quiet_months_of_the_same_time():
    courses = panel(
        [
            (1, 0, 1, 6, "job"),
            (2, 1, 1, 8, None),
            (3, 2, 1, 8, None),
            (4, 3, 5, 4, None),  # another duration band in month 6
            (5, 4, 1, 6, "education"),
        ]
    )
    made = changes(
        [
            (1, 5, "other", 1),
            (1, 5, "request", 2),
            (2, 5, "other", 3),
            (2, 6, "other", 1),
            (3, 5, "recoding"),
            (4, 6, "other"),
        ]
    )
    assert exit_months(courses, made, event="job").rows() == [
        (0, 1, 0, 2, 1, 0, 0),
        # In the exit's months two caseworkers lost clients, in the matched ones one.
        (-1, 1, 1, 2, 1, 1, 1),
        (-2, 1, 0, 2, 0, 0, 0),
        (-3, 1, 0, 2, 0, 0, 0),
    ]


def test_months_before_the_course_are_not_looked_at():
    courses = panel([(1, 0, 5, 2, "job"), (2, 1, 5, 4, None)])
    table = exit_months(courses, changes([]), event="job")
    assert table["exit_months"].to_list() == [1, 1, 0, 0]
    assert table["matched_months"].to_list() == [1, 1, 0, 0]
