"""One step of a life: what ends a status, what follows, and how likely a job is in a month."""

import numpy as np
from numba import njit

from trajectories.arrays import Floats
from trajectories.simulator import random_streams as on
from trajectories.simulator.random_kernels import uniform
from trajectories.simulator.statuses import (
    ASSISTANCE,
    CLARIFICATION,
    DEAD,
    DISABILITY,
    EDUCATION,
    EMIGRATED,
    FLEX_UNEMPLOYED,
    JOB,
    REHABILITATION,
    RESOURCE,
    RETIRED,
    SELF_SUPPORT,
    SICKNESS,
    STATUSES,
)

LAST_TRANSITION_DAY = 14
FIRST_OF_MONTH_SHARE = 0.6
STATUS_COUNT = len(STATUSES)
FOREVER = 100_000
RETIREMENT_MONTHS = 65 * 12
ADULT_MONTHS = 18 * 12
SHORT_JOB_MONTHS = 6
MOST_EDUCATION = 0.7
"""Largest monthly chance of an exit to education, which leaves room for the others."""
SEASON_ENDS, APRIL = 9, 3
"""Calendar months, from 0 for January: jobs of a season end in October or November."""
SMOOTH_AGE, SMOOTH_DURATION = -0.02, -0.28
"""Slopes of the smooth job hazard in years of age and in the log of months of duration."""


@njit(cache=True)
def pick(cumulative: Floats, u: float) -> int:
    """The place in cumulative shares in which `u` falls."""
    place = 0
    while cumulative[place] <= u:
        place += 1
    return place


@njit(cache=True)
def band(starts: Floats, value: float) -> int:
    """The number of bands that begin at or below `value`."""
    place = 0
    while place < len(starts) and starts[place] <= value:
        place += 1
    return place


@njit(cache=True)
def normal(key: np.uint64, purpose: int, month: int) -> float:
    """A standard normal number: Box and Muller's transformation of two uniform numbers."""
    radius = np.sqrt(-2.0 * np.log(uniform(key, purpose, 2 * month)))
    return float(radius * np.cos(2.0 * np.pi * uniform(key, purpose, 2 * month + 1)))


@njit(cache=True)
def calendar_month(month: int, rates: np.record) -> int:
    """The calendar month of a month, from 0 for January."""
    return (month + int(rates.opens_in)) % 12


@njit(cache=True)
def available(status: int, month: int, rates: np.record) -> int:
    """The measure that stands in for one that does not exist yet."""
    if status == RESOURCE and month < rates.pension_reform:
        return REHABILITATION
    if status == CLARIFICATION and month < rates.clarification_begins:
        return SICKNESS
    return status


@njit(cache=True)
def stay(status: int, key: np.uint64, kind: int, month: int, rates: np.record) -> int:
    """Months until the status ends that begins in `month`; social assistance has no such end."""
    u = uniform(key, on.STATUS_LENGTH, month)
    if status == JOB:
        own = uniform(key, on.TYPE_STAY, month) < rates.separation
        if own and rates.type_lasting_jobs[kind] != 0.0:
            return 12 + int(-48.0 * np.log(1.0 - u))
        if own and rates.type_season_ends[kind] != 0.0:
            return max((SEASON_ENDS - calendar_month(month, rates)) % 12 + int(2 * u), 2)
        if u < 0.25:
            return 2 + int(u / 0.25 * 2)
        if u < 0.5:
            return 4 + int((u - 0.25) / 0.25 * 8)
        return 12 + int(-40.0 * np.log((1.0 - u) / 0.5))
    if status in (ASSISTANCE, DISABILITY, RETIRED, EMIGRATED, DEAD):
        return FOREVER
    beyond = rates.mean_months[status] - rates.shortest_months[status]
    beyond *= rates.type_stays[kind, status]
    if beyond <= 0:
        return int(rates.shortest_months[status])
    return int(rates.shortest_months[status] + np.log(1.0 - u) / np.log(beyond / (beyond + 1.0)))


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
    reform = int(month >= rates.reform_2014) + int(month >= rates.benefit_cap)
    season = np.cos(2.0 * np.pi * (calendar_month(month, rates) - 4) / 12.0)
    if rates.smooth:
        eta = (
            rates.job_baseline
            + rates.job_activity_ready * (ready == 2)
            + rates.job_female * female
            + SMOOTH_AGE * (age_months / 12.0 - 30.0)
            + rates.job_municipality[municipality]
            + SMOOTH_DURATION * np.log1p(duration)
            + rates.job_reform[reform]
            + rates.job_season * season
            + effects
        )
        return float(1.0 / (1.0 + np.exp(-eta)))
    eta = (
        rates.job_baseline
        + rates.job_activity_ready * (ready == 2)
        + rates.job_female * female
        + rates.job_age[age_band]
        + rates.job_municipality[municipality]
        + rates.job_duration[duration_band]
        + rates.job_reform[reform]
        + rates.job_season * season
        + effects
    )
    return float(-np.expm1(-np.exp(eta)))


@njit(cache=True)
def reform_strength(month: int, age_months: int, rates: np.record) -> float:
    """The part of its effect that the reform has on a person in a month, 0 to 1."""
    if age_months >= rates.reform_under or month < rates.reform_announced:
        return 0.0
    return 1.0 if month >= rates.reform_from else float(rates.reform_anticipation)


@njit(cache=True)
def type_effect(person: np.record, month: int, duration: int, rates: np.record) -> float:
    """What the person's type adds to the log job hazard of the job-ready."""
    kind, phase = person.kind, int(duration >= person.turn)
    season = 0.5 * np.cos(2.0 * np.pi * (calendar_month(month, rates) - APRIL) / 12.0)
    return float(rates.type_job[kind, phase] + rates.type_season[kind] * season)


@njit(cache=True)
def other_exit(
    person: np.record, month: int, duration: int, health: float, rates: np.record
) -> int:
    """The status that ends social assistance without a job, or `ASSISTANCE`."""
    key, age_months = person.key, month - person.birth_month
    kind, phase = person.kind, int(duration >= person.turn)
    older = age_months > 480
    education = rates.exit_education * (2.2 if age_months < 360 else 0.5)
    flexjob = rates.exit_flexjob * (1.6 if older else 0.7) * np.exp(0.4 * health)
    pension = rates.exit_pension * (2.0 if older else 0.4) * np.exp(0.7 * health)
    if month >= rates.pension_reform:
        pension *= 0.5
    education *= rates.type_education[kind, phase]
    education *= np.exp(rates.reform_education * reform_strength(month, age_months, rates))
    education = min(education, MOST_EDUCATION)
    flexjob *= rates.type_flexjob[kind, phase]
    other = rates.exit_other * rates.type_other[kind, phase]
    u = uniform(key, on.OTHER_EXIT, month)
    if u < education:
        return EDUCATION
    if u < education + flexjob:
        return FLEX_UNEMPLOYED
    if u < education + flexjob + pension:
        return DISABILITY
    if u < education + flexjob + pension + other:
        own = kind * int(uniform(key, on.TYPE_OTHER_KIND, month) < rates.separation)
        kinds = rates.type_other_kinds[own]
        return available(pick(kinds, uniform(key, on.OTHER_KIND, month)), month, rates)
    return ASSISTANCE


@njit(cache=True)
def following(
    status: int, months: int, person: np.record, month: int, arrived: bool, rates: np.record
) -> int:
    """What follows a status that ends after `months` months."""
    key = person.key
    own = person.kind * int(uniform(key, on.TYPE_FOLLOWS, month) < rates.separation)
    row = STATUS_COUNT if status == JOB and months <= SHORT_JOB_MONTHS else status
    picked = pick(rates.type_follows[own, row], uniform(key, on.STATUS_NEXT, month))
    chosen = available(picked, month, rates)
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
    for month in range(int(rates.months)):
        age = (month - birth_month) / 12.0
        if uniform(key, on.DEATH, month) < rates.death * np.exp(0.07 * (age - 40.0)):
            return DEAD * FOREVER + month
        if uniform(key, on.EMIGRATION, month) < rates.emigration:
            return EMIGRATED * FOREVER + month
    return FOREVER - 1
