"""Contracts: the conditions on input rows and the guarantees of cleaned tables.

The rules of an input contract are named after the error in a row that breaks them; `REASONS`
gives the wording. A row that breaks several rules counts under the first in the order of
`REASONS`. Other rules accept missing values, so a missing value is counted only as missing.
"""

from typing import Any

import dataframely as dy
import numpy as np
import polars as pl

from trajectories.register.clean.accounting import Ledger

REASONS = {
    "person_missing": "person is missing",
    "person_unknown": "person is not in persons",
    "person_rejected": "person was rejected in persons",
    "start_missing": "start is missing",
    "start_invalid": "start is not a date",
    "end_missing": "end is missing",
    "end_invalid": "end is not a date",
    "without_days": "holds no day: it ends on the day on which it starts",
    "end_before_start": "end lies before start",
    "registered_invalid": "registered is not a date",
    "code_missing": "code is missing",
    "code_invalid": "code is not valid on the day on which it starts",
    "caseworker_missing": "caseworker is missing",
    "readiness_missing": "readiness is missing",
    "activity_missing": "activity is missing",
    "hours_invalid": "weekly_hours is not a number from 0 to 168",
    "municipality_invalid": "municipality is not a whole number from 0 to 32767",
    "before_birth": "starts before birth",
    "after_death": "starts after death",
    "outside_extract": "lies outside the days of the extract",
    "birth_invalid": "birth_date is not a date",
    "died_invalid": "died is not a date",
    "emigrated_invalid": "emigrated is not a date",
    "died_before_birth": "died lies before birth_date",
    "sex_unknown": "sex is neither K nor M",
}
HOURS_A_WEEK = 168
LARGEST_MUNICIPALITY = 2**15 - 1
SEXES = ("K", "M")


def _must(expression: pl.Expr) -> Any:
    """Return a schema rule that is broken by rows where the expression is false."""
    return dy.rule()(lambda _: expression)


def _municipality() -> Any:
    inside = pl.col("municipality").is_between(0, LARGEST_MUNICIPALITY)
    return _must(~pl.col("bad_municipality") & inside.fill_null(True))


class PersonRows(dy.Schema):
    """A row of `persons` after parsing."""

    row = dy.UInt32()
    key = dy.String(nullable=True)
    birth_date = dy.Date(nullable=True)
    sex = dy.String(nullable=True)
    municipality = dy.Int64(nullable=True)
    died = dy.Date(nullable=True)
    bad_birth_date = dy.Bool()
    bad_municipality = dy.Bool()
    bad_died = dy.Bool()
    bad_emigrated = dy.Bool()

    person_missing = _must(pl.col("key").is_not_null())
    birth_invalid = _must(~pl.col("bad_birth_date"))
    died_invalid = _must(~pl.col("bad_died"))
    emigrated_invalid = _must(~pl.col("bad_emigrated"))
    municipality_invalid = _municipality()
    died_before_birth = _must(pl.col("died") >= pl.col("birth_date"))
    sex_unknown = _must(pl.col("sex").is_in(SEXES))


class IntervalRows(dy.Schema):
    """A row with a person and days, joined with facts about the person and the extract."""

    row = dy.UInt32()
    has_key = dy.Bool()
    person = dy.UInt32(nullable=True)
    was_rejected = dy.Bool()
    start = dy.Date(nullable=True)
    end = dy.Date(nullable=True)
    bad_start = dy.Bool()
    bad_end = dy.Bool()
    needs_end = dy.Bool()
    has_days = dy.Bool()
    bad_registered = dy.Bool()
    birth_date = dy.Date(nullable=True)
    last_living_day = dy.Date(nullable=True)
    first_day = dy.Date()
    last_day = dy.Date()

    person_missing = _must(pl.col("has_key"))
    person_unknown = _must(pl.col("person").is_not_null() | pl.col("was_rejected"))
    person_rejected = _must(~pl.col("was_rejected"))
    start_missing = _must(pl.col("start").is_not_null() | pl.col("bad_start"))
    start_invalid = _must(~pl.col("bad_start"))
    end_missing = _must(pl.col("end").is_not_null() | pl.col("bad_end") | ~pl.col("needs_end"))
    end_invalid = _must(~pl.col("bad_end"))
    without_days = _must(pl.col("has_days"))
    end_before_start = _must((pl.col("end") >= pl.col("start")) | ~pl.col("has_days"))
    registered_invalid = _must(~pl.col("bad_registered"))
    before_birth = _must(pl.col("start") >= pl.col("birth_date"))
    after_death = _must(pl.col("start") <= pl.col("last_living_day"))
    outside_extract = _must(
        (pl.col("start") <= pl.col("last_day"))
        & (pl.min_horizontal("end", "last_living_day") >= pl.col("first_day")).fill_null(True)
    )


class SpellRows(IntervalRows):
    """A row of `spells` after parsing."""

    code = dy.Any()
    code_is_valid = dy.Bool()
    municipality = dy.Int64(nullable=True)
    bad_municipality = dy.Bool()

    code_missing = _must(pl.col("code").is_not_null())
    code_invalid = _must(pl.col("code_is_valid"))
    municipality_invalid = _municipality()


class EmploymentRows(IntervalRows):
    """A row of `employment` after parsing."""

    weekly_hours = dy.Float64(nullable=True)
    bad_weekly_hours = dy.Bool()

    hours_invalid = _must(
        ~pl.col("bad_weekly_hours")
        & pl.col("weekly_hours").is_between(0, HOURS_A_WEEK).fill_null(True)
    )


class AssignmentRows(IntervalRows):
    """A row of `assignments` after parsing."""

    caseworker = dy.Any()
    municipality = dy.Int64(nullable=True)
    bad_municipality = dy.Bool()

    caseworker_missing = _must(pl.col("caseworker").is_not_null())
    municipality_invalid = _municipality()


class ReadinessRows(IntervalRows):
    """A row of `readiness` after parsing."""

    readiness = dy.Any()

    readiness_missing = _must(pl.col("readiness").is_not_null())


class ActivityRows(IntervalRows):
    """A row of `activities` after parsing."""

    activity = dy.Any()

    activity_missing = _must(pl.col("activity").is_not_null())


class Intervals(dy.Schema):
    """Guarantees of every cleaned table of intervals: sorted, no missing days, no overlaps."""

    person = dy.UInt32()
    start = dy.Date()
    end = dy.Date()

    end_lies_before_start = _must(pl.col("end") >= pl.col("start"))
    overlaps_the_row_before = _must(
        (pl.col("person") > pl.col("person").shift(1))
        | (
            (pl.col("person") == pl.col("person").shift(1))
            & (pl.col("start") > pl.col("end").shift(1))
        )
    )


class Persons(dy.Schema):
    """`persons.parquet`: one row per person; columns named in `register.keep` follow."""

    person = dy.UInt32()
    birth_date = dy.Date(nullable=True)
    sex = dy.String(nullable=True)
    municipality = dy.Int16(nullable=True)
    died = dy.Date(nullable=True)
    emigrated = dy.Date(nullable=True)

    is_not_sorted_by_person = _must(pl.col("person") > pl.col("person").shift(1))


class Spells(Intervals):
    """`spells.parquet`: benefit spells and the meaning of their codes."""

    person = dy.UInt32()
    code = dy.String()
    benefit = dy.String(nullable=True)
    activity = dy.String(nullable=True)
    readiness = dy.String(nullable=True)
    group = dy.String()
    start = dy.Date()
    end = dy.Date()
    municipality = dy.Int16(nullable=True)


class Employment(Intervals):
    """`employment.parquet`: days in employment, weekly hours and industry."""

    person = dy.UInt32()
    start = dy.Date()
    end = dy.Date()
    weekly_hours = dy.Float64(nullable=True)
    industry = dy.String(nullable=True)


class Readiness(Intervals):
    """`readiness.parquet`: the visitation group over time."""

    person = dy.UInt32()
    readiness = dy.String()
    start = dy.Date()
    end = dy.Date()


class Activities(Intervals):
    """`activities.parquet`: activities that benefit codes do not show."""

    person = dy.UInt32()
    activity = dy.String()
    start = dy.Date()
    end = dy.Date()


class Assignments(Intervals):
    """`assignments.parquet`: the primary caseworker over time."""

    person = dy.UInt32()
    caseworker = dy.UInt32()
    start = dy.Date()
    end = dy.Date()
    team = dy.String(nullable=True)
    municipality = dy.Int16(nullable=True)
    reason = dy.String(nullable=True)


def reject(rows: pl.DataFrame, contract: type[dy.Schema], ledger: Ledger) -> int:
    """Enter the rows that break a contract into the ledger, under the first rule they break.

    Args:
        rows: the column `row` and those of the contract.
        contract: one of the row schemas above.
        ledger: the ledger of the table.

    Returns:
        The number of rejected rows.
    """
    details = contract.filter(rows)[1].details()
    numbers = details["row"].to_numpy()
    pending = np.ones(details.height, dtype=bool)
    for rule, reason in REASONS.items():
        if rule in details.columns:
            broken = (details[rule].cast(pl.String) == "invalid").to_numpy() & pending
            ledger.enter("rejected", reason, numbers[broken])
            pending &= ~broken
    return details.height
