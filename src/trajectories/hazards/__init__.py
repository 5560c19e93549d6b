"""Exits from social assistance: person-months and changes in, models, checks and a verdict out.

Who is at risk, what a departure is associated with, and what speaks against reading more into it.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.caseworkers.changes import caseworker_changes
    from trajectories.hazards.at_risk.person_months import risk_set
    from trajectories.hazards.designs.stacked_departures import event_study
    from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
    from trajectories.survival.errors import NotEstimableError
    from trajectories.survival.life_tables import cumulative_incidence, kaplan_meier, life_table

__all__ = [
    "HazardFit",
    "NotEstimableError",
    "caseworker_changes",
    "cumulative_incidence",
    "event_study",
    "fit_hazard",
    "kaplan_meier",
    "life_table",
    "risk_set",
]

__getattr__, __dir__ = lazily(__name__)
