import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from trajectories.arrays import Floats
from trajectories.reform.balancing.entropy import InfeasibleTargetError, entropy_weights


def _problem(seed: int, n: int = 60, m: int = 4) -> tuple[Floats, Floats, Floats]:
    random = np.random.default_rng(seed)
    features = random.normal(size=(n, m))
    features[:, 0] = features[:, 0] > 0.3
    target = random.dirichlet(np.ones(n) * 3) @ features
    return features, target, random.uniform(0.2, 3, n)


# Older versions of the peer's optimiser say so where they clip their own steps.
@pytest.mark.filterwarnings("ignore:Values in x were outside bounds")
@pytest.mark.parametrize("seed", range(6))
def test_weights_equal_the_optimum_that_scipy_finds(seed: int) -> None:
    features, target, base = _problem(seed)
    q = base / base.sum()
    centred = features - target

    def value(multipliers: Floats) -> float:
        return float(np.log(np.sum(q * np.exp(centred @ multipliers))))

    def tilted(multipliers: Floats) -> Floats:
        w = q * np.exp(centred @ multipliers)
        return w / w.sum()

    def gradient(multipliers: Floats) -> Floats:
        return tilted(multipliers) @ centred

    def hessian(multipliers: Floats) -> Floats:
        w, mean = tilted(multipliers), gradient(multipliers)
        return (centred * w[:, None]).T @ centred - np.outer(mean, mean)

    dual = minimize(
        value,
        np.zeros(4),
        jac=gradient,
        hess=hessian,
        method="trust-exact",
        options={"gtol": 1e-13},
    )
    found = entropy_weights(features, target, base)
    np.testing.assert_allclose(found.weights, tilted(dual.x), rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.multipliers, dual.x, rtol=0, atol=1e-8)
    primal = minimize(
        lambda w: float(np.sum(w * np.log(w / q))),
        q,
        jac=lambda w: np.log(w / q) + 1,
        method="SLSQP",
        bounds=[(1e-12, 1)] * len(q),
        constraints=[
            {"type": "eq", "fun": lambda w: w @ features - target, "jac": lambda w: features.T},
            {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones((1, len(w)))},
        ],
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    least = float(np.sum(found.weights * np.log(found.weights / q)))
    assert least == pytest.approx(primal.fun, abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(8, 80))
def test_the_target_is_met_and_weights_sum_to_one(seed: int, n: int) -> None:
    features, target, base = _problem(seed, n)
    # The target is a mean with positive weights, so it lies inside the hull, unless on a face.
    found = entropy_weights(features, target, base)
    assert found.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(found.weights @ features, target, atol=1e-9)


def test_collinear_columns_change_nothing() -> None:
    features, target, base = _problem(7)
    twice = np.column_stack([features, features[:, 1] - 2 * features[:, 2], np.ones(len(base))])
    aim = np.append(target, [target[1] - 2 * target[2], 1.0])
    one = entropy_weights(features, target, base).weights
    np.testing.assert_allclose(entropy_weights(twice, aim, base).weights, one, atol=1e-10)


def test_weights_are_the_base_weights_where_these_meet_the_target() -> None:
    features, _, base = _problem(8)
    q = base / base.sum()
    found = entropy_weights(features, q @ features, base)
    np.testing.assert_allclose(found.weights, q, rtol=1e-10)


def test_a_level_that_the_target_lacks_gets_no_weight() -> None:
    features = np.array([[1.0, 0], [1, 1], [0, 0], [0, 1]])
    found = entropy_weights(features, np.array([0.0, 0.25]), np.ones(4))
    np.testing.assert_allclose(found.weights, [0, 0, 0.75, 0.25])
    assert found.multipliers[0] == 0


def test_columns_that_keep_the_target_from_being_met_are_named() -> None:
    features = np.array([[1.0, 0, 3], [1, 1, 2], [1, 0, 1]])
    with pytest.raises(InfeasibleTargetError) as outside:
        entropy_weights(features, np.array([0.5, 0.5, 2]), np.ones(3))
    assert outside.value.columns.tolist() == [0]
    # Each column is met alone, but nobody is in both: shares above one half exclude each other.
    apart = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1]])
    with pytest.raises(InfeasibleTargetError) as jointly:
        entropy_weights(apart, np.array([0.6, 0.6, 0.5]), np.ones(6))
    assert set(jointly.value.columns.tolist()) <= {0, 1}
    # On the edge of the hull by two columns together, rows in neither have no weight.
    edge = entropy_weights(apart, np.array([0.5, 0.5, 0.5]), np.ones(6)).weights
    np.testing.assert_allclose(edge, [0.25, 0.25, 0, 0, 0.25, 0.25], atol=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_it_finds_weights_exactly_where_a_linear_programme_does(seed: int) -> None:
    # Few rows and many levels: the target is near the edge of the hull, or beyond it.
    random = np.random.default_rng(seed)
    levels = random.integers(0, [3, 4, 4], (random.integers(8, 30), 3))
    features = np.column_stack([levels[:, j] == v for j in range(3) for v in range(4)]).astype(
        float
    )
    others = random.integers(0, [3, 4, 4], (40, 3))
    target = np.array([np.mean(others[:, j] == v) for j in range(3) for v in range(4)])
    exists = linprog(
        np.zeros(len(features)),
        A_eq=np.vstack([features.T, np.ones(len(features))]),
        b_eq=np.append(target, 1),
        method="highs",
    )
    if exists.status == 0:
        found = entropy_weights(features, target, np.ones(len(features)))
        np.testing.assert_allclose(found.weights @ features, target, atol=1e-8)
    else:
        with pytest.raises(InfeasibleTargetError) as refused:
            entropy_weights(features, target, np.ones(len(features)))
        assert len(refused.value.columns)
