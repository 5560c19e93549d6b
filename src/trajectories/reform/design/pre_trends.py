"""Whether the groups moved in parallel before the reform."""

from dataclasses import dataclass

import numpy as np

from trajectories.arrays import Floats
from trajectories.distributions import f_tail, normal_quantile
from trajectories.reform.design.contrasts import Trends


@dataclass(frozen=True)
class PreTrends:
    """Tests of the steps before the reform.

    Attributes:
        steps: steps before the reference step.
        p_value: of no difference in any of them; NaN where there are no steps, or too few persons.
        slope: the difference between the groups grew by this much a step.
        slope_se: its standard error.
        slope_low, slope_high: its interval.
    """

    steps: int
    p_value: float
    slope: float
    slope_se: float
    slope_low: float
    slope_high: float


def pre_trends(found: Trends, *, confidence: float = 0.95) -> PreTrends:
    """Test whether the difference between the groups changed before the reform.

    The joint test is Hotelling's T² over all steps before the reference, with as many degrees of
    freedom as the smaller group has persons: with many steps and few persons Wald's rejects true
    hypotheses too often. The slope is the generalised
    least-squares line through the reference, which tells how far a linear trend would carry.

    Args:
        found: as `trends` returns it.
        confidence: level of the slope's interval (normal).
    """
    before = found.steps < found.reference
    count = int(before.sum())
    if count == 0:
        return PreTrends(0, *(np.nan,) * 5)
    estimate = found.estimate[before]
    inverse = np.linalg.pinv(found.vcov[np.ix_(before, before)], rcond=1e-10, hermitian=True)
    precision = inverse.astype(np.float64, copy=False)
    rank = int(np.linalg.matrix_rank(precision, hermitian=True))
    free = found.persons - rank
    p_value = np.nan
    if rank and free > 0:
        scaled = (estimate @ precision @ estimate) * free / (rank * (found.persons - 1))
        p_value = f_tail(float(scaled), rank, free)
    distance = (found.steps[before] - found.reference).astype(np.float64)
    slope, se = _line(distance, estimate, precision)
    z = normal_quantile(0.5 + confidence / 2)
    return PreTrends(count, p_value, slope, se, slope - z * se, slope + z * se)


def _line(distance: Floats, estimate: Floats, precision: Floats) -> tuple[float, float]:
    information = float(distance @ precision @ distance)
    if information <= 0:
        return np.nan, np.nan
    slope = float(distance @ precision @ estimate) / information
    return slope, float(1 / np.sqrt(information))
