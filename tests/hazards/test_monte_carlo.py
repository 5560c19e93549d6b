"""A small Monte Carlo; `benchmarks/hazards_coverage.py` is the whole one."""

import numpy as np
import pytest
from scipy import stats

from hazards.simulated import hazards
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.studies.monte_carlo import estimates, simulated
from untyped import UNTYPED

pytestmark = pytest.mark.untraced
REPLICATIONS = 6


def replications(scenario: str) -> dict[str, np.ndarray]:
    """The estimates of registers of 4,000 persons, seeds 1 to 6, by name."""
    rows = [
        estimates(
            simulated(
                SimulatorConfig.model_validate(
                    UNTYPED
                    | {"persons": 4000, "seed": seed, "scenario": scenario, "hazard_ratio": 0.78}
                ),
                hazards(),
            ),
            hazards(),
        )
        for seed in range(1, REPLICATIONS + 1)
    ]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@pytest.fixture(scope="module", params=["C1", "null"])
def found(request):
    """A scenario, its planted log hazard ratio and what was estimated in it."""
    planted = 0.0 if request.param == "null" else float(np.log(0.78))
    return request.param, planted, replications(request.param)


def test_the_headline_finds_what_was_planted(found):
    _, planted, estimated = found
    headline = estimated["headline"]
    error = headline.std(ddof=1) / np.sqrt(REPLICATIONS)
    assert abs(headline.mean() - planted) < 3 * error
    # No more than noise: a design that finds nothing would pass the line above.
    assert error < 0.1


def test_intervals_hold_the_truth(found):
    _, planted, estimated = found
    wide = stats.t.ppf(0.975, estimated["clusters"] - 1) * estimated["headline_se"]
    held = np.abs(estimated["headline"] - planted) <= wide
    # Of 6 intervals of 95 % fewer than 4 hold the truth once in 450 times.
    assert held.sum() >= 4


def test_the_association_is_led_astray_where_changes_are_asked_for(found):
    scenario, planted, estimated = found
    association = estimated["association"]
    error = association.std(ddof=1) / np.sqrt(REPLICATIONS)
    apart = (association.mean() - planted) / error
    assert apart < -3 if scenario == "C1" else abs(apart) < 3
