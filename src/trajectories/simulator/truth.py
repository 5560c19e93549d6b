"""The truth of the simulated register that its extracts do not show."""

from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.courses.assigned import Assigned
from trajectories.simulator.courses.assignments import BLOCK_BITS
from trajectories.simulator.courses.courses import Block
from trajectories.simulator.courses.offices import MODES, OCCUPANTS
from trajectories.simulator.parameters import planted_hazard_ratio
from trajectories.simulator.persons.course_types import NAMES
from trajectories.simulator.persons.places import MUNICIPALITIES
from trajectories.simulator.reform_truth import reform_truth
from trajectories.simulator.scenarios import planted_of, scenario_of
from trajectories.simulator.statuses import ASSISTANCE, CAUSES, JOB, NEW_CASE, STATUSES


def departures_of(block: Block, assigned: Assigned) -> pl.DataFrame:
    """Return every departure of a block's caseworkers.

    Returns:
        caseworker (i64, the number), date (i32, the last day with clients), mode (str),
        clients (i64, the leaver's number of clients two months before the first of the last
        month), municipality (i16), sorted by caseworker.
    """
    place, month = np.nonzero(block.offices.plan["leaving_day"])
    cells = block.offices.plan[place, month]
    dates_of = block.calendar.dates_of
    last_day = dates_of(month, cells["leaving_day"]) - 1
    holder = cells["holder"].astype(np.int64) - 1
    number = block.number << BLOCK_BITS | place * OCCUPANTS | holder
    list_day = dates_of(np.maximum(month - 2, 0), np.ones_like(month)) - 1
    leaver = pl.DataFrame(
        {
            "caseworker": number,
            "date": last_day,
            "list_day": list_day.astype(np.int32),
            "mode": np.array(MODES)[cells["mode"]],
            "municipality": MUNICIPALITIES[_municipality_of(block)[place]],
        }
    )
    held = pl.DataFrame(
        {"caseworker": assigned.caseworker, "start": assigned.start, "end": assigned.end}
    )
    clients = (
        leaver.join(held, on="caseworker")
        .filter(pl.col("list_day").is_between("start", "end"))
        .group_by("caseworker")
        .len("clients")
    )
    return (
        leaver.join(clients, on="caseworker", how="left")
        .with_columns(pl.col("clients").fill_null(0).cast(pl.Int64))
        .select("caseworker", "date", "mode", "clients", "municipality")
        .sort("caseworker")
    )


def changes_of_caseworker(assigned: Assigned) -> pl.DataFrame:
    """Return every true change of caseworker.

    Returns:
        who (i64), date (i32, first day with the new caseworker), cause (str), caseworker (i64, the
        new one's number), sorted by who and date.
    """
    changed = assigned.cause != NEW_CASE
    return pl.DataFrame(
        {
            "who": assigned.who[changed],
            "date": assigned.start[changed],
            "cause": np.array(CAUSES)[assigned.cause[changed]],
            "caseworker": assigned.caseworker[changed],
        }
    )


def types_of(block: Block) -> pl.Series:
    """Return each person's type of course, "none" without one (str)."""
    return pl.Series(NAMES, dtype=pl.String).gather(block.people["kind"])


def panel_of(block: Block) -> pl.DataFrame:
    """Return the person-months at risk, with the variables on which the true hazard depends.

    A month is at risk if the person is on social assistance on the day before it; the first month
    of the register and of each course is not.

    Returns:
        who (i64), month (i16, 0 = the register's first), duration (i16, completed months on
        social assistance), changes (u8, before the month's first day), readiness (u8: 1 job-ready,
        2 activity-ready), least_ready (u8: 2 if activity-ready now or earlier in the course),
        age_months (i16, at the month's start), female (i8), municipality (i16),
        exit (str, the next status; null if the course continues).
    """
    courses, people = block.courses, block.people
    who, column = np.nonzero(courses["duration"] >= 0)
    status = courses["status"][who, column].astype(np.int64)
    words: list[str | None] = list(STATUSES)
    words[ASSISTANCE] = None
    return pl.DataFrame(
        {
            "who": who,
            "month": (column - 1).astype(np.int16),
            "duration": courses["duration"][who, column],
            "changes": courses["changes"][who, column],
            "readiness": courses["ready"][who, column - 1],
            "least_ready": courses["least_ready"][who, column],
            "age_months": (column - 1 - people["birth_month"][who]).astype(np.int16),
            "female": people["female"][who].astype(np.int8),
            "municipality": MUNICIPALITIES[courses["municipality"][who, column - 1]],
            "exit": pl.Series(words, dtype=pl.String).gather(status),
        }
    )


def tallies_of(block: Block, assigned: Assigned) -> dict[str, int]:
    """Return the counts of a block, which add up over blocks."""
    courses = block.courses
    at_risk = courses["duration"] >= 0
    activity_ready = np.zeros_like(at_risk)
    activity_ready[:, 1:] = at_risk[:, 1:] & (courses["ready"][:, :-1] == 2)
    since = np.maximum.accumulate(activity_ready, axis=1) & at_risk
    changed = (courses["cause"] > NEW_CASE) & since & (courses["status"] == ASSISTANCE)
    jobs = at_risk & (courses["status"] == JOB)
    tallies = {
        "persons": len(courses),
        "person_months_at_risk": int(at_risk.sum()),
        "activity_ready_person_months": int(activity_ready.sum()),
        "activity_ready_persons": int(activity_ready.any(axis=1).sum()),
        "activity_ready_persons_changed": int(changed.any(axis=1).sum()),
        "job_exits": int(jobs.sum()),
        "activity_ready_job_exits": int((jobs & activity_ready).sum()),
    }
    counts: Ints = np.bincount(assigned.cause, minlength=len(CAUSES))
    causes = {f"changes: {CAUSES[c]}": int(counts[c]) for c in range(NEW_CASE + 1, len(CAUSES))}
    return tallies | causes


def truth_of(
    settings: SimulatorConfig, tallies: dict[str, int], departures: pl.DataFrame
) -> dict[str, Any]:
    """Return the planted effects and the counts of events, as in `truth.json`."""
    scenario = scenario_of(settings)
    ratio = planted_hazard_ratio(settings, scenario)
    counts = {k: v for k, v in tallies.items() if ": " not in k}
    of_cause = {
        k.removeprefix("changes: "): v for k, v in tallies.items() if k.startswith("changes: ")
    }
    with_clients = departures.filter(pl.col("clients") > 0)
    return {
        "scenario": settings.scenario,
        "seed": settings.seed,
        "first_month": f"{settings.first_month:%Y-%m}",
        "months": calendar_of(settings).months,
        "hazard_ratio": ratio,
        "hazard_ratio_by_cause": dict.fromkeys(of_cause, ratio),
        "effect": "transitory" if scenario.transitory_months else "cumulative",
        "effect_months": scenario.transitory_months,
        "link": "cloglog",
        "settings": settings.model_dump(mode="json"),
        "planted": planted_of(scenario),
        "reform": reform_truth(settings, tallies),
        "departures": departures.height,
        "departures_with_clients": with_clients.height,
        "changes_by_cause": of_cause,
        "ever_changed_share": counts["activity_ready_persons_changed"]
        / max(counts["activity_ready_persons"], 1),
        "activity_ready_job_hazard": counts["activity_ready_job_exits"]
        / max(counts["activity_ready_person_months"], 1),
        **counts,
    }


def _municipality_of(block: Block) -> Ints:
    teams = block.offices.teams
    rows: Ints = np.repeat(np.arange(len(teams)), teams["count"].sum(axis=1))
    return rows
