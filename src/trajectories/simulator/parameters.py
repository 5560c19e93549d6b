"""Parameters of the simulated courses: hazards, durations and transitions.

The job hazard and the rates of caseworker changes are those of the design's truth table. Durations
of jobs follow national figures: half of the exits to a job last twelve months and a quarter end
within three. Everything else is assumed, so that courses of 24 months form plausible types.
"""

from typing import NamedTuple

import numpy as np

from trajectories.arrays import Floats
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.persons.places import MUNICIPALITY_SHARES
from trajectories.simulator.scenarios import Scenario
from trajectories.simulator.statuses import (
    ASSISTANCE,
    CLARIFICATION,
    DISABILITY,
    EDUCATION,
    FLEX_UNEMPLOYED,
    FLEXJOB,
    INSURANCE,
    JOB,
    PARENTAL,
    REHABILITATION,
    RESOURCE,
    SELF_SUPPORT,
    SICKNESS,
    STATUSES,
)

DURATION_BANDS = np.array([3.0, 6.0, 12.0, 24.0, 36.0])
"""First month of the second and later duration bands of the job hazard."""

AGE_BANDS = np.array([30.0, 40.0, 50.0])
"""First age of the second and later age bands of the job hazard."""

OTHER_EXITS = {
    SELF_SUPPORT: 0.50,
    SICKNESS: 0.12,
    REHABILITATION: 0.08,
    RESOURCE: 0.14,
    INSURANCE: 0.08,
    PARENTAL: 0.08,
}
"""Shares among exits from social assistance other than to a job, education, flexjob or pension."""

WHAT_FOLLOWS: dict[int, dict[int, float]] = {
    SELF_SUPPORT: {JOB: 0.69, ASSISTANCE: 0.11, EDUCATION: 0.12, INSURANCE: 0.04, PARENTAL: 0.04},
    JOB: {
        INSURANCE: 0.3,
        ASSISTANCE: 0.26,
        SELF_SUPPORT: 0.15,
        SICKNESS: 0.12,
        EDUCATION: 0.07,
        PARENTAL: 0.10,
    },
    EDUCATION: {JOB: 0.60, ASSISTANCE: 0.10, SELF_SUPPORT: 0.20, INSURANCE: 0.10},
    INSURANCE: {
        JOB: 0.62,
        ASSISTANCE: 0.18,
        SICKNESS: 0.08,
        SELF_SUPPORT: 0.07,
        PARENTAL: 0.03,
        EDUCATION: 0.02,
    },
    SICKNESS: {
        JOB: 0.35,
        ASSISTANCE: 0.25,
        INSURANCE: 0.10,
        REHABILITATION: 0.08,
        CLARIFICATION: 0.10,
        RESOURCE: 0.05,
        FLEX_UNEMPLOYED: 0.05,
        DISABILITY: 0.02,
    },
    PARENTAL: {JOB: 0.58, ASSISTANCE: 0.10, SELF_SUPPORT: 0.22, INSURANCE: 0.10},
    REHABILITATION: {JOB: 0.30, EDUCATION: 0.30, ASSISTANCE: 0.20, FLEX_UNEMPLOYED: 0.20},
    RESOURCE: {FLEX_UNEMPLOYED: 0.40, DISABILITY: 0.25, ASSISTANCE: 0.25, JOB: 0.10},
    CLARIFICATION: {
        JOB: 0.25,
        SICKNESS: 0.15,
        ASSISTANCE: 0.25,
        RESOURCE: 0.15,
        FLEX_UNEMPLOYED: 0.20,
    },
    FLEX_UNEMPLOYED: {FLEXJOB: 0.90, DISABILITY: 0.10},
    FLEXJOB: {FLEX_UNEMPLOYED: 0.80, DISABILITY: 0.20},
}
"""Transition probabilities after a status; from social assistance, monthly hazards apply."""

AFTER_SHORT_JOB = {
    ASSISTANCE: 0.50,
    SELF_SUPPORT: 0.15,
    INSURANCE: 0.15,
    EDUCATION: 0.10,
    SICKNESS: 0.10,
}
"""Transition probabilities after a job of at most six months."""

BEFORE_FIRST_CASE = {JOB: 0.45, EDUCATION: 0.20, SELF_SUPPORT: 0.20, INSURANCE: 0.15}
"""Statuses before the first social assistance."""

SHORTEST_MONTHS = {
    SELF_SUPPORT: 3,
    EDUCATION: 5,
    INSURANCE: 2,
    SICKNESS: 2,
    PARENTAL: 6,
    REHABILITATION: 6,
    RESOURCE: 12,
    CLARIFICATION: 6,
    FLEX_UNEMPLOYED: 3,
    FLEXJOB: 12,
}
MEAN_MONTHS = {
    SELF_SUPPORT: 7,
    EDUCATION: 20,
    INSURANCE: 8,
    SICKNESS: 7,
    PARENTAL: 11,
    REHABILITATION: 18,
    RESOURCE: 28,
    CLARIFICATION: 16,
    FLEX_UNEMPLOYED: 10,
    FLEXJOB: 50,
}
"""Shortest and mean stay; beyond the shortest it is geometric. Jobs have their own durations."""

ACTIVITY_START = {
    INSURANCE: 0.06,
    SICKNESS: 0.06,
    REHABILITATION: 0.25,
    RESOURCE: 0.10,
    FLEX_UNEMPLOYED: 0.05,
}
"""Monthly probability of entering an activity; on social assistance it varies by person."""

ACTIVITY_DIGITS: dict[int, dict[int, float]] = {
    INSURANCE: {3: 0.5, 4: 0.1, 5: 0.1, 6: 0.1, 7: 0.2},
    SICKNESS: {3: 0.5, 9: 0.5},
    REHABILITATION: {3: 0.3, 4: 0.5, 7: 0.2},
    RESOURCE: {3: 0.6, 7: 0.2, 8: 0.2},
    FLEX_UNEMPLOYED: {3: 0.6, 7: 0.4},
    ASSISTANCE: {3: 0.45, 4: 0.03, 5: 0.04, 6: 0.06, 7: 0.20, 8: 0.14, 9: 0.08},
}
"""Last digit of the code during an activity; community-benefit work (9) only from 2014."""


class Rates(NamedTuple):
    """Parameters of the monthly kernels, as scalars and arrays.

    Probabilities are per month; effects are on the log hazard of a job. Arrays over statuses are
    indexed by status.
    """

    job_baseline: float
    job_activity_ready: float
    job_female: float
    job_age: Floats
    job_municipality: Floats
    job_duration: Floats
    job_reform: Floats
    job_season: float
    duration_bands: Floats
    age_bands: Floats
    change_effect: float
    transitory_months: int
    health_effect: float
    health_persistence: float
    caseworker_sd: float
    exit_education: float
    exit_flexjob: float
    exit_pension: float
    exit_other: float
    upgrade: float
    downgrade: float
    request: float
    requests_on_frailty: float
    requests_on_health: float
    move: float
    municipality_shares: Floats
    coordinator: float
    shortest_months: Floats
    mean_months: Floats
    activity_start: Floats
    activity_digits: Floats
    death: float
    emigration: float
    upgrade_counts: float
    other_effect: float
    requests_after_departure: float
    upgrades_after_departure: float
    upgrades_on_frailty: float
    notice_effect: float
    strain_effect: float
    smooth: float
    novices: float
    departure_in: float
    paid_to_month_end: float
    closed_with_job: float
    mixed_teams: float


def cumulative(shares: dict[int, float], length: int) -> Floats:
    """Return cumulative shares over `length` indices, normalised to end at exactly 1."""
    dense = np.zeros(length)
    for place, share in shares.items():
        dense[place] = share
    total: Floats = np.cumsum(dense) / dense.sum()
    total[max(shares) :] = 1.0
    return total


def by_status(values: dict[int, float] | dict[int, int], default: float) -> Floats:
    """Return an array over statuses."""
    dense = np.full(len(STATUSES), default)
    for status, value in values.items():
        dense[status] = value
    return dense


def rates_for(settings: SimulatorConfig, scenario: Scenario) -> Rates:
    """Return the parameters of one run."""
    count = len(STATUSES)
    digits = np.ones((count, 10))
    for status, shares in ACTIVITY_DIGITS.items():
        digits[status] = cumulative(shares, 10)
    return Rates(
        job_baseline=-3.25,
        job_activity_ready=-0.75,
        job_female=-0.10,
        job_age=np.array([0.25, 0.0, -0.15, -0.55]),
        job_municipality=np.array([0.0, 0.10, -0.15, 0.20, -0.05, 0.05]),
        job_duration=np.array([0.0, -0.10, -0.30, -0.60, -0.80, -1.0]),
        job_reform=np.array([0.0, 0.08, 0.18]),
        job_season=0.10,
        duration_bands=DURATION_BANDS,
        age_bands=AGE_BANDS,
        change_effect=float(np.log(planted_hazard_ratio(settings, scenario))),
        transitory_months=scenario.transitory_months,
        health_effect=scenario.health_effect,
        health_persistence=0.97,
        caseworker_sd=scenario.caseworker_sd,
        exit_education=0.0030,
        exit_flexjob=0.0018,
        exit_pension=0.0010,
        exit_other=0.0270,
        upgrade=0.006,
        downgrade=0.003,
        request=settings.request_rate,
        requests_on_frailty=scenario.requests_on_frailty,
        requests_on_health=scenario.requests_on_health,
        move=0.0010,
        municipality_shares=cumulative(
            dict(enumerate(MUNICIPALITY_SHARES.tolist())), len(MUNICIPALITY_SHARES)
        ),
        coordinator=scenario.coordinated,
        shortest_months=by_status(SHORTEST_MONTHS, 1),
        mean_months=by_status(MEAN_MONTHS, 1),
        activity_start=by_status(ACTIVITY_START, 0.0),
        activity_digits=digits,
        death=0.00025,
        emigration=0.0003,
        upgrade_counts=float(scenario.upgrade_counts),
        other_effect=float(np.log(other_ratio(settings, scenario))),
        requests_after_departure=scenario.requests_after_departure,
        upgrades_after_departure=scenario.upgrades_after_departure,
        upgrades_on_frailty=scenario.upgrades_on_frailty,
        notice_effect=scenario.notice_effect,
        strain_effect=scenario.strain_effect,
        smooth=float(scenario.smooth),
        novices=float(scenario.novices_leave != 0.0 and not scenario.random_departures),
        departure_in=float(scenario.departure_in),
        paid_to_month_end=float(scenario.paid_to_month_end),
        closed_with_job=scenario.closed_with_job,
        mixed_teams=float(scenario.mixed_teams),
    )


def planted_hazard_ratio(settings: SimulatorConfig, scenario: Scenario) -> float:
    """Return the planted hazard ratio: the scenario's own if it has one."""
    return scenario.hazard_ratio or settings.hazard_ratio


def other_ratio(settings: SimulatorConfig, scenario: Scenario) -> float:
    """Return the planted hazard ratio of changes other than departures."""
    planted = planted_hazard_ratio(settings, scenario)
    own = scenario.other_ratio_of_null if planted == 1.0 else scenario.other_ratio
    return own or planted


def packed(*parts: NamedTuple) -> np.record:
    """Return parameters as one record, which a compiled kernel takes as a single pointer."""
    values = {name: value for part in parts for name, value in part._asdict().items()}
    fields = [(name, np.float64, np.shape(value)) for name, value in values.items()]
    record = np.zeros(1, np.dtype(fields))
    for name, value in values.items():
        record[name] = value
    packed_record: np.record = record.view(np.recarray)[0]
    return packed_record
