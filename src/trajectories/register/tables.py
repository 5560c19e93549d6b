"""The four tables of days: their columns, contracts and rules for overlapping rows."""

import numpy as np
import polars as pl

from trajectories.config.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.cleaning import IntervalTable
from trajectories.register.contracts import (
    AssignmentRows,
    EmploymentRows,
    ReadinessRows,
    SpellRows,
)
from trajectories.register.overlaps import Resolved, overlapping_rows, resolve, resolve_hours


def _rank(frame: pl.DataFrame, rule: str, *, table: str) -> np.ndarray:
    """Rank rows for `overlaps.resolve`: equal ranks leave the day to the latest start."""
    if rule == "stop":
        rows = overlapping_rows(frame)
        if rows:
            raise UserError(
                f"{rows} rows of {table} overlap an earlier row of the same person: choose a "
                f"rule under register.overlaps.{table} other than stop."
            )
    if rule == "longest":
        days = frame.select((pl.col("end") - pl.col("start")).dt.total_days()).to_series()
        return -days.to_numpy()
    return np.zeros(frame.height, dtype=np.int64)


def _spells(frame: pl.DataFrame, config: RegisterConfig) -> Resolved:
    rules = config.overlaps
    rank = _rank(frame, rules.spells, table="spells")
    if rules.spells == "priority":
        order = {group: place for place, group in enumerate(rules.priority)}
        rank = (
            frame["group"]
            .replace_strict(order, default=len(order), return_dtype=pl.Int64)
            .to_numpy()
        )
    return resolve(frame, payload=SPELLS.payload, rank=rank, gap_days=rules.spell_gap_days)


def _employment(frame: pl.DataFrame, config: RegisterConfig) -> Resolved:
    rule = config.overlaps.employment
    if rule == "sum_hours":
        return resolve_hours(frame)
    rank = _rank(frame, rule, table="employment")
    return resolve(frame, payload=EMPLOYMENT.payload, rank=rank)


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


SPELLS = IntervalTable(
    name="spells",
    required=("code",),
    kinds={"code": "text", "municipality": "whole"},
    rows=SpellRows,
    payload=("code", "municipality", "group"),
    resolve=_spells,
)
EMPLOYMENT = IntervalTable(
    name="employment",
    required=(),
    kinds={"weekly_hours": "number", "industry": "text"},
    rows=EmploymentRows,
    payload=("weekly_hours", "industry"),
    resolve=_employment,
)
ASSIGNMENTS = IntervalTable(
    name="assignments",
    required=("caseworker",),
    kinds={"caseworker": "text", "municipality": "whole", "team": "text", "reason": "text"},
    rows=AssignmentRows,
    payload=("caseworker", "team", "municipality", "reason"),
    resolve=_assignments,
)
READINESS = IntervalTable(
    name="readiness",
    required=("readiness",),
    kinds={"readiness": "text"},
    rows=ReadinessRows,
    payload=("readiness",),
    resolve=_readiness,
)
TABLES = {table.name: table for table in (SPELLS, EMPLOYMENT, ASSIGNMENTS, READINESS)}
