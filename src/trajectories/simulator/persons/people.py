"""Fixed attributes of the simulated persons."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from trajectories.arrays import Floats
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.calendar import (
    BURN_IN_MONTHS,
    REFORM_2014,
    Calendar,
    Days,
    calendar_of,
)
from trajectories.simulator.persons.course_types import draw_types, turns_of
from trajectories.simulator.persons.places import MUNICIPALITY_SHARES
from trajectories.simulator.persons.planted_reform import shifted_ages, shifted_types
from trajectories.simulator.random_kernels import keys_of, uniforms
from trajectories.simulator.scenarios import scenario_of

STOCK_SHARE = 0.40
"""Share of persons whose first social assistance lies before the register opens."""

ARRIVAL_POWER = 1.3
"""Above 1, arrivals decline over time, so that the stock stays about constant."""

ACTIVATION_LEVELS = np.array([0.015, 0.06, 0.25])
ACTIVATION_SHARES = np.array([0.45, 0.35, 0.20])
"""Monthly probability of entering an activity while passive, for three kinds of recipients."""

AGE_SHAPE, AGE_SCALE = 1.6, 8.0
OLDEST_ARRIVAL = 62.0
"""Age at the first social assistance: 18 years and a gamma, mean 31, at most 62."""

FEMALE_SHARE = 0.48
EDUCATED_SHARE = 0.20

REFORM_MONTHS = 9
"""The reform reaches caseworkers in the first nine months of 2014."""

LARGEST_EFFECT = 4.0
"""Frailty and health act on requests through values truncated at this distance from 0."""


PERSON = np.dtype(
    [
        ("index", np.int64),
        ("key", np.uint64),
        ("arrival", np.int64),
        ("birth_month", np.int64),
        ("birth_day", np.int64),
        ("female", np.int64),
        ("municipality", np.int64),
        ("educated", np.int64),
        ("reform_month", np.int64),
        ("log_frailty", np.float64),
        ("bounded_frailty", np.float64),
        ("health", np.float64),
        ("activation", np.float64),
        ("coordinator", np.float64),
        ("kind", np.int64),
        ("turn", np.int64),
    ]
)
"""A person's fixed attributes: index from 0; key of the random streams; month of the first social
assistance (negative before the register opens); month number and day (1–28) of birth; 1 for women;
index of the municipality; 1 with a qualifying education, so that the youth rules of 2014 do not
apply; month of 2014 in which the reform reaches the person's caseworker; log of the gamma frailty
of the job hazard, and the same truncated at ±4 for requests; initial standard normal health (high
is bad); monthly probability of entering an activity on social assistance; the uniform number that
decides on a coordinating caseworker; number of the type of course, 0 for none; month of a course in
which the second phase of the type begins."""

People = NDArray[np.void]
"""An array of `PERSON` for consecutive persons."""


def draw_people(settings: SimulatorConfig, first: int, count: int) -> People:
    """Draw persons `first` … `first + count − 1`."""
    seed, scenario, calendar = settings.seed, scenario_of(settings), calendar_of(settings)
    index = np.arange(first, first + count, dtype=np.int64)
    none = np.zeros(count, np.int64)

    def draw(purpose: int) -> Floats:
        return uniforms(seed, index, purpose, none)

    u = draw(purposes.ARRIVAL)
    before = np.floor(u / STOCK_SHARE * BURN_IN_MONTHS) - BURN_IN_MONTHS
    inside = np.floor(
        ((u - STOCK_SHARE) / (1 - STOCK_SHARE)).clip(0) ** ARRIVAL_POWER * calendar.months
    )
    arrival = np.where(u < STOCK_SHARE, before, inside).astype(np.int64)
    rank = shifted_ages(draw(purposes.AGE), arrival, settings)
    age_years = np.clip(18.0 + AGE_SCALE * gammaincinv(AGE_SHAPE, rank), 18.0, OLDEST_ARRIVAL)
    variance = scenario.frailty_variance
    log_frailty = np.zeros(count)
    if variance > 0:
        gamma = variance * gammaincinv(1.0 / variance, draw(purposes.FRAILTY))
        log_frailty = np.log(np.maximum(gamma, 1e-6))
    people = np.zeros(count, PERSON)
    people["index"] = index
    people["key"] = keys_of(seed, index)
    people["arrival"] = arrival
    people["birth_month"] = arrival - np.floor(12 * age_years).astype(np.int64)
    people["birth_day"] = 1 + np.floor(28 * draw(purposes.BIRTH_DAY))
    people["female"] = draw(purposes.SEX) < FEMALE_SHARE
    people["municipality"] = np.searchsorted(
        np.cumsum(MUNICIPALITY_SHARES)[:-1], draw(purposes.HOME), side="right"
    )
    people["educated"] = draw(purposes.EDUCATED) < EDUCATED_SHARE
    people["log_frailty"] = log_frailty
    people["bounded_frailty"] = np.clip(log_frailty, -LARGEST_EFFECT, LARGEST_EFFECT)
    people["health"] = ndtri(draw(purposes.HEALTH_FIRST))
    kinds = np.cumsum(ACTIVATION_SHARES)[:-1]
    people["activation"] = ACTIVATION_LEVELS[np.searchsorted(kinds, draw(purposes.ACTIVATION))]
    delay = np.floor(REFORM_MONTHS * draw(purposes.REFORM_MONTH))
    people["reform_month"] = calendar.number(REFORM_2014) + delay
    people["coordinator"] = draw(purposes.COORDINATOR)
    kind = draw_types(settings, age_years, draw(purposes.TYPE))
    kind = shifted_types(kind, age_years, arrival, draw(purposes.TYPE_SHIFT), settings)
    people["kind"], people["turn"] = kind, turns_of(kind, draw(purposes.TYPE_TURN))
    return people


def birth_dates(people: People, calendar: Calendar) -> Days:
    """Return dates of birth in days since 1970."""
    starts = calendar.first_days(people["birth_month"])
    days: Days = starts + (people["birth_day"] - 1).astype(np.int32)
    return days


def birthdays(people: People, age: int, calendar: Calendar) -> Days:
    """Return the dates on which persons turn `age`, truncated to the register."""
    months = people["birth_month"] + 12 * age
    inside = np.clip(months, 0, calendar.months - 1)
    dates = calendar.dates_of(inside, people["birth_day"])
    dates[months < 0] = np.iinfo(np.int32).min
    dates[months >= calendar.months] = np.iinfo(np.int32).max
    return dates
