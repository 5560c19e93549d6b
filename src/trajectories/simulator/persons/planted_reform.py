"""A planted reform: its parameters in the kernels, its shift of types, and the world without it."""

from typing import NamedTuple

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.simulator import PlantedReformConfig, SimulatorConfig
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.persons.course_types import NAMES


class ReformRates(NamedTuple):
    """Parameters of the reform in the monthly kernels.

    Attributes:
        reform_from: month in which it is in force.
        reform_announced: month from which it has a part of its effect.
        reform_anticipation: that part.
        reform_under: age in months under which a person is touched.
        reform_job, reform_education, reform_activation: effects on logarithms, 0 for none.
    """

    reform_from: float
    reform_announced: float
    reform_anticipation: float
    reform_under: float
    reform_job: float
    reform_education: float
    reform_activation: float


def reform_month(settings: SimulatorConfig) -> int:
    """Return the number of the month in which the reform is in force."""
    return calendar_of(settings).number(settings.reform.in_force)


def reform_rates_for(settings: SimulatorConfig) -> ReformRates:
    """Return the parameters of one run."""
    reform, month = settings.reform, reform_month(settings)
    on = float(reform.enabled)
    return ReformRates(
        reform_from=month,
        reform_announced=month - reform.anticipation_months,
        reform_anticipation=reform.anticipation,
        reform_under=12 * reform.touched_under,
        reform_job=on * float(np.log(reform.job_ratio)),
        reform_education=on * float(np.log(reform.education_ratio)),
        reform_activation=on * float(np.log(reform.activation_ratio)),
    )


def without_reform(settings: SimulatorConfig) -> SimulatorConfig:
    """Return the same run, with all its draws, in which the reform has no effect.

    The shift of ages and the renaming of codes stay: they are not effects of the reform.
    """
    reform = settings.reform.model_copy(update={"enabled": False})
    return settings.model_copy(update={"reform": reform})


def shifted_types(
    kind: Ints, age_years: Floats, arrival: Ints, u: Floats, settings: SimulatorConfig
) -> Ints:
    """Return the types of persons after the reform's shift.

    Args:
        kind: (n,) numbers of the types without a reform.
        age_years: (n,) age at the first social assistance.
        arrival: (n,) its month.
        u: (n,) uniform numbers that decide on the shift.
        settings: the simulator's settings.
    """
    reform: PlantedReformConfig = settings.reform
    if not reform.enabled:
        return kind
    moved = (kind == NAMES.index(reform.shift_from)) & (u < reform.shift_share)
    moved &= (arrival >= reform_month(settings)) & (age_years < reform.touched_under)
    shifted: Ints = np.where(moved, NAMES.index(reform.shift_to), kind)
    return shifted


def shifted_ages(u: Floats, arrival: Ints, settings: SimulatorConfig) -> Floats:
    """Return the uniform numbers that decide on ages after the shift of composition."""
    if settings.reform.composition == 0.0:
        return u
    later = arrival >= reform_month(settings)
    ages: Floats = np.where(later, u ** np.exp(settings.reform.composition), u)
    return ages
