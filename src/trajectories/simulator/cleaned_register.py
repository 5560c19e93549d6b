"""The simulated register as cleaned tables, without files, bad rows and codes.

If many registers are simulated to evaluate an estimator or a study's power, writing and cleaning
extracts would take most of the time. These tables equal those that `ingest` derives from a register
without bad rows, except that persons and caseworkers are numbered in the order of simulation.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
import polars as pl

from trajectories.arrays import Array, Ints
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.register.clean.overlaps import resolve
from trajectories.simulator.calendar import Calendar, calendar_of
from trajectories.simulator.courses.assignments import assigned_in, assignments_of, registered
from trajectories.simulator.courses.courses import Block, blocks_of, live_block
from trajectories.simulator.courses.employment import employment_of
from trajectories.simulator.courses.payments import paid_beyond, paid_until
from trajectories.simulator.courses.spans import Runs, status_runs
from trajectories.simulator.courses.spells import readiness_of
from trajectories.simulator.persons.people import birth_dates
from trajectories.simulator.persons.places import MUNICIPALITIES
from trajectories.simulator.statuses import (
    ASSISTANCE,
    CLARIFICATION,
    DEAD,
    DISABILITY,
    EDUCATION,
    EMIGRATED,
    FLEX_UNEMPLOYED,
    FLEXJOB,
    INSURANCE,
    PARENTAL,
    REHABILITATION,
    RESOURCE,
    RETIRED,
    SICKNESS,
    STATUSES,
)

EPOCH = dt.date(1970, 1, 1)
GROUPS = {
    ASSISTANCE: "SA_NOTREADY",
    EDUCATION: "EDU",
    INSURANCE: "UI",
    SICKNESS: "SICK",
    PARENTAL: "PARENTAL",
    REHABILITATION: "REHAB",
    RESOURCE: "RESOURCE",
    CLARIFICATION: "JOBCLARIF",
    FLEX_UNEMPLOYED: "LEDIGHEDSYDELSE",
    FLEXJOB: "FLEXJOB",
    DISABILITY: "DISABILITY_PENSION",
    RETIRED: "OLDAGE",
}
"""The codelist's group of each benefit."""

READY_PLACE, PASSIVE_PLACE, ACTIVE_PLACE, ELSEWHERE = range(4)


class Cleaned(NamedTuple):
    """Cleaned tables of simulated persons; `person` (u32) is the order of simulation.

    Attributes:
        persons: person, birth_date, sex, died, emigrated.
        spells: person, group (of the codelist; all social assistance is `SA_NOTREADY`), readiness
            (null: see the table `readiness`), start, end.
        employment: person, start, end.
        assignments: person, caseworker (i64), start, end, team, municipality, reason.
        readiness: person, readiness, start, end.
        months: person, month, municipality (i16): the months on social assistance.
        chances: person, month, chance (f64): the true job hazard in each month at risk.
        first_day, last_day: the days covered.
    """

    persons: pl.DataFrame
    spells: pl.DataFrame
    employment: pl.DataFrame
    assignments: pl.DataFrame
    readiness: pl.DataFrame
    months: pl.DataFrame
    chances: pl.DataFrame
    first_day: dt.date
    last_day: dt.date


def cleaned(settings: SimulatorConfig) -> Cleaned:
    """Simulate a register and return its cleaned tables."""
    parts = [_of_block(live_block(settings, number), settings) for number in blocks_of(settings)]
    frames = {name: pl.concat([part[name] for part in parts]) for name in parts[0]}
    calendar = calendar_of(settings)
    days = (calendar.first_day, calendar.last_day)
    first, last = (EPOCH + dt.timedelta(days=day) for day in days)
    return Cleaned(**frames, first_day=first, last_day=last)


def _of_block(block: Block, settings: SimulatorConfig) -> dict[str, pl.DataFrame]:
    runs = status_runs(block.courses, block.calendar)
    system = registered(assigned_in(block, runs, settings), block, runs, settings)
    return {
        "persons": _persons(block, runs),
        "spells": _spells(block, runs, settings),
        "employment": _dated(block, employment_of(block, runs, settings)).select(
            "person", "start", "end"
        ),
        "assignments": _one_at_a_time(_dated(block, assignments_of(system, block, settings))),
        "readiness": _dated(block, readiness_of(block, settings)),
        "months": months_of_assistance(block, settings),
        "chances": chances_of_a_job(block),
    }


def _dated(block: Block, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a block with persons' numbers and dates."""
    index = pl.Series(block.people["index"].astype(np.uint32))
    return frame.select(
        index.gather(frame["who"]).alias("person"),
        pl.exclude("who").exclude("start", "end"),
        pl.col("start", "end").cast(pl.Date),
    )


def _one_at_a_time(assignments: pl.DataFrame) -> pl.DataFrame:
    """Return assignments without overlaps: a day goes to the one that began later."""
    payload = ["caseworker", "team", "municipality", "reason"]
    ordered = assignments.sort("person", "start", "end", *payload)
    numbered = ordered.with_row_index("row").with_columns(
        pl.col("row").cast(pl.Int64), lost=pl.lit(0, pl.Int32)
    )
    rank = np.zeros(len(ordered), np.int64)
    return resolve(numbered, payload=payload, rank=rank).intervals


def _persons(block: Block, runs: Runs) -> pl.DataFrame:
    people = block.people
    left = {}
    for name, status in (("died", DEAD), ("emigrated", EMIGRATED)):
        gone = runs.status == status
        days = pl.DataFrame({"who": runs.who[gone], name: runs.start[gone]})
        left[name] = days.with_columns(pl.col(name).cast(pl.Date))
    return (
        pl.DataFrame(
            {
                "who": np.arange(len(people)),
                "person": people["index"].astype(np.uint32),
                "birth_date": pl.Series(birth_dates(people, block.calendar)).cast(pl.Date),
                "sex": pl.Series(["M", "K"]).gather(people["female"]),
            }
        )
        .join(left["died"], on="who", how="left", maintain_order="left")
        .join(left["emigrated"], on="who", how="left", maintain_order="left")
        .drop("who")
    )


def _spells(block: Block, runs: Runs, settings: SimulatorConfig) -> pl.DataFrame:
    """Return benefit spells by group: a run of one status is one spell."""
    groups = [GROUPS.get(status) for status in range(len(STATUSES))]
    paid = np.isin(runs.status, list(GROUPS))
    frame = pl.DataFrame(
        {
            "who": runs.who[paid],
            "group": pl.Series(groups, dtype=pl.String).gather(runs.status[paid]),
            "start": runs.start[paid],
            "end": paid_until(runs, settings)[paid],
        }
    )
    return _dated(block, frame).with_columns(readiness=pl.lit(None, pl.String))


def months_of_assistance(block: Block, settings: SimulatorConfig) -> pl.DataFrame:
    """Return the municipality of each month at whose end a person is on social assistance.

    It is the municipality of most days with the month's state (job-ready, passive or active on
    social assistance, or none of these); ties go to the earlier one.

    Returns:
        person (u32), month (Date), municipality (i16).
    """
    courses = block.courses
    # Fields of records are strided; contiguous copies are faster to read.
    status, places, days = (
        np.ascontiguousarray(courses[name][:, 1:])
        for name in ("status", "municipality", "municipality_day")
    )
    paid = paid_beyond(courses, settings)
    assisted = (status == ASSISTANCE) | paid
    who, column = np.nonzero(assisted)
    place = places[assisted].astype(np.int64)
    moved = np.flatnonzero((days[assisted] > 0) & (column > 0))
    if len(moved):
        row, month = who[moved], column[moved]
        now, before = courses[row, month + 1], courses[row, month]
        going_on = paid[row, month]
        for name in ("status", "ready", "activity"):
            now[name][going_on] = before[name][going_on]
            now[f"{name}_day"][going_on] = 0
        place[moved] = _place_of_most_days(now, before, month, block.calendar)
    return pl.DataFrame(
        {
            "person": block.people["index"][who].astype(np.uint32),
            "month": _first_days(column, block.calendar),
            "municipality": MUNICIPALITIES[place],
        }
    )


def chances_of_a_job(block: Block) -> pl.DataFrame:
    """Return the true job hazard of each month at risk.

    Returns:
        person (u32), month (Date), chance (f64).
    """
    at_risk = np.ascontiguousarray(block.courses["duration"][:, 1:]) >= 0
    chance = np.ascontiguousarray(block.courses["hazard"][:, 1:])
    who, column = np.nonzero(at_risk)
    return pl.DataFrame(
        {
            "person": block.people["index"][who].astype(np.uint32),
            "month": _first_days(column, block.calendar),
            "chance": chance[at_risk].astype(np.float64),
        }
    )


def _first_days(column: Ints, calendar: Calendar) -> pl.Series:
    """Return the first days of months of the register."""
    return pl.Series(calendar.first_days(column)).cast(pl.Date)


def _place_of_most_days(now: Array, before: Array, column: Array, calendar: Calendar) -> Array:
    """Return the position in the list of municipalities for months in which persons moved."""
    day = np.arange(1, 32)[None, :]
    length = np.diff(calendar.first_days(np.array([column, column + 1])), axis=0)[0]
    within = day <= length[:, None]

    def on(field: str) -> Array:
        start = now[f"{field}_day"][:, None]
        changed = (start == 0) | (day >= start)
        return np.where(changed, now[field][:, None], before[field][:, None])

    status, digit = on("status"), on("activity")
    ready = on("ready")
    state = np.where(ready == 1, READY_PLACE, np.where(digit == 0, PASSIVE_PLACE, ACTIVE_PLACE))
    state = np.where(status == ASSISTANCE, state, ELSEWHERE)
    counts = np.stack([((state == s) & within).sum(axis=1) for s in range(4)], axis=1)
    chosen = counts.argmax(axis=1)
    own = (state == chosen[:, None]) & within
    new = (own & (day >= now["municipality_day"][:, None])).sum(axis=1)
    moved = 2 * new > own.sum(axis=1)
    return np.where(moved, now["municipality"], before["municipality"]).astype(np.int64)
