"""Layers of a course that need no caseworker: moves, health, and activities on a benefit."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trajectories.simulator import random_streams as on
from trajectories.simulator.calendar import BURN_IN_MONTHS
from trajectories.simulator.courses.status_kernels import normal, pick, reform_strength
from trajectories.simulator.random_kernels import uniform
from trajectories.simulator.statuses import ASSISTANCE

PASSIVE = 0
LONG_AGO = 10_000
GUIDANCE = 3
COMMUNITY_WORK = 9


@njit(cache=True)
def run_beside(people: NDArray[np.void], rates: np.record, courses: NDArray[np.void]) -> None:
    """Fill municipality and health of all persons' months."""
    step = np.sqrt(1.0 - rates.health_persistence**2)
    follow_health = rates.health_effect != 0.0 or rates.requests_on_health != 0.0
    for who in range(len(people)):
        key = people[who].key
        municipality, health = people[who].municipality, people[who].health
        for month in range(-BURN_IN_MONTHS, int(rates.months)):
            now = courses[who, max(month + 1, 0)]
            if follow_health:
                health = rates.health_persistence * health + step * normal(
                    key, on.HEALTH_STEP, month
                )
            if month >= 0 and uniform(key, on.MOVE_CHANCE, month) < rates.move:
                target = pick(rates.municipality_shares, uniform(key, on.MOVE_PLACE, month))
                if target != municipality:
                    municipality = target
                    now.municipality_day = 2 + int(27 * uniform(key, on.CHANGE_DAY, month))
            now.municipality = municipality
            now.health = health


@njit(cache=True)
def activity_months(key: np.uint64, month: int, beyond: float) -> int:
    """Months that an activity lasts which begins in `month`: two, and `beyond` on average."""
    return 2 + int(-beyond * np.log(1.0 - uniform(key, on.ACTIVITY_LENGTH, month)))


@njit(cache=True)
def choose_activity(status: int, key: np.uint64, month: int, rates: np.record) -> int:
    """Last digit of the code of an activity that begins in `month`."""
    digit = pick(rates.activity_digits[status], uniform(key, on.ACTIVITY_KIND, month))
    if digit == COMMUNITY_WORK and status == ASSISTANCE and month < rates.reform_2014:
        return GUIDANCE
    return digit


@njit(cache=True)
def run_activities(people: NDArray[np.void], rates: np.record, courses: NDArray[np.void]) -> None:
    """Fill the last digit of the benefit code in all persons' months, from their statuses."""
    for who in range(len(people)):
        person = people[who]
        key, kind, digit, ends = person.key, person.kind, PASSIVE, 0
        begun = -LONG_AGO
        beyond = rates.type_activity_months[kind]
        for month in range(int(rates.months)):
            now = courses[who, month + 1]
            status, day = now.status, now.status_day
            if day > 0:
                begun = month
            chance = rates.activity_start[status]
            if status == ASSISTANCE:
                phase = int(month - begun >= person.turn)
                chance = person.activation ** rates.type_own[kind]
                chance *= rates.type_activation[kind, phase]
                strength = reform_strength(month, month - person.birth_month, rates)
                chance *= np.exp(rates.reform_activation * strength)
            if month == 0 and chance > 0.0:
                share = chance * (2.0 + beyond)
                if uniform(key, on.ACTIVITY_FIRST, 0) < share / (1.0 + share):
                    digit = choose_activity(status, key, 0, rates)
                    ends = 1 + activity_months(key, 0, beyond) // 2
                    day = max(day, 1)
            elif day > 0:
                digit = PASSIVE
            elif digit != PASSIVE:
                if month >= ends:
                    digit = PASSIVE
                    day = 1 + int(28 * uniform(key, on.ACTIVITY_DAY, month))
            elif uniform(key, on.ACTIVITY_BEGIN, month) < chance:
                digit = choose_activity(status, key, month, rates)
                ends = month + activity_months(key, month, beyond)
                day = 1 + int(28 * uniform(key, on.ACTIVITY_DAY, month))
            now.activity, now.activity_day = digit, day
