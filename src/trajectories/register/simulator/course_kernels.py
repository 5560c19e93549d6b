"""Month by month through a life: what the person does, and which caseworker has the case.

All changes of status fall on days 1–14 of a month, so that the status of a month is the one that
covers most of its days; all changes of caseworker fall on days 2–28, so that the caseworker of a
month is the one on its first day. Both kinds of draws depend on the person and the month alone.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trajectories.register.simulator import purposes as on
from trajectories.register.simulator.calendar import (
    BENEFIT_CAP,
    BURN_IN_MONTHS,
    CLARIFICATION_BEGINS,
    MONTHS,
    PENSION_REFORM,
    REFORM,
)
from trajectories.register.simulator.case_kernels import (
    begin_case,
    change_caseworker,
    next_change,
)
from trajectories.register.simulator.offices import OCCUPANTS, Offices
from trajectories.register.simulator.rates import (
    ASSISTANCE,
    CLARIFICATION,
    DEAD,
    DISABILITY,
    EDUCATION,
    EMIGRATED,
    FLEX_UNEMPLOYED,
    JOB,
    NEW_CASE,
    NO_CHANGE,
    REHABILITATION,
    RESOURCE,
    RETIRED,
    SELF_SUPPORT,
    SICKNESS,
    STATUSES,
    VISITATION,
)
from trajectories.register.simulator.streams_kernels import mix, uniform

LAST_TRANSITION_DAY = 14
FIRST_OF_MONTH_SHARE = 0.6
STATUS_COUNT = len(STATUSES)
FOREVER = 100_000
RETIREMENT_MONTHS = 65 * 12
ADULT_MONTHS = 18 * 12
SHORT_JOB_MONTHS = 6


COURSE_MONTH = np.dtype(
    [
        ("duration", np.int16),
        ("place", np.int16),
        ("health", np.float32),
        ("status", np.uint8),
        ("status_day", np.uint8),
        ("ready", np.uint8),
        ("ready_day", np.uint8),
        ("activity", np.uint8),
        ("activity_day", np.uint8),
        ("municipality", np.uint8),
        ("municipality_day", np.uint8),
        ("holder", np.uint8),
        ("change_day", np.uint8),
        ("cause", np.uint8),
        ("changes", np.uint8),
    ]
)
"""One person's month. A `…_day` is the day of the month from which the value holds, 0 where the
value of the month before goes on. Completed months on social assistance at the start of a month at
risk, −1 in months not at risk; the caseworker's place in the block's offices at the end of the
month, −1 for none; health; place in `STATUSES`; 1 job-ready, 2 activity-ready, 0 off social
assistance; last digit of the benefit code; place in `MUNICIPALITIES`; which of the place's holders
has the case, from which day, and why (place in `CAUSES`); changes of caseworker in this case before
the month's first day."""

Courses = NDArray[np.void]
"""Persons by months, of `COURSE_MONTH`: column 0 is the eve of the register, column `m + 1` is
month `m`."""


@njit(cache=True)
def pick(cumulative: NDArray[np.float64], u: float) -> int:
    """The place in cumulative shares in which `u` falls."""
    place = 0
    while cumulative[place] <= u:
        place += 1
    return place


@njit(cache=True)
def band(starts: NDArray[np.float64], value: float) -> int:
    """The number of bands that begin at or below `value`."""
    place = 0
    while place < len(starts) and starts[place] <= value:
        place += 1
    return place


@njit(cache=True)
def normal(key: np.uint64, purpose: int, month: int) -> float:
    """A standard normal number: Box and Muller's transformation of two uniform numbers."""
    radius = np.sqrt(-2.0 * np.log(uniform(key, purpose, 2 * month)))
    return radius * np.cos(2.0 * np.pi * uniform(key, purpose, 2 * month + 1))


@njit(cache=True)
def available(status: int, month: int) -> int:
    """The measure that stands in for one that does not exist yet."""
    if status == RESOURCE and month < PENSION_REFORM:
        return REHABILITATION
    if status == CLARIFICATION and month < CLARIFICATION_BEGINS:
        return SICKNESS
    return status


@njit(cache=True)
def stay(status: int, key: np.uint64, month: int, rates: np.record) -> int:
    """Months until the status ends that begins in `month`; social assistance has no such end."""
    u = uniform(key, on.STATUS_LENGTH, month)
    if status == JOB:
        if u < 0.25:
            return 2 + int(u / 0.25 * 2)
        if u < 0.5:
            return 4 + int((u - 0.25) / 0.25 * 8)
        return 12 + int(-40.0 * np.log((1.0 - u) / 0.5))
    if status in (ASSISTANCE, DISABILITY, RETIRED, EMIGRATED, DEAD):
        return FOREVER
    beyond = rates.mean[status] - rates.shortest[status]
    if beyond <= 0:
        return int(rates.shortest[status])
    return int(rates.shortest[status] + np.log(1.0 - u) / np.log(beyond / (beyond + 1.0)))


@njit(cache=True)
def job_hazard(
    rates: np.record,
    month: int,
    duration: int,
    age_months: int,
    female: int,
    municipality: int,
    ready: int,
    effects: float,
) -> float:
    """Chance of a job in a month at risk: complementary log-log on the covariates' sum."""
    duration_band = band(rates.duration_bands, duration)
    age_band = band(rates.age_bands, age_months / 12.0)
    reform = int(month >= REFORM) + int(month >= BENEFIT_CAP)
    eta = (
        rates.job_baseline
        + rates.job_activity_ready * (ready == 2)
        + rates.job_female * female
        + rates.job_age[age_band]
        + rates.job_municipality[municipality]
        + rates.job_duration[duration_band]
        + rates.job_reform[reform]
        + rates.job_season * np.cos(2.0 * np.pi * (month % 12 - 4) / 12.0)
        + effects
    )
    return -np.expm1(-np.exp(eta))


@njit(cache=True)
def other_exit(key: np.uint64, month: int, age_months: int, health: float, rates: np.record) -> int:
    """The status that ends social assistance without a job, or `ASSISTANCE`."""
    older = age_months > 480
    education = rates.exit_education * (2.2 if age_months < 360 else 0.5)
    flexjob = rates.exit_flexjob * (1.6 if older else 0.7) * np.exp(0.4 * health)
    pension = rates.exit_pension * (2.0 if older else 0.4) * np.exp(0.7 * health)
    if month >= PENSION_REFORM:
        pension *= 0.5
    u = uniform(key, on.OTHER_EXIT, month)
    if u < education:
        return EDUCATION
    if u < education + flexjob:
        return FLEX_UNEMPLOYED
    if u < education + flexjob + pension:
        return DISABILITY
    if u < education + flexjob + pension + rates.exit_other:
        return available(pick(rates.other_exits, uniform(key, on.OTHER_KIND, month)), month)
    return ASSISTANCE


@njit(cache=True)
def following(
    status: int, months: int, key: np.uint64, month: int, arrived: bool, rates: np.record
) -> int:
    """What follows a status that ends after `months` months."""
    row = STATUS_COUNT if status == JOB and months <= SHORT_JOB_MONTHS else status
    chosen = available(pick(rates.follows[row], uniform(key, on.STATUS_NEXT, month)), month)
    if not arrived and chosen in (ASSISTANCE, DISABILITY, FLEX_UNEMPLOYED, RESOURCE):
        return SELF_SUPPORT
    if chosen == status:
        return SELF_SUPPORT
    return chosen


@njit(cache=True)
def transition_day(key: np.uint64, month: int) -> int:
    """Day of a month on which a new status begins: the first, or one of days 2–14."""
    if uniform(key, on.TRANSITION_FIRST, month) < FIRST_OF_MONTH_SHARE:
        return 1
    return 2 + int((LAST_TRANSITION_DAY - 1) * uniform(key, on.TRANSITION_DAY, month))


@njit(cache=True)
def caseworker_effect(place: int, holder: int, block_key: np.uint64, spread: float) -> float:
    """A caseworker's own effect on the log job hazard: normal with mean 0."""
    if spread == 0.0:
        return 0.0
    key = mix(block_key ^ np.uint64(place * OCCUPANTS + holder))
    return spread * normal(key, on.CASEWORKER_EFFECT, 0)


@njit(cache=True)
def change_term(case: np.record, month: int, rates: np.record) -> float:
    """What the changes of caseworker so far add to the log job hazard."""
    if rates.transitory_months == 0:
        return rates.change_effect * max(case.changes, 0)
    last = case.last_change
    recent = last >= 0 and month - last <= rates.transitory_months
    return rates.change_effect if recent else 0.0


@njit(cache=True)
def forced_status(age_months: int, month: int, arrival: int, leaving: int) -> int:
    """The status that age, arrival, death or emigration force in a month, −1 for none."""
    if month >= leaving % FOREVER:
        return leaving // FOREVER
    if age_months >= RETIREMENT_MONTHS:
        return RETIRED
    if month == arrival:
        return ASSISTANCE
    if age_months < ADULT_MONTHS:
        return SELF_SUPPORT
    return -1


@njit(cache=True)
def end_of_presence(key: np.uint64, birth_month: int, rates: np.record) -> int:
    """Month of death or emigration inside the register, with the status packed above it."""
    for month in range(MONTHS):
        age = (month - birth_month) / 12.0
        if uniform(key, on.DEATH, month) < rates.death * np.exp(0.07 * (age - 40.0)):
            return DEAD * FOREVER + month
        if uniform(key, on.EMIGRATION, month) < rates.emigration:
            return EMIGRATED * FOREVER + month
    return FOREVER - 1


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
    status = pick(rates.follows[STATUS_COUNT + 1], uniform(key, on.FIRST_STATUS, 0))
    ends = begun + 1 + int(uniform(key, on.STATUS_LENGTH, MONTHS) * stay(status, key, begun, rates))
    for month in range(-BURN_IN_MONTHS, MONTHS):
        before, age, now = status, month - birth, course[max(month + 1, 0)]
        in_register = month > 0 and before == ASSISTANCE
        forced = forced_status(age, month, person.arrival, leaving)
        if forced >= 0:
            status = forced
        elif before == ASSISTANCE:
            effects = person.log_frailty + rates.health_effect * now.health
            municipality = now.municipality
            if in_register:
                municipality = course[month].municipality
                holder = offices.plan[case.place, month - 1].holder
                effects += change_term(case, month, rates)
                effects += caseworker_effect(case.place, holder, block_key, rates.caseworker_sd)
            hazard = job_hazard(
                rates,
                month,
                month - begun - 1,
                age,
                person.female,
                municipality,
                case.ready,
                effects,
            )
            if uniform(key, on.JOB_EXIT, month) < hazard:
                status = JOB
            else:
                status = other_exit(key, month, age, now.health, rates)
        elif month >= ends:
            arrived = month > person.arrival
            status = following(status, month - begun, key, month, arrived, rates)
        if in_register:
            now.duration = month - begun - 1
            now.changes = case.changes
        day = 0
        began_before = begun
        if status != before:
            day = transition_day(key, month)
            begun = month
            ends = month + stay(status, key, month, rates)
            if status == ASSISTANCE:
                case.ready = 1 + (uniform(key, on.READINESS, month) < rates.activity_ready)
        if month < -1:
            continue
        cause, change_day = NO_CHANGE, 0
        if in_register:
            cause, change_day = next_change(
                case,
                person,
                month,
                began_before,
                now.municipality_day > 0,
                now.health,
                offices,
                rates,
            )
            in_time = status == ASSISTANCE or change_day < day
            if not in_time or not change_caseworker(
                case, key, month, cause, now.municipality, offices
            ):
                cause, change_day = NO_CHANGE, 0
        elif month >= 0 and status == ASSISTANCE:
            begin_case(case, key, month, age, now.municipality, offices)
            cause, change_day = NEW_CASE, max(day, 1)
        now.status, now.status_day, now.ready_day = status, day, day
        if status == ASSISTANCE:
            now.ready = case.ready
            if cause == VISITATION:
                now.ready_day = change_day
        if month >= 0 and (cause != NO_CHANGE or status == ASSISTANCE):
            now.place = case.place
            now.holder = offices.plan[case.place, month].holder
        now.cause, now.change_day = cause, change_day


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
