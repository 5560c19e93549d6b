"""Types of course: persons of different kinds, with their own timing and order of months.

A type has two phases. The second begins in a person's own month of the course on social assistance.
What a type does is a factor of the generator's monthly chances; `separation` is the exponent of all
factors, and the share of what follows a status that is the type's own. So 0 is a register without
types, 1 the types as they are written here.

The chance of a job differs by type among the job-ready alone. Among the activity-ready, whom the
headline follows, types differ in activities and in other exits: the planted hazard ratio is the
ratio in their person-months, whatever the types.
"""

from dataclasses import dataclass, field

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.simulator import SimulatorConfig, TypeName
from trajectories.simulator.statuses import (
    ASSISTANCE,
    EDUCATION,
    INSURANCE,
    JOB,
    PARENTAL,
    REHABILITATION,
    RESOURCE,
    SELF_SUPPORT,
    SICKNESS,
)

Phases = tuple[float, float]

OLDER = 30
"""Age at the first social assistance from which the second factor of a type's share holds."""


@dataclass(frozen=True)
class CourseType:
    """How a type departs from the generator without types.

    Attributes:
        ages: factors of the type's share for those under 30 and for others.
        ready: share who are job-ready when a course begins.
        turn: earliest and latest month of the course in which the second phase begins.
        job: effects on the log job hazard of the job-ready, by phase.
        season: effect on their log job hazard in April, minus that in October.
        education, flexjob, other: factors of the other exits, by phase.
        activation: monthly probability of entering an activity, by phase.
        activity_months: mean of the months of an activity beyond the second.
        other_kinds: shares among other exits; the generator's if empty.
        after: what follows a status; the generator's where none is given.
        stays: factors of the stay in a status beyond the shortest.
        lasting_jobs: whether jobs last a year or more.
        season_ends: whether jobs end in October or November.
    """

    ages: Phases = (1.0, 1.0)
    ready: float = 0.35
    turn: tuple[int, int] = (6, 6)
    job: Phases = (0.0, 0.0)
    season: float = 0.0
    education: Phases = (1.0, 1.0)
    flexjob: Phases = (1.0, 1.0)
    other: Phases = (1.0, 1.0)
    activation: Phases = (0.06, 0.06)
    activity_months: float = 5.0
    other_kinds: dict[int, float] = field(default_factory=dict)
    after: dict[int, dict[int, float]] = field(default_factory=dict)
    stays: dict[int, float] = field(default_factory=dict)
    lasting_jobs: bool = False
    season_ends: bool = False


TYPES: dict[TypeName, CourseType] = {
    "quick_job": CourseType(
        ready=0.97,
        turn=(5, 9),
        job=(2.3, 1.6),
        education=(0.3, 0.3),
        other=(0.2, 0.3),
        activation=(0.01, 0.03),
        after={JOB: {INSURANCE: 0.7, SELF_SUPPORT: 0.3}},
        lasting_jobs=True,
    ),
    "seasonal_work": CourseType(
        ready=0.95,
        job=(0.4, 0.4),
        season=5.0,
        education=(0.2, 0.2),
        other=(0.15, 0.15),
        activation=(0.01, 0.01),
        after={JOB: {ASSISTANCE: 0.75, INSURANCE: 0.25}, INSURANCE: {JOB: 0.8, ASSISTANCE: 0.2}},
        season_ends=True,
    ),
    "activation_education": CourseType(
        ages=(1.7, 0.5),
        ready=0.08,
        turn=(5, 10),
        education=(0.5, 45.0),
        other=(0.15, 0.15),
        activation=(0.45, 0.45),
        activity_months=10.0,
        after={EDUCATION: {JOB: 0.6, SELF_SUPPORT: 0.3, INSURANCE: 0.1}},
        stays={EDUCATION: 1.5},
    ),
    "illness_flexjob": CourseType(
        ages=(0.5, 1.4),
        ready=0.03,
        turn=(5, 13),
        education=(0.1, 0.1),
        flexjob=(0.5, 60.0),
        other=(0.1, 2.0),
        activation=(0.006, 0.006),
        other_kinds={RESOURCE: 0.6, SICKNESS: 0.25, REHABILITATION: 0.15},
    ),
    "long_passive": CourseType(
        ages=(0.7, 1.2),
        ready=0.03,
        education=(0.1, 0.1),
        flexjob=(0.5, 0.5),
        other=(0.1, 0.1),
        activation=(0.004, 0.004),
    ),
    "long_active": CourseType(
        ready=0.08,
        education=(0.2, 0.2),
        flexjob=(0.5, 0.5),
        other=(0.1, 0.1),
        activation=(0.5, 0.5),
        activity_months=12.0,
    ),
    "on_and_off": CourseType(
        ages=(1.2, 0.9),
        ready=0.4,
        turn=(3, 3),
        job=(-0.8, -0.8),
        education=(0.3, 0.3),
        flexjob=(0.3, 0.3),
        other=(5.0, 9.0),
        activation=(0.02, 0.02),
        other_kinds={SELF_SUPPORT: 0.85, SICKNESS: 0.1, PARENTAL: 0.05},
        after={
            SELF_SUPPORT: {ASSISTANCE: 0.9, JOB: 0.1},
            SICKNESS: {ASSISTANCE: 0.9, JOB: 0.1},
        },
        stays={SELF_SUPPORT: 0.2, SICKNESS: 0.3},
    ),
}
"""The types; persons of none have number 0, the others their place here, from 1."""

NAMES = ("none", *TYPES)


def draw_types(settings: SimulatorConfig, age_years: Floats, u: Floats) -> Ints:
    """Return the number of each person's type.

    Args:
        settings: the simulator's settings.
        age_years: (n,) age at the first social assistance.
        u: (n,) uniform numbers that decide on the type.
    """
    if settings.types.separation == 0.0:
        return np.zeros(len(u), np.int64)
    kind = np.empty(len(u), np.int64)
    for older in (False, True):
        own = (age_years >= OLDER) == older
        kind[own] = np.searchsorted(_cumulative(settings, older), u[own], side="right")
    return (kind + 1) % len(NAMES)


def turns_of(kind: Ints, u: Floats) -> Ints:
    """Return the month of a course in which the second phase of each person's type begins.

    Args:
        kind: (n,) numbers of the types.
        u: (n,) uniform numbers that decide on the month.
    """
    first, last = np.array([(0, 0), *(one.turn for one in TYPES.values())])[kind].T
    month: Ints = (first + np.floor((last + 1 - first) * u)).astype(np.int64)
    return month


def _cumulative(settings: SimulatorConfig, older: bool) -> Floats:
    """Return the cumulative shares of the types; the rest has none."""
    shares = settings.types.shares.model_dump()
    total = sum(shares.values())
    own = np.array([shares[name] * one.ages[older] for name, one in TYPES.items()])
    cumulative: Floats = np.cumsum(own) / own.sum() * total if total > 0 else np.cumsum(own)
    return cumulative
