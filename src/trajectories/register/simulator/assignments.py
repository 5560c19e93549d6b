"""Caseworker assignments as a municipal case system writes them, and the changes behind them."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.config.simulator import SimulatorConfig
from trajectories.register.simulator import purposes
from trajectories.register.simulator.calendar import MONTH_STARTS, Days, dates_of
from trajectories.register.simulator.courses import Block
from trajectories.register.simulator.offices import OCCUPANTS, Offices
from trajectories.register.simulator.pieces import Rows, Runs
from trajectories.register.simulator.places import MUNICIPALITIES, TEAM_NAMES
from trajectories.register.simulator.scenarios import Scenario, scenario_of
from trajectories.register.simulator.statuses import (
    ASSISTANCE,
    CAUSES,
    JOB,
    NEW_CASE,
)
from trajectories.register.simulator.streams_kernels import uniform_of, uniforms

BLOCK_BITS, PLACE_BITS = 18, 12
CLOSING_PLACE = 2**PLACE_BITS - 1
"""The place of a block's closing caseworkers, one holder a municipality."""

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
"""What the case system says of each cause: coarse, and silent in `REASON_MISSING_SHARE` of rows."""
REASON_MISSING_SHARE = 0.3

GAP_SHARE, LONGEST_GAP = 0.05, 20
OVERLAP_SHARE, LONGEST_OVERLAP = 0.04, 10
"""Hand-overs with days without a caseworker, or with days on which the old one is still registered;
the new one's first day is right in both."""

CLOSING_DAYS = 20
"""Days that a closing caseworker keeps the case after the job has begun."""


class Assigned(NamedTuple):
    """Assignments, sorted by person and start.

    Attributes:
        who: row of the person in the block.
        start, end: days since 1970, inclusive.
        caseworker: number: block, place in its offices, holder of that place.
        team: municipality × 4 + team; −1 − municipality for closing caseworkers.
        cause: why it begins: place in `CAUSES`, `CLOSING` or `RECODING`.
    """

    who: Rows
    start: Days
    end: Days
    caseworker: NDArray[np.int64]
    team: NDArray[np.int64]
    cause: NDArray[np.int64]


CLOSING, RECODING = len(CAUSES), len(CAUSES) + 1
ALL_CAUSES = (*CAUSES, "closing", "recoding")
RECODED = 1 << 40
"""Added to the number of a caseworker who got a new identifier."""


def teams_of_places(offices: Offices) -> NDArray[np.int64]:
    """Municipality × 4 + team of each place."""
    return np.repeat(np.arange(offices.teams.size), offices.teams["count"].ravel())


def assigned_in(block: Block, runs: Runs) -> Assigned:
    """The block's assignments as they were, before anything is written wrongly."""
    courses = block.courses[:, 1:]
    who, column = np.nonzero(courses["cause"])
    cells = courses[who, column]
    start = dates_of(column, cells["change_day"])
    on = runs.status == ASSISTANCE
    case_who, case_start, case_end = runs.who[on], runs.start[on], runs.end[on]
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
    return Assigned(who, start, end, caseworker, team, cells["cause"].astype(np.int64))


def registered(assigned: Assigned, block: Block, runs: Runs, settings: SimulatorConfig) -> Assigned:
    """The same as the case system has it: hand-overs blurred, the scenario's artefacts added."""
    scenario = scenario_of(settings)
    result = _blurred(assigned, block, settings)
    if scenario.closing_share > 0:
        result = _with_closing(result, block, runs, settings)
    if scenario.recoded_municipality >= 0:
        day = int(MONTH_STARTS[scenario.recoded_month])
        result = _recoded(result, scenario.recoded_municipality, day)
    if scenario.lost_rate > 0:
        result = _without_lost(result, block, scenario)
    return result


def assignments_of(assigned: Assigned, block: Block, settings: SimulatorConfig) -> pl.DataFrame:
    """Write assignments as a table.

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
            "team": team_names(block.number).gather(
                np.where(closing, municipality + MUNICIPALITIES.size * 4, assigned.team)
            ),
            "municipality": MUNICIPALITIES[municipality],
            "reason": reason,
        }
    ).with_columns(reason=pl.when(pl.Series(silent >= REASON_MISSING_SHARE)).then("reason"))


def team_names(block: int) -> pl.Series:
    """Names of a block's teams: municipality × 4 + team, then the closing teams."""
    offices = [f"{code} office {block + 1}" for code in MUNICIPALITIES.tolist()]
    names = [f"{office}: {team}" for office in offices for team in TEAM_NAMES]
    return pl.Series([*names, *(f"{office}: closing" for office in offices)])


def _blurred(assigned: Assigned, block: Block, settings: SimulatorConfig) -> Assigned:
    """Let some hand-overs leave days without a caseworker, and others an overlap."""
    index = block.people["index"][assigned.who]
    day = assigned.start.astype(np.int64)
    handed = np.zeros(len(day), bool)
    handed[:-1] = (assigned.who[1:] == assigned.who[:-1]) & (assigned.cause[1:] != NEW_CASE)
    gap = uniforms(settings.seed, index, purposes.GAP, day)
    length = uniforms(settings.seed, index, purposes.GAP_LENGTH, day)
    shorter = handed & (gap < GAP_SHARE)
    longer = handed & (gap > 1 - OVERLAP_SHARE)
    end = assigned.end - shorter * (1 + LONGEST_GAP * length).astype(np.int32)
    end = end + longer * (1 + LONGEST_OVERLAP * length).astype(np.int32)
    end = np.minimum(np.maximum(end, assigned.start), MONTH_STARTS[-1] - 1)
    return assigned._replace(end=end.astype(np.int32))


def _with_closing(
    assigned: Assigned, block: Block, runs: Runs, settings: SimulatorConfig
) -> Assigned:
    """Pass some cases that end in a job to a closing caseworker in the month of the exit."""
    status = runs.status
    exits = np.flatnonzero(
        (status[1:] == JOB) & (status[:-1] == ASSISTANCE) & (runs.who[1:] == runs.who[:-1])
    )
    who, job_start = runs.who[exits + 1], runs.start[exits + 1]
    month = np.searchsorted(MONTH_STARTS, job_start, side="right") - 1
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
    start = MONTH_STARTS[np.maximum(month - back, 0)] + 1 + (13 * within).astype(np.int32)
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
        np.minimum(job_start[chosen] + CLOSING_DAYS, MONTH_STARTS[-1] - 1).astype(np.int32),
        number,
        -1 - municipality,
        np.full(int(chosen.sum()), CLOSING),
    )
    return _sorted(assigned._replace(end=end), added)


def _without_lost(assigned: Assigned, block: Block, scenario: Scenario) -> Assigned:
    """Leave out what lies after the day on which a person's caseworkers leave the extract."""
    people = block.people
    drawn = uniform_of(people["key"], purposes.LOST)
    months = np.log1p(-drawn) / np.log1p(-scenario.lost_rate)
    day = MONTH_STARTS[np.minimum(months, len(MONTH_STARTS) - 1).astype(np.int64)][assigned.who]
    there = assigned.start < day
    end = np.minimum(assigned.end, day - 1).astype(np.int32)
    return Assigned(*(field[there] for field in assigned._replace(end=end)))


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
    return _sorted(before, added)


def _sorted(*parts: Assigned) -> Assigned:
    """Put assignments together, sorted by person and start."""
    who = np.concatenate([part.who for part in parts])
    start = np.concatenate([part.start for part in parts])
    order = np.lexsort((start, who))
    return Assigned(
        who[order],
        start[order],
        np.concatenate([part.end for part in parts])[order],
        np.concatenate([part.caseworker for part in parts])[order],
        np.concatenate([part.team for part in parts])[order],
        np.concatenate([part.cause for part in parts])[order],
    )
