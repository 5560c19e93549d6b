"""Month by month through a life: what the person does, and which caseworker has the case.

All changes of status fall on days 1–14 of a month, so that the status of a month is the one that
covers most of its days; all changes of caseworker fall on days 2–28, so that the caseworker of a
month is the one on its first day. Both kinds of draws depend on the person and the month alone.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trajectories.simulator import random_streams as on
from trajectories.simulator.calendar import BURN_IN_MONTHS
from trajectories.simulator.courses.case_kernels import (
    ANYBODY,
    NOVICES,
    begin_case,
    change_caseworker,
    next_change,
    team_of,
)
from trajectories.simulator.courses.offices import NOTICE_MONTHS, OCCUPANTS, Offices
from trajectories.simulator.courses.status_kernels import (
    STATUS_COUNT,
    end_of_presence,
    following,
    forced_status,
    job_hazard,
    normal,
    other_exit,
    pick,
    reform_strength,
    stay,
    transition_day,
    type_effect,
)
from trajectories.simulator.random_kernels import mix, uniform
from trajectories.simulator.statuses import (
    ASSISTANCE,
    JOB,
    NEW_CASE,
    NO_CHANGE,
    SELF_SUPPORT,
    VISITATION,
)

COURSE_MONTH = np.dtype(
    [
        ("duration", np.int16),
        ("place", np.int16),
        ("health", np.float32),
        ("status", np.uint8),
        ("status_day", np.uint8),
        ("ready", np.uint8),
        ("ready_day", np.uint8),
        ("least_ready", np.uint8),
        ("activity", np.uint8),
        ("activity_day", np.uint8),
        ("municipality", np.uint8),
        ("municipality_day", np.uint8),
        ("holder", np.uint8),
        ("change_day", np.uint8),
        ("cause", np.uint8),
        ("changes", np.uint8),
        ("hazard", np.float32),
    ]
)
"""One person's month. A `…_day` is the day of the month from which the value holds, 0 where the
value of the month before goes on. Completed months on social assistance at the start of a month at
risk, −1 in months not at risk; the caseworker's place in the block's offices at the end of the
month, −1 for none; health; place in `STATUSES`; 1 job-ready, 2 activity-ready, 0 off social
assistance; at the start of a month at risk, the farthest from a job that the case has been; last
digit of the benefit code; place in `MUNICIPALITIES`; which of the place's holders has the case,
from which day, and why (place in `CAUSES`); changes of caseworker in this case before the month's
first day; the chance of a job in a month at risk."""

Courses = NDArray[np.void]
"""Persons by months, of `COURSE_MONTH`: column 0 is the eve of the register, column `m + 1` is
month `m`."""


@njit(cache=True)
def caseworker_effect(place: int, holder: int, block_key: np.uint64, spread: float) -> float:
    """A caseworker's own effect on the log job hazard: normal with mean 0."""
    if spread == 0.0:
        return 0.0
    key = mix(block_key ^ np.uint64(place * OCCUPANTS + holder))
    return float(spread * normal(key, on.CASEWORKER_EFFECT, 0))


@njit(cache=True)
def change_term(case: np.record, month: int, rates: np.record) -> float:
    """What the changes of caseworker so far add to the log job hazard."""
    if rates.transitory_months == 0:
        if rates.other_effect != rates.change_effect:
            others = case.changes - case.departures
            return float(rates.change_effect * case.departures + rates.other_effect * others)
        return float(rates.change_effect * case.changes)
    last = case.last_change
    recent = last >= 0 and month - last <= rates.transitory_months
    return float(rates.change_effect) if recent else 0.0


@njit(cache=True)
def surroundings(
    case: np.record, month: int, municipality: int, offices: Offices, rates: np.record
) -> float:
    """What goes on around the case, on the log job hazard: the times, the team, the notice."""
    effect = offices.climate[municipality, month] + offices.team_effect[case.place]
    if rates.strain_effect != 0.0:
        team = team_of(case.young, case.ready)
        effect += rates.strain_effect * offices.strain[municipality, team, month]
    if rates.notice_effect != 0.0:
        for ahead in range(NOTICE_MONTHS + 1):
            if month + ahead >= rates.months:
                break
            if offices.plan[case.place, month + ahead].leaving_day > 0:
                effect += rates.notice_effect
                break
    return float(effect)


@njit(cache=True)
def next_status(
    person: np.record,
    case: np.record,
    month: int,
    before: int,
    begun: int,
    ends: int,
    offices: Offices,
    block_key: np.uint64,
    rates: np.record,
    course: NDArray[np.void],
) -> int:
    """The status of a month, from the one before it, which began in `begun`."""
    key, age, now = person.key, month - person.birth_month, course[max(month + 1, 0)]
    if before != ASSISTANCE:
        if month < ends:
            return before
        return following(before, month - begun, person, month, month > person.arrival, rates)
    effects = person.log_frailty + rates.health_effect * now.health
    municipality = now.municipality
    if month > 0:
        municipality = course[month].municipality
        holder = offices.plan[case.place, month - 1].holder
        effects += change_term(case, month, rates)
        effects += caseworker_effect(case.place, holder, block_key, rates.caseworker_sd)
        effects += surroundings(case, month, municipality, offices, rates)
    ready = case.ready if rates.upgrade_counts else case.least_ready
    duration = month - begun - 1
    if 0.0 <= rates.departure_in < duration:
        effects += rates.change_effect
    effects += rates.reform_job * reform_strength(month, age, rates)
    if case.least_ready == 1:
        effects += type_effect(person, month, duration, rates)
    hazard = job_hazard(rates, month, duration, age, person.female, municipality, ready, effects)
    now.hazard = hazard
    if uniform(key, on.JOB_EXIT, month) < hazard:
        return JOB
    return other_exit(person, month, duration, now.health, rates)


@njit(cache=True)
def closing_day(key: np.uint64, month: int, status: int, day: int, rates: np.record) -> int:
    """Day of the month on which the case is closed, 0 where it is open to the month's end."""
    if status == ASSISTANCE:
        return 0
    if rates.paid_to_month_end == 0.0 or day == 1 or status not in (JOB, SELF_SUPPORT):
        return day
    if status == JOB and uniform(key, on.CLOSED_WITH_JOB, month) < rates.closed_with_job:
        return day
    return 0


@njit(cache=True)
def next_caseworker(
    person: np.record,
    case: np.record,
    month: int,
    begun: int,
    last_day: int,
    offices: Offices,
    rates: np.record,
    now: np.record,
) -> tuple[int, int]:
    """Carry out the month's change of caseworker, if the case is still open on its day.

    Args:
        person: fixed attributes.
        case: the running case.
        month: the month.
        begun: month in which the case began.
        last_day: day of the month on which the case is closed, 0 where it goes on.
        offices: the block's caseworkers.
        rates: the numbers of the run.
        now: the person's month.

    Returns:
        Cause and day (2–28), both 0 where nothing changed.
    """
    moved = now.municipality_day > 0
    cause, day = next_change(case, person, month, begun, moved, now.health, offices, rates)
    if cause == NO_CHANGE or (last_day > 0 and day >= last_day):
        return NO_CHANGE, 0
    mixed = rates.mixed_teams != 0.0
    if not change_caseworker(case, person.key, month, cause, now.municipality, offices, mixed):
        return NO_CHANGE, 0
    return cause, day


@njit(cache=True)
def walk(
    person: np.record,
    case: np.record,
    offices: Offices,
    block_key: np.uint64,
    rates: np.record,
    course: NDArray[np.void],
) -> None:
    """Live one person's months and write statuses, readiness and caseworkers.

    Args:
        person: fixed attributes.
        case: scratch for the running case.
        offices: the block's caseworkers.
        block_key: key of the caseworkers' own effects.
        rates: the numbers of the run.
        course: the person's months, with municipality and health filled; the rest is written.
    """
    key, birth = person.key, person.birth_month
    leaving = end_of_presence(key, birth, rates)
    begun = -BURN_IN_MONTHS
    months = int(rates.months)
    status = pick(rates.type_follows[0, STATUS_COUNT + 1], uniform(key, on.FIRST_STATUS, 0))
    left = uniform(key, on.STATUS_LENGTH, months)
    ends = begun + 1 + int(left * stay(status, key, person.kind, begun, rates))
    for month in range(-BURN_IN_MONTHS, months):
        before, began_before, now = status, begun, course[max(month + 1, 0)]
        status = forced_status(month - birth, month, person.arrival, leaving)
        if status < 0:
            status = next_status(
                person, case, month, before, begun, ends, offices, block_key, rates, course
            )
        at_risk = month > 0 and before == ASSISTANCE
        if at_risk:
            now.duration = month - begun - 1
            now.changes, now.least_ready = case.changes, case.least_ready
        day = 0
        if status != before:
            day, begun = transition_day(key, month), month
            ends = month + stay(status, key, person.kind, month, rates)
            if status == ASSISTANCE:
                case.ready = 1 + (
                    uniform(key, on.READINESS, month) < rates.type_activity_ready[person.kind]
                )
                case.least_ready = case.ready
        cause, change_day = NO_CHANGE, 0
        if at_risk:
            last_day = closing_day(key, month, status, day, rates)
            cause, change_day = next_caseworker(
                person, case, month, began_before, last_day, offices, rates, now
            )
        elif month >= 0 and status == ASSISTANCE:
            whom = NOVICES if rates.novices and person.log_frailty < 0.0 else ANYBODY
            begin_case(case, person, month, now.municipality, offices, whom, rates)
            cause, change_day = NEW_CASE, max(day, 1)
        if month < -1:
            continue
        now.status, now.status_day, now.ready_day = status, day, day
        now.cause, now.change_day = cause, change_day
        if status == ASSISTANCE:
            now.ready = case.ready
            if cause == VISITATION:
                now.ready_day = change_day
        if month >= 0 and (cause != NO_CHANGE or status == ASSISTANCE):
            now.place = case.place
            now.holder = offices.plan[case.place, month].holder


@njit(cache=True)
def walk_all(
    people: NDArray[np.void],
    case: np.record,
    offices: Offices,
    block_key: np.uint64,
    rates: np.record,
    courses: NDArray[np.void],
) -> None:
    """Live every person's months; see `walk`."""
    for who in range(len(people)):
        walk(people[who], case, offices, block_key, rates, courses[who])
