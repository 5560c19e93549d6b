"""The five interval tables: their columns, contracts and rules for overlapping rows."""

from difflib import get_close_matches

import numpy as np
import polars as pl

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.contracts import (
    ActivityRows,
    AssignmentRows,
    EmploymentRows,
    ReadinessRows,
    SpellRows,
)
from trajectories.register.clean.intervals import IntervalTable
from trajectories.register.clean.overlaps import Resolved, overlapping_rows, resolve, resolve_hours
from trajectories.words import in_english, n_


def check_priority(config: RegisterConfig, codelist: pl.DataFrame) -> None:
    """Raise a UserError if the priority of spells names neither a group nor a code."""
    known = sorted({*codelist["group"], *codelist["code"]})
    for name in config.overlaps.priority:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else "name groups of its column state."
            raise UserError(
                f"register.overlaps.priority names {name!r}, which is neither a group nor a code "
                f"of the codelist: {hint}"
            )


def _rank(frame: pl.DataFrame, rule: str, *, table: str) -> np.ndarray:
    """Rank rows for `overlaps.resolve`; among equal ranks the latest start wins."""
    if rule == "stop":
        rows = overlapping_rows(frame)
        if rows:
            message = n_(
                "{number} row of {table} overlaps an earlier row of the same person: choose a rule "
                "under register.overlaps.{table} other than stop.",
                "{number} rows of {table} overlap an earlier row of the same person: choose a rule "
                "under register.overlaps.{table} other than stop.",
            )
            raise UserError(in_english(message, rows, table=table))
    if rule == "longest":
        days = frame.select((pl.col("end") - pl.col("start")).dt.total_days()).to_series()
        return -days.to_numpy()
    return frame["claim"].to_numpy()


def _spells(frame: pl.DataFrame, config: RegisterConfig) -> Resolved:
    rules = config.overlaps
    rank = _rank(frame, rules.spells, table="spells")
    if rules.spells == "priority":
        place = {name: place for place, name in enumerate(rules.priority)}
        last = len(place)
        code, group = (
            pl.col(name).cast(pl.String).replace_strict(place, default=last, return_dtype=pl.Int64)
            for name in ("code", "group")
        )
        rank = frame.select(pl.min_horizontal(code, group)).to_series().to_numpy()
    return resolve(frame, payload=SPELLS.payload, rank=rank, gap_days=rules.spell_gap_days)


def _employment(frame: pl.DataFrame, config: RegisterConfig) -> Resolved:
    rule, gap = config.overlaps.employment, config.overlaps.employment_gap_days
    if rule == "sum_hours":
        return resolve_hours(frame, gap_days=gap)
    rank = _rank(frame, rule, table="employment")
    return resolve(frame, payload=EMPLOYMENT.payload, rank=rank, gap_days=gap)


def _assignments(frame: pl.DataFrame, config: RegisterConfig) -> Resolved:
    rules = config.overlaps
    rank = _rank(frame, rules.assignments, table="assignments")
    carry = rules.assignment_carry_days
    return resolve(frame, payload=ASSIGNMENTS.payload, rank=rank, carry_days=carry)


def _readiness(frame: pl.DataFrame, config: RegisterConfig) -> Resolved:
    rules = config.overlaps
    rank = _rank(frame, rules.readiness, table="readiness")
    carry = rules.readiness_carry_days
    return resolve(frame, payload=READINESS.payload, rank=rank, carry_days=carry)


def _activities(frame: pl.DataFrame, config: RegisterConfig) -> Resolved:
    rank = _rank(frame, config.overlaps.activities, table="activities")
    return resolve(frame, payload=ACTIVITIES.payload, rank=rank)


SPELLS = IntervalTable(
    name="spells",
    required=("code",),
    kinds={"code": "text", "municipality": "whole", "registered": "moment"},
    rows=SpellRows,
    payload=("code", "municipality", "group"),
    resolve=_spells,
)
EMPLOYMENT = IntervalTable(
    name="employment",
    required=(),
    kinds={"weekly_hours": "number", "industry": "text", "registered": "moment"},
    rows=EmploymentRows,
    payload=("weekly_hours", "industry"),
    resolve=_employment,
)
ASSIGNMENTS = IntervalTable(
    name="assignments",
    required=("caseworker",),
    kinds={
        "caseworker": "text",
        "municipality": "whole",
        "team": "text",
        "reason": "text",
        "role": "text",
        "registered": "moment",
    },
    rows=AssignmentRows,
    payload=("caseworker", "team", "municipality", "reason"),
    resolve=_assignments,
)
READINESS = IntervalTable(
    name="readiness",
    required=("readiness",),
    kinds={"readiness": "text", "registered": "moment"},
    rows=ReadinessRows,
    payload=("readiness",),
    resolve=_readiness,
)
ACTIVITIES = IntervalTable(
    name="activities",
    required=("activity",),
    kinds={"activity": "text", "registered": "moment"},
    rows=ActivityRows,
    payload=("activity",),
    resolve=_activities,
)
TABLES = {table.name: table for table in (SPELLS, EMPLOYMENT, ASSIGNMENTS, READINESS, ACTIVITIES)}
