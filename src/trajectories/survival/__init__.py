"""Survival analysis that knows nothing of registers: durations in, models and curves out.

Discrete and continuous time, late entry, competing exits, clusters; tested against R's answers.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.notebook.pandas_frames import from_pandas
    from trajectories.survival.cox.model import CoxFit, fit_cox
    from trajectories.survival.cox.proportional_hazards_test import proportional_hazards_test
    from trajectories.survival.cox.residuals import (
        baseline_hazard,
        deviance_residuals,
        dfbeta,
        martingale_residuals,
        schoenfeld_residuals,
        score_residuals,
    )
    from trajectories.survival.cox.subdistribution import fine_gray
    from trajectories.survival.cox.summary import concordance, joint_tests
    from trajectories.survival.curves import (
        cumulative_hazard,
        restricted_mean,
        survival_limits,
        survival_quantiles,
    )
    from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
    from trajectories.survival.discrete_time.wild_bootstrap import WildBootstrap, wild_bootstrap
    from trajectories.survival.errors import NotEstimableError
    from trajectories.survival.life_tables import cumulative_incidence, kaplan_meier, life_table
    from trajectories.survival.parametric import ParametricFit, fit_parametric

__all__ = [
    "CoxFit",
    "HazardFit",
    "NotEstimableError",
    "ParametricFit",
    "WildBootstrap",
    "baseline_hazard",
    "concordance",
    "cumulative_hazard",
    "cumulative_incidence",
    "deviance_residuals",
    "dfbeta",
    "fine_gray",
    "fit_cox",
    "fit_hazard",
    "fit_parametric",
    "from_pandas",
    "joint_tests",
    "kaplan_meier",
    "life_table",
    "martingale_residuals",
    "proportional_hazards_test",
    "restricted_mean",
    "schoenfeld_residuals",
    "score_residuals",
    "survival_limits",
    "survival_quantiles",
    "wild_bootstrap",
]

__getattr__, __dir__ = lazily(__name__)
