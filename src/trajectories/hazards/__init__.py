"""Caseworker changes and exits: risk sets, changes, discrete-time hazards, competing exits."""

from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.fit import HazardFit, fit_hazard
from trajectories.hazards.incidence import cumulative_incidence, kaplan_meier, life_table

__all__ = [
    "HazardFit",
    "NotEstimableError",
    "cumulative_incidence",
    "fit_hazard",
    "kaplan_meier",
    "life_table",
]
