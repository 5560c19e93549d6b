"""Intervals that stay valid if the groups' trends differ, as long as that difference is smooth."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, brentq, minimize
from scipy.special import ndtr, ndtri

from trajectories.arrays import Floats, Ints
from trajectories.reform.design.contrasts import Trends


@dataclass(frozen=True)
class HonestInterval:
    """A fixed-length interval.

    Attributes:
        bound: the largest change of the differential trend's slope from step to step, M.
        estimate: the centre.
        half_length: half of the length; the interval is centre ± half_length.
        bias: the largest bias of the centre.
        se: its standard error.
    """

    bound: float
    estimate: float
    half_length: float
    bias: float
    se: float

    @property
    def low(self) -> float:
        """The lower end."""
        return self.estimate - self.half_length

    @property
    def high(self) -> float:
        """The upper end."""
        return self.estimate + self.half_length


def honest_interval(
    found: Trends, after: Floats, bound: float, *, confidence: float = 0.95
) -> HonestInterval:
    """Bound the contrast after the reform when trends need not have been parallel.

    The differential trend δ may be anything whose slope changes by at most `bound` from one step
    to the next, |(δ(t+1) − δ(t)) − (δ(t) − δ(t−1))| ≤ M (ΔSD(M) of Rambachan & Roth 2023, Review of
    Economic Studies 90, equation 8). Of all estimators that are linear in the trends' estimates,
    this is the one with the shortest interval of fixed length that covers for every such δ (their
    section 3.2; Armstrong & Kolesár 2018). With M = 0 it subtracts the linear trend before the
    reform. Steps left out count as steps.

    Args:
        found: as `trends` returns it.
        after: (a,) weights of the steps from 0 on, in order; the contrast is Σ after · estimate.
        bound: M ≥ 0, in the outcome's unit a step.
        confidence: level.

    Raises:
        ValueError: no step before the reference, a negative bound, or weights of the wrong length.

    R equivalent: `HonestDiD::createSensitivityResults(method = "FLCI")`.
    """
    before, later = found.steps < found.reference, found.steps >= 0
    if not before.any():
        raise ValueError("at least one step before the reference is needed")
    if bound < 0 or len(after) != later.sum():
        raise ValueError("the bound is at least 0, and each step after has a weight")
    order = np.concatenate([np.flatnonzero(before), np.flatnonzero(later)])
    distance = found.steps[order] - found.reference
    estimate, vcov = found.estimate[order], found.vcov[np.ix_(order, order)]
    count = int(before.sum())
    scale = float(np.sqrt(max(float(after @ vcov[count:, count:] @ after), 1e-300)))
    problem = _Problem(distance, count, after, vcov / scale**2, bound / scale)
    free = problem.solve(1 - confidence)
    weights = np.append(free, after)
    bias, se = problem.bias(weights) * scale, problem.se(weights) * scale
    half = se * critical_value(bias / se, 1 - confidence)
    return HonestInterval(bound, float(weights @ estimate), half, bias, se)


def breakdown(found: Trends, after: Floats, largest: float, *, confidence: float = 0.95) -> float:
    """Return the smallest bound at which the interval holds no difference.

    Args:
        found: as for `honest_interval`.
        after: as there.
        largest: the largest bound that is tried.
        confidence: level.

    Returns:
        0 if even the linear trend makes the contrast inconclusive; infinity if it is conclusive
        under the largest bound.
    """

    def clearance(bound: float) -> float:
        interval = honest_interval(found, after, bound, confidence=confidence)
        return abs(interval.estimate) - interval.half_length

    if clearance(0.0) <= 0:
        return 0.0
    if clearance(largest) > 0:
        return np.inf
    low, high = 0.0, largest
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if clearance(middle) > 0 else (low, middle)
    return high


def critical_value(ratio: float, alpha: float) -> float:
    """Return the 1 − α quantile of |N(ratio, 1)|."""
    ratio = abs(ratio)
    if ratio > 8:
        return float(ratio + ndtri(1 - alpha))
    top = ratio - ndtri(alpha / 2) + 1
    return float(
        brentq(lambda c: ndtr(c - ratio) - ndtr(-c - ratio) - 1 + alpha, 0.0, top, xtol=1e-12)
    )


class _Problem:
    """The choice of weights on the steps before."""

    def __init__(
        self, distance: Ints, free: int, after: Floats, vcov: Floats, bound: float
    ) -> None:
        self.distance, self.free, self.after = distance.astype(np.float64), free, after
        self.vcov, self.bound = vcov, bound
        self.bends = _bends(distance)

    def bias(self, weights: Floats) -> float:
        return self.bound * float(np.abs(weights @ self.bends).sum())

    def se(self, weights: Floats) -> float:
        return float(np.sqrt(max(float(weights @ self.vcov @ weights), 0.0)))

    def solve(self, alpha: float) -> Floats:
        """Minimise the half-length, convex in the weights, with |bends| as extra variables."""
        steepest = self._linear()
        if self.bound == 0:
            return steepest
        k, s = self.free, self.bends.shape[1]
        fixed = self.after @ self.bends[k:]
        rise = float(self.after @ self.distance[k:])

        def split(x: Floats) -> tuple[float, float, Floats]:
            weights = np.append(x[:k], self.after)
            slope = self.vcov @ weights
            se = float(np.sqrt(weights @ slope))
            return se, self.bound * float(x[k:].sum()), slope[:k] / se

        def half(x: Floats) -> float:
            se, bias, _ = split(x)
            return se * critical_value(bias / se, alpha)

        def gradient(x: Floats) -> Floats:
            se, bias, of_se = split(x)
            ratio = bias / se
            c = critical_value(ratio, alpha)
            up, down = np.exp(-((c - ratio) ** 2) / 2), np.exp(-((c + ratio) ** 2) / 2)
            slope = (up - down) / (up + down)
            return np.concatenate([(c - ratio * slope) * of_se, np.full(s, self.bound * slope)])

        bends, ones = self.bends[:k].T, np.eye(s)
        rows = np.vstack([np.hstack([-bends, ones]), np.hstack([bends, ones])])
        least = np.concatenate([fixed, -fixed])
        line = np.append(self.distance[:k], np.zeros(s))
        found = minimize(
            half,
            np.append(steepest, np.abs(np.append(steepest, self.after) @ self.bends)),
            jac=gradient,
            method="SLSQP",
            constraints=[
                LinearConstraint(rows, least, np.inf),
                LinearConstraint(line[None, :], -rise, -rise),
            ],
            options={"maxiter": 1000, "ftol": 1e-12},
        )
        solved: Floats = found.x[:k]
        # SLSQP meets the line up to rounding; a rest would be an unbounded bias.
        rest = -rise - solved @ self.distance[:k]
        solved = solved + rest * self.distance[:k] / (self.distance[:k] @ self.distance[:k])
        return solved

    def _linear(self) -> Floats:
        """Minimise the standard error among weights without bias under a linear trend."""
        k = self.free
        system = np.zeros((k + 1, k + 1))
        system[:k, :k] = self.vcov[:k, :k]
        system[:k, k] = system[k, :k] = self.distance[:k]
        right = np.append(-self.vcov[:k, k:] @ self.after, -float(self.after @ self.distance[k:]))
        solved: Floats = np.linalg.lstsq(system, right, rcond=1e-12)[0][:k]
        return solved


def _bends(distance: Ints) -> Floats:
    """Write δ by its second differences, besides a line through the reference: (steps, bends)."""
    points = np.arange(min(int(distance.min()), 0) + 1, int(distance.max()))
    x = distance[:, None]
    right = np.where((points > 0) & (x > points), x - points, 0)
    left = np.where((points <= 0) & (x < points), points - x, 0)
    bends: Floats = (right + left).astype(np.float64)
    return bends
