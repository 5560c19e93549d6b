"""Survival analysis that knows nothing of registers: durations in, models and curves out.

Discrete and continuous time, late entry, competing exits, clusters; tested against R's answers.
"""

from trajectories.survival.cox.model import fit_cox
from trajectories.survival.cox.subdistribution import fine_gray
from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
from trajectories.survival.errors import NotEstimableError
from trajectories.survival.life_tables import cumulative_incidence, kaplan_meier, life_table
from trajectories.survival.parametric import fit_parametric

__all__ = [
    "HazardFit",
    "NotEstimableError",
    "cumulative_incidence",
    "fine_gray",
    "fit_cox",
    "fit_hazard",
    "fit_parametric",
    "kaplan_meier",
    "life_table",
]
