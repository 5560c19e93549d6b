"""Caseworker assignments: the true ones, and as recorded in a municipal case system."""

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.courses.assigned import Assigned, in_order
from trajectories.simulator.courses.courses import Block
from trajectories.simulator.courses.entries import (
    with_blurred_ends,
    with_closing_days,
    with_heaped_days,
    with_misreported_ends,
)
from trajectories.simulator.courses.offices import GRADUAL, OCCUPANTS, Offices
from trajectories.simulator.courses.payments import open_until
from trajectories.simulator.courses.spans import Rows, Runs
from trajectories.simulator.persons.places import MIXED_TEAM_NAMES, MUNICIPALITIES, TEAM_NAMES
from trajectories.simulator.random_kernels import uniform_of, uniforms
from trajectories.simulator.scenarios import Scenario, scenario_of
from trajectories.simulator.statuses import ASSISTANCE, CAUSES, DEPARTURE, JOB

BLOCK_BITS, PLACE_BITS = 18, 12
CLOSING_PLACE = 2**PLACE_BITS - 1
"""The position of a block's closing caseworkers, with one holder per municipality."""

REASONS = {
    "new case": "new case",
    "departure": "staff",
    "absence": "cover",
    "return": "cover",
    "team switch": "team",
    "visitation": "team",
    "municipality move": "moved",
    "reform assignment": "team",
    "request": "request",
    "closing": None,
    "recoding": None,
}
"""Recorded reason of each cause: coarse, and missing in `REASON_MISSING_SHARE` of rows."""
REASON_MISSING_SHARE = 0.3

VACANCY_DAYS = 21, 84
"""Shortest and longest wait of a list for the leaver's successor."""

CLOSING_DAYS = 20
"""Days for which a closing caseworker keeps the case after the job has begun."""


CLOSING, RECODING = len(CAUSES), len(CAUSES) + 1
ALL_CAUSES = (*CAUSES, "closing", "recoding")
RECODED = 1 << 40
"""Added to the number of a caseworker with a new identifier."""


def teams_of_places(offices: Offices) -> Ints:
    """Return municipality × 4 + team of each position."""
    return np.repeat(np.arange(offices.teams.size), offices.teams["count"].ravel())


def assigned_in(block: Block, runs: Runs, settings: SimulatorConfig) -> Assigned:
    """Return the block's true assignments."""
    courses = block.courses[:, 1:]
    who, column = np.nonzero(courses["cause"])
    cells = courses[who, column]
    start = block.calendar.dates_of(column, cells["change_day"])
    on = runs.status == ASSISTANCE
    case_who, case_start = runs.who[on], runs.start[on]
    case_end = open_until(runs, block, settings)[on]
    case = (
        np.searchsorted(
            case_who << 32 | case_start.astype(np.int64), who << 32 | start, side="right"
        )
        - 1
    )
    end = case_end[case].copy()
    same = (who[1:] == who[:-1]) & (case[1:] == case[:-1])
    end[:-1][same] = start[1:][same] - 1
    place = cells["place"].astype(np.int64)
    caseworker = block.number << BLOCK_BITS | place * OCCUPANTS | cells["holder"].astype(np.int64)
    team = teams_of_places(block.offices)[place]
    assigned = Assigned(who, start, end, caseworker, team, cells["cause"].astype(np.int64))
    share = scenario_of(settings).vacancies
    return _with_vacancies(assigned, block, column, settings, share) if share > 0 else assigned


def registered(assigned: Assigned, block: Block, runs: Runs, settings: SimulatorConfig) -> Assigned:
    """Return the assignments as recorded: imprecise hand-overs and the scenario's artefacts."""
    scenario = scenario_of(settings)
    result = assigned
    if scenario.heaped > 0:
        result = with_heaped_days(result, block, settings, scenario.heaped)
    result = with_blurred_ends(result, block, settings)
    if scenario.closed_early + scenario.closed_late > 0:
        early, late = scenario.closed_early, scenario.closed_late
        result = with_closing_days(result, block, settings, early, late)
    if scenario.misreported > 0:
        result = with_misreported_ends(result, block, settings, scenario.misreported)
    if scenario.closing_share > 0:
        result = _with_closing(result, block, runs, settings)
    if scenario.recoded_municipality >= 0:
        day = int(block.calendar.month_starts[scenario.recoded_month])
        result = _recoded(result, scenario.recoded_municipality, day)
    if scenario.lost_rate > 0:
        result = _without_lost(result, block, scenario)
    return result


def assignments_of(assigned: Assigned, block: Block, settings: SimulatorConfig) -> pl.DataFrame:
    """Return assignments as a table.

    Returns:
        who (i64), caseworker (i64, the number), start, end (i32), team (str), municipality (i16),
        reason (str, nullable).
    """
    index = block.people["index"][assigned.who]
    silent = uniforms(
        settings.seed, index, purposes.REASON_MISSING, assigned.start.astype(np.int64)
    )
    words = [REASONS.get(cause) for cause in ALL_CAUSES]
    reason = pl.Series(words, dtype=pl.String).gather(assigned.cause)
    closing = assigned.team < 0
    municipality = np.where(closing, -1 - assigned.team, assigned.team // len(TEAM_NAMES))
    return pl.DataFrame(
        {
            "who": assigned.who,
            "caseworker": assigned.caseworker,
            "start": assigned.start,
            "end": assigned.end,
            "team": team_names(block.number, scenario_of(settings)).gather(
                np.where(closing, municipality + MUNICIPALITIES.size * 4, assigned.team)
            ),
            "municipality": MUNICIPALITIES[municipality],
            "reason": reason,
        }
    ).with_columns(reason=pl.when(pl.Series(silent >= REASON_MISSING_SHARE)).then("reason"))


def team_names(block: int, scenario: Scenario) -> pl.Series:
    """Return names of a block's teams: municipality × 4 + team, then the closing teams."""
    own = MIXED_TEAM_NAMES if scenario.mixed_teams else TEAM_NAMES
    offices = [f"{code} office {block + 1}" for code in MUNICIPALITIES.tolist()]
    names = [f"{office}: {team}" for office in offices for team in own]
    return pl.Series([*names, *(f"{office}: closing" for office in offices)])


def _with_vacancies(
    assigned: Assigned, block: Block, column: Rows, settings: SimulatorConfig, share: float
) -> Assigned:
    """Leave some leavers' lists without a caseworker for weeks.

    Cases that end before the successor comes get none. Lists handed over gradually do not wait.
    """
    leaver = np.zeros_like(assigned.caseworker)
    leaver[1:] = assigned.caseworker[:-1]
    place = (leaver & (1 << BLOCK_BITS) - 1) // OCCUPANTS
    plan = block.offices.plan[place, column]
    drawn = uniforms(settings.seed, leaver, purposes.VACANCY, np.zeros_like(leaver))
    length = uniforms(settings.seed, leaver, purposes.VACANCY_LENGTH, np.zeros_like(leaver))
    one_by_one = (plan["mode"] == GRADUAL) | (plan["notice"] > 0)
    waits = (assigned.cause == DEPARTURE) & ~one_by_one & (drawn < share)
    shortest, longest = VACANCY_DAYS
    days = shortest + ((longest - shortest + 1) * length).astype(np.int32)
    start = (assigned.start + waits * days).astype(np.int32)
    return assigned._replace(start=start).chosen(start <= assigned.end)


def _with_closing(
    assigned: Assigned, block: Block, runs: Runs, settings: SimulatorConfig
) -> Assigned:
    """Transfer some cases that end in a job to a closing caseworker in the month of the exit."""
    status = runs.status
    exits = np.flatnonzero(
        (status[1:] == JOB) & (status[:-1] == ASSISTANCE) & (runs.who[1:] == runs.who[:-1])
    )
    who, job_start = runs.who[exits + 1], runs.start[exits + 1]
    starts = block.calendar.month_starts
    month = block.calendar.months_of(job_start)
    index = block.people["index"][who]
    u = uniforms(settings.seed, index, purposes.CLOSING, month)
    within = uniforms(settings.seed, index, purposes.CLOSING_DAY, month)
    last = (
        np.searchsorted(
            assigned.who << 32 | assigned.start.astype(np.int64),
            who << 32 | job_start.astype(np.int64),
        )
        - 1
    )
    scenario = scenario_of(settings)
    back = np.zeros(len(month), np.int64)
    if scenario.closing_months > 0:
        sooner = uniforms(settings.seed, index, purposes.CLOSING_LAG, month)
        back = ((1 + scenario.closing_months) * sooner).astype(np.int64)
    start = starts[np.maximum(month - back, 0)] + 1 + (13 * within).astype(np.int32)
    last_team = assigned.team[last]
    open_case = (assigned.who[last] == who) & (assigned.start[last] < np.minimum(start, job_start))
    chosen = (u < scenario.closing_share) & open_case
    end = assigned.end.copy()
    end[last[chosen]] = np.minimum(end[last[chosen]], start[chosen] - 1)
    municipality = last_team[chosen] // len(TEAM_NAMES)
    number = block.number << BLOCK_BITS | CLOSING_PLACE * OCCUPANTS | municipality
    added = Assigned(
        who[chosen],
        start[chosen].astype(np.int32),
        np.minimum(job_start[chosen] + CLOSING_DAYS, starts[-1] - 1).astype(np.int32),
        number,
        -1 - municipality,
        np.full(int(chosen.sum()), CLOSING),
    )
    return in_order(assigned._replace(end=end), added)


def _without_lost(assigned: Assigned, block: Block, scenario: Scenario) -> Assigned:
    """Drop days after a person's caseworkers have disappeared from the extract."""
    people = block.people
    drawn = uniform_of(people["key"], purposes.LOST)
    months = np.log1p(-drawn) / np.log1p(-scenario.lost_rate)
    starts = block.calendar.month_starts
    day = starts[np.minimum(months, len(starts) - 1).astype(np.int64)][assigned.who]
    there = assigned.start < day
    end = np.minimum(assigned.end, day - 1).astype(np.int32)
    return assigned._replace(end=end).chosen(there)


def _recoded(assigned: Assigned, municipality: int, day: int) -> Assigned:
    """Give all caseworkers of a municipality new identifiers from `day` on."""
    own = (assigned.team // len(TEAM_NAMES) == municipality) & (assigned.team >= 0)
    across = own & (assigned.start < day) & (assigned.end >= day)
    later = own & (assigned.start >= day)
    before = assigned._replace(
        end=np.where(across, day - 1, assigned.end).astype(np.int32),
        caseworker=assigned.caseworker + later * RECODED,
    )
    count = int(across.sum())
    added = Assigned(
        assigned.who[across],
        np.full(count, day, np.int32),
        assigned.end[across],
        assigned.caseworker[across] + RECODED,
        assigned.team[across],
        np.full(count, RECODING),
    )
    return in_order(before, added)
