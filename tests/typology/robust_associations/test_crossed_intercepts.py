"""Crossed random intercepts against the likelihood of the whole covariance matrix."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from trajectories.typology.robust_associations.crossed_intercepts import crossed_intercepts


def simulated(seed, rows, columns, sds=(0.5, 1.0, 0.3), *, holes=0.3):
    stream = np.random.default_rng(seed)
    w = stream.uniform(0.5, 2, (rows, columns)) * (stream.random((rows, columns)) > holes)
    noise = stream.normal(size=(rows, columns)) / np.sqrt(np.where(w > 0, w, 1))
    u, v = stream.normal(size=(rows, 1)), stream.normal(size=(1, columns))
    return 2 + sds[0] * u + sds[1] * v + sds[2] * noise, w


def dense(y, w):
    """Minimise the restricted likelihood with every covariance written out."""
    row, column = np.nonzero(w)
    values, mass = y[row, column], w[row, column]
    same_row, same_column = row[:, None] == row, column[:, None] == column

    def covariance(log):
        a, b, s = np.exp(log)
        return a * same_row + b * same_column + np.diag(s / mass)

    def criterion(log):
        cover = covariance(log)
        inverse = np.linalg.inv(cover)
        ones = inverse.sum()
        mean = inverse.sum(axis=0) @ values / ones
        away = values - mean
        return np.linalg.slogdet(cover)[1] + np.log(ones) + away @ inverse @ away

    options = {"xatol": 1e-6, "fatol": 1e-10, "maxiter": 4000}
    found = minimize(criterion, np.zeros(3), method="Nelder-Mead", options=options)
    cover = covariance(found.x)
    inverse = np.linalg.inv(cover)
    mean = inverse.sum(axis=0) @ values / inverse.sum()
    spread = inverse @ (values - mean)
    a, b, _ = np.exp(found.x)
    u = [a * spread[row == place].sum() for place in range(len(y))]
    v = [b * spread[column == place].sum() for place in range(y.shape[1])]
    return mean, inverse.sum() ** -0.5, np.sqrt(np.exp(found.x)), u, v


@settings(max_examples=6)
@given(st.integers(0, 1000), st.sampled_from([(6, 9), (9, 6)]))
def test_estimates_and_predictions_equal_those_of_the_whole_matrix(seed, shape):
    y, w = simulated(seed, *shape)
    mean, se, sds, u, v = dense(y, w)
    found = crossed_intercepts(y, w)
    scale = w[w > 0].mean()
    assert found.mean == pytest.approx(mean, abs=2e-3)
    assert found.se == pytest.approx(se, rel=2e-2, abs=1e-3)
    assert found.row_sd == pytest.approx(sds[0], rel=2e-2, abs=5e-3)
    assert found.column_sd == pytest.approx(sds[1], rel=2e-2, abs=5e-3)
    assert np.sqrt(found.residual * scale) == pytest.approx(sds[2], rel=2e-2)
    assert_allclose(found.columns, v, atol=2e-2)
    scaled = w / scale
    deviation = (scaled * (y - found.mean - found.columns)).sum(axis=1)
    assert_allclose(found.rows(scaled.sum(axis=1), deviation), u, atol=2e-2)


def test_planted_spreads_are_found():
    y, w = simulated(1, 150, 120)
    found = crossed_intercepts(y, w)
    assert found.row_sd == pytest.approx(0.5, rel=0.15)
    assert found.column_sd == pytest.approx(1.0, rel=0.2)
    turned = crossed_intercepts(y.T, w.T)
    assert turned.row_sd == pytest.approx(found.column_sd, rel=1e-3)
    assert turned.mean == pytest.approx(found.mean, abs=1e-5)


def test_a_spread_that_is_not_there_is_0():
    stream = np.random.default_rng(3)
    y = stream.normal(size=(40, 1)) + 0.01 * stream.permuted(
        np.tile(np.linspace(-1, 1, 30), (40, 1)), axis=1
    )
    y -= (y - y.mean(axis=1, keepdims=True)).mean(axis=0)
    found = crossed_intercepts(y, np.ones((40, 30)))
    assert found.column_sd == 0
    assert found.row_sd == pytest.approx(y.mean(axis=1).std(ddof=1), rel=1e-2)


def test_equal_observations_have_no_spread_and_none_are_refused():
    found = crossed_intercepts(np.full((3, 4), 0.2), np.ones((3, 4)))
    assert (found.mean, found.se, found.row_sd, found.column_sd) == (pytest.approx(0.2), 0, 0, 0)
    assert_allclose(found.rows(np.ones(2), np.ones(2)), 0)
    with pytest.raises(ValueError, match="at least two observations"):
        crossed_intercepts(np.ones((2, 2)), np.zeros((2, 2)))
