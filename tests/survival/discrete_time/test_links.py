"""The links' values and derivatives."""

import numpy as np
import pytest

from trajectories.survival.discrete_time.links import Link, evaluate, linear_predictor

ETA = np.linspace(-12, 2.5, 60)
LINKS: tuple[Link, Link] = ("cloglog", "logit")


@pytest.mark.parametrize("link", LINKS)
def test_derivatives_are_those_of_the_hazard(link):
    step = 1e-5
    slope = (evaluate(ETA + step, link).hazard - evaluate(ETA - step, link).hazard) / (2 * step)
    values = evaluate(ETA, link)
    variance = values.hazard * (1 - values.hazard)
    np.testing.assert_allclose(values.ratio, slope / variance, rtol=1e-5)
    np.testing.assert_allclose(values.weight, slope**2 / variance, rtol=1e-5)
    np.testing.assert_allclose(values.log_event, np.log(values.hazard), rtol=1e-10)
    np.testing.assert_allclose(values.log_survival, np.log1p(-values.hazard), rtol=1e-9)


@pytest.mark.parametrize("link", LINKS)
def test_linear_predictor_is_the_inverse(link):
    for hazard in (1e-6, 0.01, 0.5, 0.9):
        eta = np.array([linear_predictor(hazard, link)])
        assert evaluate(eta, link).hazard[0] == pytest.approx(hazard, rel=1e-12)


@pytest.mark.parametrize("link", LINKS)
def test_extreme_predictors_stay_finite(link):
    values = evaluate(np.array([-1e6, 1e6]), link)
    for column in (values.hazard, values.ratio, values.weight, values.log_event):
        assert np.isfinite(column).all()
    assert np.isfinite(values.log_survival).all()


def test_poisson_is_a_rate():
    values = evaluate(np.array([-2.0, 0.5]), "poisson")
    np.testing.assert_allclose(values.hazard, np.exp([-2.0, 0.5]))
    np.testing.assert_allclose(values.weight, values.hazard)
    # y = 1 has the likelihood mu exp(-mu), y = 0 exp(-mu)
    np.testing.assert_allclose(values.log_event, np.log(values.hazard) - values.hazard)
    np.testing.assert_allclose(values.log_survival, -values.hazard)
    assert linear_predictor(0.3, "poisson") == pytest.approx(np.log(0.3))
