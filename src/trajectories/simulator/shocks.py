"""Shocks, trends, reorganisations and strain in municipalities and teams."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats
from trajectories.simulator.persons.places import MUNICIPALITIES
from trajectories.simulator.random_kernels import mix
from trajectories.simulator.scenarios import Scenario

SHOCK_TURNOVER, SHOCK_JOBS = 0.6, 0.2
"""Effects of a quarter's standard normal shock on log turnover and log job hazard."""

TREND_TURNOVER = np.array([0.25, 0.15, 0.05, -0.05, 0.15, 0.25])
TREND_JOBS = np.array([0.08, 0.05, 0.02, -0.02, 0.05, 0.08])
"""Yearly trends of log turnover and log job hazard, by municipality."""

REORGANISED = {1: 63, 3: 91}
"""Indices of municipalities and the months of the register in which they are reorganised."""
REORGANISED_JOBS = -0.3
"""Effect of a reorganisation on the log job hazard from then on."""

STRAIN_MONTHS = 3


class Times(NamedTuple):
    """Effects of calendar time in each municipality.

    Attributes:
        turnover: (municipalities, months) effect on the log probability of leaving.
        climate: (municipalities, months) effect on the log job hazard.
        reorganised_share: share of caseworkers who leave at a reorganisation.
    """

    turnover: Floats
    climate: Floats
    reorganised_share: float

    def together(self, municipality: int, draw: float) -> int:
        """Return the month in which a holder leaves at a reorganisation, −1 for none."""
        return REORGANISED.get(municipality, -1) if draw < self.reorganised_share else -1


def times_of(seed: int, scenario: Scenario, months: int) -> Times:
    """Draw the effects of calendar time, the same for all blocks of a run."""
    turnover, climate = np.zeros((2, len(MUNICIPALITIES), months))
    month = np.arange(months)
    if scenario.shocks:
        key = [int(mix(np.uint64(seed))), (1 << 63) | (1 << 62)]
        drawn = np.random.Generator(np.random.Philox(key=key)).standard_normal(
            (len(MUNICIPALITIES), -(-months // 3))
        )
        shock = drawn[:, month // 3]
        turnover += SHOCK_TURNOVER * shock
        climate += SHOCK_JOBS * shock
    if scenario.trends:
        years = (month - months / 2) / 12
        turnover += TREND_TURNOVER[:, None] * years
        climate += TREND_JOBS[:, None] * years
    if scenario.reorganised_share > 0:
        for place, begins in REORGANISED.items():
            climate[place, begins:] += REORGANISED_JOBS
    if scenario.random_departures:
        return Times(np.zeros_like(turnover), climate, 0.0)
    return Times(turnover, climate, scenario.reorganised_share)


def strain_of(teams: NDArray[np.void], plan: NDArray[np.void]) -> Floats:
    """Return the share of each team's positions left in the three months before.

    Args:
        teams: (municipalities, teams) with `first` and `count` of their positions.
        plan: (places, months) with `leaving_day`, above 0 if the holder leaves.

    Returns:
        (municipalities, teams, months).
    """
    left = (plan["leaving_day"] > 0).astype(np.float64)
    own = np.add.reduceat(left, teams["first"].ravel(), axis=0)
    share = own / teams["count"].reshape(-1, 1)
    strain = np.zeros_like(share)
    for back in range(1, STRAIN_MONTHS + 1):
        strain[:, back:] += share[:, :-back]
    result: Floats = strain.reshape(*teams.shape, -1)
    return result
