"""Gamma frailty against integration by hand, and against what was planted."""

import re

import numpy as np
import polars as pl
import pytest
from scipy.integrate import quad
from scipy.optimize import check_grad
from scipy.stats import gamma

from trajectories.errors import UserError
from trajectories.hazards import fit_hazard
from trajectories.survival.discrete_time.cells import cluster_counts, count
from trajectories.survival.discrete_time.frailty import LOG_VARIANCE, _Marginal


def courses(number: int, *, variance: float, seed: int = 5, months: int = 24) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    factor = rng.gamma(1 / variance, variance, number) if variance else np.ones(number)
    x = rng.integers(0, 2, number)
    rows = []
    for course in range(number):
        changed = int(rng.integers(1, months))
        for month in range(months):
            treated = int(month >= changed)
            cumulated = factor[course] * np.exp(-2.5 + 0.4 * x[course] - 0.5 * treated)
            job = int(rng.random() < -np.expm1(-cumulated))
            rows.append((course, month, x[course], treated, job))
            if job:
                break
    return pl.DataFrame(rows, schema=["course", "duration", "x", "treated", "job"], orient="row")


@pytest.fixture(scope="module")
def drawn() -> pl.DataFrame:
    return courses(1500, variance=0.8)


def likelihood(panel: pl.DataFrame) -> tuple[_Marginal, np.ndarray]:
    fit = fit_hazard(panel, terms=["x", "treated"], cluster=None)
    counts = count(panel, ["x", "treated", "course"], "job")
    units = cluster_counts(counts, fit._design.cells, ["x", "treated"], ["course"])
    return _Marginal(fit._design.matrix, units), fit._solution.coef


def test_each_unit_integrates_the_frailty_out():
    panel = courses(12, variance=0.8)
    marginal, start = likelihood(panel)
    coef = np.append(start, np.log(0.7))
    values = marginal.parts(coef)[0]
    for number, course in enumerate(panel.partition_by("course", maintain_order=True)):
        eta = coef[0] + coef[1] * course["x"].to_numpy() + coef[2] * course["treated"].to_numpy()
        event = course["job"].to_numpy() == 1

        def joint(factor: float, eta: np.ndarray = eta, event: np.ndarray = event) -> float:
            cumulated = factor * np.exp(eta)
            log = np.where(event, np.log(-np.expm1(-cumulated)), -cumulated).sum()
            return float(np.exp(log) * gamma.pdf(factor, 1 / 0.7, scale=0.7))

        assert values[number] == pytest.approx(np.log(quad(joint, 0, 60, limit=200)[0]), rel=1e-6)


def test_the_gradient_is_that_of_the_likelihood(drawn):
    marginal, start = likelihood(drawn)
    coef = np.append(start, -0.4)
    error = check_grad(
        lambda b: marginal.value_and_gradient(b)[0] / 1500,
        lambda b: marginal.value_and_gradient(b)[1] / 1500,
        coef,
    )
    assert error < 1e-6
    scores = marginal.scores(coef, np.arange(1500) % 7)
    np.testing.assert_allclose(scores.sum(axis=0), marginal.value_and_gradient(coef)[1], rtol=1e-9)


def test_the_planted_effect_and_variance_are_found(drawn):
    fit = fit_hazard(drawn, terms=["x", "treated"], cluster="course", frailty="gamma")
    table = {row["term"]: row for row in fit.table.iter_rows(named=True)}
    assert list(table) == ["Intercept", "x", "treated", LOG_VARIANCE]
    for term, truth in (("x", 0.4), ("treated", -0.5), (LOG_VARIANCE, np.log(0.8))):
        assert abs(table[term]["coef"] - truth) < 3 * table[term]["se"]
    plain = fit_hazard(drawn, terms=["x", "treated"], cluster="course")
    assert fit.loglik > plain.loglik + 2
    assert (fit.frailty, fit.clusters, fit.variance) == ("gamma", 1500, "crv1")
    model = fit_hazard(drawn, terms=["x", "treated"], cluster=None, frailty="gamma")
    np.testing.assert_allclose(model.table["se"], fit.table["se"], rtol=0.25)


def test_without_a_factor_the_coefficients_are_the_plain_ones():
    panel = courses(400, variance=0, seed=8)
    fit = fit_hazard(panel, terms=["x"], cluster=None, frailty="gamma")
    plain = fit_hazard(panel, terms=["x"], cluster=None)
    if fit.notes:
        assert "goes to 0" in fit.notes[0]
        np.testing.assert_allclose(fit.table["coef"][:2], plain.table["coef"], rtol=1e-3)
    assert fit.loglik >= plain.loglik - 1e-3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"link": "logit"}, "requires the link cloglog"),
        ({"frailty": "normal"}, "The frailty 'normal' is unknown"),
        ({"cluster": "twice"}, "belong to more than one 'twice'"),
    ],
)
def test_mistakes_get_a_sentence(drawn, change, sentence):
    panel = drawn.with_columns(twice=pl.col("duration") % 2)
    arguments = {"terms": ["x"], "cluster": "course", "frailty": "gamma", **change}
    with pytest.raises(UserError, match=re.escape(sentence)):
        fit_hazard(panel, **arguments)


def test_late_entries_and_two_events_are_refused(drawn):
    late = drawn.filter(pl.col("duration") > 0)
    with pytest.raises(UserError, match="enter late"):
        fit_hazard(late, terms=["x"], cluster=None, frailty="gamma")
    twice = drawn.with_columns(course=pl.col("course") // 2)
    with pytest.raises(UserError, match="more than one event"):
        fit_hazard(twice, terms=["x"], cluster=None, frailty="gamma")
    with pytest.raises(UserError, match="needs a column of courses or persons"):
        fit_hazard(drawn.drop("course"), terms=["x"], cluster=None, frailty="gamma")
    fit = fit_hazard(drawn, terms=["x"], cluster=None, frailty="gamma")
    with pytest.raises(UserError, match="frailty model cannot be changed"):
        fit.with_cluster("course")
