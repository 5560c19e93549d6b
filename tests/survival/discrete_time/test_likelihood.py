"""The maximum of the likelihood from good and bad starts, and small symmetric systems."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.hazards import NotEstimableError
from trajectories.survival.discrete_time.likelihood import inverse, maximise, score, solve

RNG = np.random.default_rng(8)
X = sp.csr_matrix(np.column_stack([np.ones(40), RNG.normal(size=40)]))
N = RNG.integers(5, 50, 40).astype(float)
Y = np.floor(N * RNG.uniform(0.05, 0.4, 40))
NAMES = ("Intercept", "x")


@settings(max_examples=25)
@given(st.integers(1, 12), st.integers(0, 10**6))
def test_systems_are_solved(size, seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size + 3))
    matrix = root @ root.T
    right = rng.normal(size=(size, 2))
    np.testing.assert_allclose(solve(matrix, right), np.linalg.solve(matrix, right), rtol=1e-6)
    np.testing.assert_allclose(
        solve(matrix, right[:, 0]), np.linalg.solve(matrix, right[:, 0]), rtol=1e-6
    )
    np.testing.assert_allclose(inverse(matrix) @ matrix, np.eye(size), atol=1e-6)


def test_singular_systems_have_no_solution():
    singular = np.ones((2, 2))
    assert solve(singular, np.ones(2)) is None
    with pytest.raises(NotEstimableError, match="information of the model is singular"):
        inverse(singular)


@pytest.mark.parametrize("link", ["cloglog", "logit"])
@pytest.mark.parametrize("start", [None, [-9.0, 4.0], [2.5, -2.0], [-3.0, -6.0], [1.0, 30.0]])
def test_every_start_leads_to_the_same_maximum(link, start):
    plain = maximise(X, N, Y, link, NAMES)
    found = maximise(X, N, Y, link, NAMES, None if start is None else np.array(start))
    np.testing.assert_allclose(found.coef, plain.coef, rtol=1e-8)
    np.testing.assert_allclose(score(X, N, Y, found.values), 0, atol=1e-8)
    assert found.loglik == pytest.approx(plain.loglik, rel=1e-12)


def test_the_maximum_is_one():
    best = maximise(X, N, Y, "cloglog", NAMES)
    for step in ([0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]):
        hazard = 1 - np.exp(-np.exp(X @ (best.coef + np.array(step))))
        assert np.sum(Y * np.log(hazard) + (N - Y) * np.log1p(-hazard)) < best.loglik


def test_a_step_that_would_lower_the_likelihood_is_halved():
    one = sp.csr_matrix(np.ones((1, 1)))
    n, y = np.array([10_000.0]), np.array([323.0])
    found = maximise(one, n, y, "logit", ("Intercept",), np.array([-5.0]))
    assert found.coef[0] == pytest.approx(np.log(323 / 9677), rel=1e-10)


def test_terms_that_repeat_each_other_have_no_maximum():
    twice = sp.csr_matrix(np.column_stack([X.toarray(), X.toarray()[:, 1]]))
    with pytest.raises(NotEstimableError, match="separated by the terms together;"):
        maximise(twice, N, Y, "cloglog", ("Intercept", "x", "again"))
