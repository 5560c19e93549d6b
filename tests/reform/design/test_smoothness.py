import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog
from scipy.stats import foldnorm

from trajectories.arrays import Floats, Ints
from trajectories.reform.design.contrasts import TREND_SCHEMA, Trends
from trajectories.reform.design.smoothness import (
    _bends,
    breakdown,
    critical_value,
    honest_interval,
)

STEPS = np.array([-9, -8, -7, -6, -5, 0, 1, 2, 3])
REFERENCE = -4
AFTER = np.full(4, 0.25)


def _trends(estimate: Floats, vcov: Floats) -> Trends:
    return Trends(pl.DataFrame(schema=TREND_SCHEMA), STEPS, estimate, vcov, REFERENCE, 500)


def _vcov(seed: int = 0) -> Floats:
    # Independent means by step, all relative to the reference.
    random = np.random.default_rng(seed)
    return np.diag(random.uniform(0.5, 2, len(STEPS))) + 1.0


def _worst_bias(weights: Floats, steps: Ints, bound: float) -> float:
    """Maximise the bias over all δ on the integer grid, by linear programming."""
    distance = steps - REFERENCE
    grid = np.arange(distance.min(), distance.max() + 1)
    cost = np.zeros(len(grid))
    for weight, at in zip(weights, distance, strict=True):
        cost[at - grid[0]] -= weight
    bend = np.zeros((len(grid) - 2, len(grid)))
    for row in range(len(grid) - 2):
        bend[row, row : row + 3] = 1, -2, 1
    zero = np.zeros((1, len(grid)))
    zero[0, -grid[0]] = 1
    found = linprog(
        cost,
        A_ub=np.vstack([bend, -bend]),
        b_ub=np.full(2 * len(bend), bound),
        A_eq=zero,
        b_eq=[0],
        bounds=(-1e4, 1e4),
        method="highs",
    )
    return float(-found.fun)


@pytest.mark.parametrize("bound", [0.0, 0.05, 0.3, 2.0])
def test_no_other_weights_give_a_shorter_interval(bound: float) -> None:
    vcov, k = _vcov(), 5
    random = np.random.default_rng(1)
    own = honest_interval(_trends(np.zeros(9), vcov), AFTER, bound)
    # The weights follow from the estimator's response to each estimate.
    weights = np.array(
        [honest_interval(_trends(np.eye(9)[i], vcov), AFTER, bound).estimate for i in range(9)]
    )
    np.testing.assert_allclose(weights[k:], AFTER, atol=1e-12)
    distance = STEPS - REFERENCE
    assert weights @ distance == pytest.approx(0, abs=1e-9)
    assert own.se == pytest.approx(np.sqrt(weights @ vcov @ weights))
    assert own.bias == pytest.approx(_worst_bias(weights, STEPS, bound), abs=1e-6)
    for size in (1e-3, 0.03, 0.3):
        for _ in range(100):
            step = random.normal(size=k) * size
            step -= distance[:k] * (step @ distance[:k]) / (distance[:k] @ distance[:k])
            other = weights + np.append(step, np.zeros(4))
            bias = bound * np.abs(other @ _bends(distance)).sum()
            se = np.sqrt(other @ vcov @ other)
            assert se * critical_value(bias / se, 0.05) >= own.half_length * (1 - 1e-7)


def test_without_a_bound_the_linear_trend_is_subtracted() -> None:
    distance = (STEPS - REFERENCE).astype(float)
    line = _trends(0.7 * distance, _vcov(2))
    found = honest_interval(line, AFTER, 0.0)
    assert found.estimate == pytest.approx(0, abs=1e-9)
    assert found.bias == 0
    lifted = line.estimate + np.where(STEPS >= 0, 3.0, 0.0)
    assert honest_interval(_trends(lifted, _vcov(2)), AFTER, 0.0).estimate == pytest.approx(3)


def test_intervals_cover_the_worst_trend_and_widen_with_the_bound() -> None:
    vcov, bound = _vcov(3) * 0.05, 0.2
    root = np.linalg.cholesky(vcov)
    random = np.random.default_rng(5)
    weights = np.array(
        [honest_interval(_trends(np.eye(9)[i], vcov), AFTER, bound).estimate for i in range(9)]
    )
    own = honest_interval(_trends(np.zeros(9), vcov), AFTER, bound)
    signs = np.sign(weights @ _bends(STEPS - REFERENCE))
    worst = _bends(STEPS - REFERENCE) @ (bound * signs) + 0.4 * (STEPS - REFERENCE)
    drawn = worst + random.normal(size=(20_000, 9)) @ root.T
    centres = drawn @ weights  # the truth is 0
    covered = np.mean(np.abs(centres) <= own.half_length)
    assert covered == pytest.approx(0.95, abs=0.006)
    halves = [
        honest_interval(_trends(np.zeros(9), vcov), AFTER, m).half_length for m in (0, 0.1, 0.2, 1)
    ]
    assert halves == sorted(halves)


@pytest.mark.parametrize("ratio", [0.0, 0.3, 1.0, 4.0, 7.9, 8.1, 20.0])
def test_critical_values_are_those_of_the_folded_normal(ratio: float) -> None:
    assert critical_value(ratio, 0.05) == pytest.approx(foldnorm.ppf(0.95, ratio), abs=1e-7)


def test_the_breakdown_is_where_the_interval_reaches_zero() -> None:
    estimate = np.where(STEPS >= 0, 10.0, 0.0)
    found = _trends(estimate, _vcov(4))
    at = breakdown(found, AFTER, 10.0)
    assert 0 < at < 10
    near = honest_interval(found, AFTER, at)
    assert abs(near.estimate) - near.half_length == pytest.approx(0, abs=1e-3)
    assert near.low < near.high
    assert breakdown(_trends(estimate * 0, _vcov(4)), AFTER, 10.0) == 0
    assert breakdown(_trends(estimate * 1000, _vcov(4)), AFTER, 1e-3) == np.inf


def test_wrong_arguments_are_told() -> None:
    found = _trends(np.zeros(9), _vcov())
    with pytest.raises(ValueError, match="the bound"):
        honest_interval(found, AFTER, -1)
    with pytest.raises(ValueError, match="each step after"):
        honest_interval(found, AFTER[:2], 1)
    late = Trends(found.table, STEPS[5:], np.zeros(4), np.eye(4), REFERENCE, 500)
    with pytest.raises(ValueError, match="at least one step before"):
        honest_interval(late, AFTER, 1)
