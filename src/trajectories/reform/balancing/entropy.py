"""Entropy balancing: the weights nearest to given ones that meet a target of means."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from trajectories.arrays import Bools, Floats, Ints

GRADIENT_TOLERANCE = 1e-12
"""Largest difference from the target that counts as met, in standard deviations of the column."""
EDGE_TOLERANCE = 1e-12
SLACK_TOLERANCE = 1e-7
"""HiGHS' own tolerance of feasibility."""
NOISE = 1e-9
"""Differences from the target below this may be rounding errors of the sums."""
MOST_STEPS = 100
LONGEST_STEP = 10.0
"""Of a multiplier, in standard deviations of its column."""
MOST_TILT = 1e4
"""A multiplier beyond this, in standard deviations of its column, has no end."""


class InfeasibleTargetError(ValueError):
    """No positive weights of these rows meet the target.

    Attributes:
        columns: the columns that keep the target from being met.
    """

    def __init__(self, columns: Ints) -> None:
        """Set the columns."""
        super().__init__(f"no weights meet the target in columns {columns.tolist()}")
        self.columns = columns


@dataclass(frozen=True)
class EntropyWeights:
    """Weights that meet the target.

    Attributes:
        weights: (n,) non-negative, sum 1.
        multipliers: (m,) λ of w ∝ q exp(λ'c), in units of the columns; 0 for a column whose target
            is its smallest or largest value, which removes rows instead.
        steps: Newton steps taken.
    """

    weights: Floats
    multipliers: Floats
    steps: int


def entropy_weights(features: Floats, target: Floats, base: Floats) -> EntropyWeights:
    """Return the weights w that minimise Σ w log(w/q) subject to Σ w = 1 and Σ w c = target.

    The dual, minimise log Σ q exp(λ'c) − λ'target, is convex; it is solved by Newton steps with
    step halving (Hainmueller 2012, Political Analysis 20, equations 6–8). Columns may be
    collinear. A target at the smallest or largest value of a column gives weight 0 to all rows
    with another value.

    Args:
        features: (n, m) functions of the covariates, c.
        target: (m,) their means after weighting.
        base: (n,) non-negative weights q; rows of weight 0 stay so.

    Raises:
        InfeasibleTargetError: the target is outside the convex hull of the rows. On an edge of the
            hull some weights are 0 up to the tolerance.

    R equivalent: `WeightIt::weightit(method = "ebal")`, `ebal::ebalance`.
    """
    base = np.asarray(base, dtype=np.float64)
    kept, free = _faces(features, target, base)
    weights, multipliers = np.zeros(len(base)), np.zeros(features.shape[1])
    columns, q = features[np.ix_(kept, free)], base[kept] / base[kept].sum()
    scale = _scale(columns, q)
    z = (columns - target[free]) / scale
    solved = _newton(z, q)
    if solved is None:
        raise InfeasibleTargetError(free[_blocking(z, q)])
    weights[kept], found, steps = solved
    multipliers[free] = found / scale
    return EntropyWeights(weights, multipliers, steps)


def _faces(features: Floats, target: Floats, base: Floats) -> tuple[Bools, Ints]:
    """Return the rows that can have weight, and the columns that vary among them.

    Raises:
        InfeasibleTargetError: a target is outside its column's range.
    """
    kept = base > 0
    if not kept.any():
        raise InfeasibleTargetError(np.arange(len(target)))
    while True:
        low, high = features[kept].min(axis=0), features[kept].max(axis=0)
        near = EDGE_TOLERANCE * np.maximum(1.0, np.abs(target))
        outside = (target < low - near) | (target > high + near)
        if outside.any():
            raise InfeasibleTargetError(np.flatnonzero(outside))
        varies = high > low
        edge = varies & ((target <= low + near) | (target >= high - near))
        if not edge.any():
            return kept, np.flatnonzero(varies)
        at = np.where(target[edge] <= low[edge] + near[edge], low[edge], high[edge])
        narrowed = kept & (features[:, edge] == at).all(axis=1)
        if not narrowed.any():
            raise InfeasibleTargetError(np.flatnonzero(edge))
        kept = narrowed


def _scale(columns: Floats, q: Floats) -> Floats:
    mean = q @ columns
    scale: Floats = np.sqrt(q @ (columns - mean) ** 2)
    return np.where(scale > 0, scale, 1.0)


def _newton(z: Floats, q: Floats) -> tuple[Floats, Floats, int] | None:
    """Minimise log Σ q exp(λ'z); None where it has no minimum."""
    multipliers = np.zeros(z.shape[1])
    weights, value = _tilted(z, q, multipliers)
    nearest = np.inf
    for step in range(MOST_STEPS):
        gradient = weights @ z
        size = np.abs(gradient).max(initial=0.0)
        # Below the noise of sums a step makes nothing better.
        if size < GRADIENT_TOLERANCE or (size < NOISE and size >= nearest):
            return weights, multipliers, step
        nearest = min(nearest, size)
        centred = z - gradient
        hessian = centred.T @ (weights[:, None] * centred)
        direction = np.linalg.lstsq(hessian, -gradient, rcond=1e-12)[0]
        # Where rows are about to lose all weight, the Hessian is nearly singular.
        direction *= min(1.0, LONGEST_STEP / max(np.abs(direction).max(), 1e-300))
        slope = float(gradient @ direction)
        length = 1.0
        trial, lower = _tilted(z, q, multipliers + direction)
        # So near the minimum the value no longer tells a better step from a worse one.
        while slope < -1e-10 and lower > value + 1e-4 * length * slope and length > 1e-10:
            length /= 2
            trial, lower = _tilted(z, q, multipliers + length * direction)
        multipliers = multipliers + length * direction
        weights, value = trial, lower
        if np.abs(multipliers).max() > MOST_TILT:
            break
    return None


def _tilted(z: Floats, q: Floats, multipliers: Floats) -> tuple[Floats, float]:
    exponent = z @ multipliers
    top = exponent.max()
    tilted = q * np.exp(exponent - top)
    total = tilted.sum()
    return tilted / total, float(top + np.log(total))


def _blocking(z: Floats, q: Floats) -> Ints:
    """Return the columns that keep 0 from the inside of the convex hull of the rows of `z`.

    A linear programme finds weights with the smallest sum of absolute differences from 0; the
    columns that still differ block. Where none does, 0 is on an edge of the hull, and the columns
    that change along the direction without a minimum are named.
    """
    n, m = z.shape
    slack = np.eye(m)
    equal = np.block([[z.T, slack, -slack], [np.ones((1, n)), np.zeros((1, 2 * m))]])
    cost = np.concatenate([np.zeros(n), np.ones(2 * m)])
    found = linprog(cost, A_eq=equal, b_eq=np.append(np.zeros(m), 1.0), method="highs")
    solved = np.asarray(found.x)
    left = np.abs(solved[n : n + m] - solved[n + m :])
    if (left > SLACK_TOLERANCE).any():
        return np.flatnonzero(left > SLACK_TOLERANCE)
    # The direction u that separates: u'z <= 0 in all rows, with the lowest sum.
    aside = linprog(q @ z, A_ub=z, b_ub=np.zeros(n), bounds=(-1, 1), method="highs")
    named = np.flatnonzero(np.abs(np.asarray(aside.x)) > SLACK_TOLERANCE)
    return named if len(named) else np.arange(m)
