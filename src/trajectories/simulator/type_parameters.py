"""Parameters of the types of course, as the monthly kernels take them."""

from typing import NamedTuple

import numpy as np

from trajectories.arrays import Floats
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.parameters import (
    AFTER_SHORT_JOB,
    BEFORE_FIRST_CASE,
    OTHER_EXITS,
    WHAT_FOLLOWS,
    by_status,
    cumulative,
)
from trajectories.simulator.persons.course_types import TYPES, CourseType
from trajectories.simulator.statuses import JOB, STATUSES

ACTIVITY_READY = 0.65
"""Share of courses that begin activity-ready, without types."""
ACTIVITY_MONTHS = 5.0
"""Mean months of an activity beyond the second, without types."""


class TypeRates(NamedTuple):
    """Parameters by type of course, 0 for none; most have a column for each of two phases.

    Attributes:
        separation: chance that what follows a status, and how long it lasts, is the type's own.
        type_own: exponent of a person's own probability of entering an activity.
        type_activation: its factor.
        type_activity_months: mean months of an activity beyond the second.
        type_activity_ready: share of courses that begin activity-ready.
        type_job, type_season: effects on the log job hazard of the job-ready.
        type_education, type_flexjob, type_other: factors of the other exits.
        type_other_kinds: cumulative shares of the statuses among other exits.
        type_follows: (types, statuses + 2, statuses), cumulative transition probabilities after a
            status; the two last rows are for jobs of at most six months and for the time before
            the first case.
        type_stays: factors of the stay beyond the shortest, by status.
        type_lasting_jobs, type_season_ends: 1 where jobs last, or end with the season.
    """

    separation: float
    type_own: Floats
    type_activation: Floats
    type_activity_months: Floats
    type_activity_ready: Floats
    type_job: Floats
    type_season: Floats
    type_education: Floats
    type_flexjob: Floats
    type_other: Floats
    type_other_kinds: Floats
    type_follows: Floats
    type_stays: Floats
    type_lasting_jobs: Floats
    type_season_ends: Floats


def type_rates_for(settings: SimulatorConfig) -> TypeRates:
    """Return the parameters of one run."""
    s = settings.types.separation
    types = list(TYPES.values())
    count = len(STATUSES)

    def factors(name: str) -> Floats:
        own: Floats = np.array([(1.0, 1.0), *(getattr(one, name) for one in types)]) ** s
        return own

    return TypeRates(
        separation=s,
        type_own=np.array([1.0, *(1.0 - s for _ in types)]),
        type_activation=factors("activation"),
        type_activity_months=ACTIVITY_MONTHS
        * np.array([1.0, *((one.activity_months / ACTIVITY_MONTHS) ** s for one in types)]),
        type_activity_ready=ACTIVITY_READY
        + s * np.array([0.0, *(1.0 - one.ready - ACTIVITY_READY for one in types)]),
        type_job=s * np.array([(0.0, 0.0), *(one.job for one in types)]),
        type_season=s * np.array([0.0, *(one.season for one in types)]),
        type_education=factors("education"),
        type_flexjob=factors("flexjob"),
        type_other=factors("other"),
        type_other_kinds=np.stack(
            [
                cumulative(kinds, count)
                for kinds in (OTHER_EXITS, *(one.other_kinds or OTHER_EXITS for one in types))
            ]
        ),
        type_follows=np.stack([_follows(one) for one in (CourseType(), *types)]),
        type_stays=np.stack([np.ones(count), *(by_status(one.stays, 1.0) ** s for one in types)]),
        type_lasting_jobs=np.array([0.0, *(float(one.lasting_jobs) for one in types)]),
        type_season_ends=np.array([0.0, *(float(one.season_ends) for one in types)]),
    )


def _follows(one: CourseType) -> Floats:
    """Return the cumulative transition probabilities of a type."""
    count = len(STATUSES)
    follows = np.ones((count + 2, count))
    for status, shares in (WHAT_FOLLOWS | one.after).items():
        follows[status] = cumulative(shares, count)
    follows[count] = cumulative(one.after.get(JOB, AFTER_SHORT_JOB), count)
    follows[count + 1] = cumulative(BEFORE_FIRST_CASE, count)
    return follows
