"""Residuals and the baseline hazard against sums written out, person by person."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survival.cox_oracles import ARGUMENTS, Naive, drawn
from trajectories.errors import UserError
from trajectories.survival.cox.model import CoxFit, fit_cox
from trajectories.survival.cox.residuals import (
    baseline_hazard,
    deviance_residuals,
    dfbeta,
    martingale_residuals,
    schoenfeld_residuals,
    score_residuals,
)

TIES = pytest.mark.parametrize("ties", ["efron", "breslow"])


def fit_of(frame: pl.DataFrame, ties: str = "efron") -> CoxFit:
    return fit_cox(frame, **ARGUMENTS, ties=ties, strata="layer", weight="w")


def written_out(frame: pl.DataFrame, fit: CoxFit) -> tuple[np.ndarray, np.ndarray]:
    """(rows,) martingale and (rows, k) weighted score residuals, step by step."""
    naive = Naive(frame)
    martingale = naive.event.astype(float)
    score = np.zeros_like(naive.x)
    for _, _, at_risk, dead in naive.moments():
        each = list(naive.substeps(fit.coef, at_risk, dead, efron=fit.ties == "efron"))
        for i in np.flatnonzero(at_risk):
            for jump, mean, left in each:
                exposed = (left if dead[i] else 1.0) * jump * np.exp(naive.x[i] @ fit.coef)
                martingale[i] -= exposed
                score[i] -= naive.w[i] * exposed * (naive.x[i] - mean)
            if dead[i]:
                mean = np.mean([mean for _, mean, _ in each], axis=0)
                score[i] += naive.w[i] * (naive.x[i] - mean)
    return martingale, score


@TIES
@settings(max_examples=8)
@given(seed=st.integers(0, 10**6))
def test_residuals_of_rows(ties, seed):
    frame = drawn(40, seed)
    fit = fit_of(frame, ties)
    martingale, score = written_out(frame, fit)
    np.testing.assert_allclose(martingale_residuals(fit), martingale, atol=1e-10)
    np.testing.assert_allclose(score_residuals(fit), score, atol=1e-10)
    np.testing.assert_allclose(dfbeta(fit), score @ fit.model_vcov, atol=1e-10)
    # Weighted residuals sum to nothing, those of martingales in each stratum.
    np.testing.assert_allclose(score.sum(axis=0), 0, atol=1e-8)
    weighted = pl.DataFrame({"layer": frame["layer"], "r": martingale * frame["w"]})
    sums = weighted.group_by("layer").agg(pl.col("r").sum())["r"]
    np.testing.assert_allclose(sums, 0, atol=1e-10)
    event, expected = frame["event"].to_numpy(), frame["event"].to_numpy() - martingale
    deviance = 2 * (expected - event)
    deviance[event == 1] -= 2 * np.log(expected[event == 1])
    np.testing.assert_allclose(deviance_residuals(fit) ** 2, deviance, atol=1e-10)
    # A residual of 0 is off by a rounding error, in either direction.
    far = np.abs(martingale) > 1e-9
    assert (np.sign(deviance_residuals(fit)) == np.sign(martingale))[far].all()


@TIES
def test_schoenfeld_residuals_are_those_of_the_events(ties):
    frame = drawn()
    fit, naive = fit_of(frame, ties), Naive(frame)
    ours = schoenfeld_residuals(fit)
    expected = []
    for _, now, at_risk, dead in naive.moments():
        each = naive.substeps(fit.coef, at_risk, dead, efron=ties == "efron")
        mean = np.mean([mean for _, mean, _ in each], axis=0)
        expected += [(i, now, *(naive.x[i] - mean)) for i in np.flatnonzero(dead)]
    assert ours.columns == ["row", "time", "x", "z"]
    np.testing.assert_allclose(ours.to_numpy(), np.array(expected), atol=1e-10)


@TIES
def test_the_baseline_hazard_is_that_of_covariates_0(ties):
    frame = drawn()
    fit, naive = fit_of(frame, ties), Naive(frame)
    ours = baseline_hazard(fit)
    assert ours.columns == ["stratum", "time", "hazard"]
    assert ours.select("stratum", "time").rows() == sorted(
        {(layer, float(stop)) for layer, stop in frame.select("layer", "stop").rows()}
    )
    for layer, time, hazard in ours.rows():
        total = sum(
            jump
            for own, now, at_risk, dead in naive.moments()
            if own == layer and now <= time
            for jump, _, _ in naive.substeps(fit.coef, at_risk, dead, efron=ties == "efron")
        )
        assert hazard == pytest.approx(total, rel=1e-10)


def test_dfbeta_is_the_derivative_in_a_row_s_weight():
    # With Efron's ties the weights of those tied are averaged, which is another derivative.
    frame = drawn()
    fit, step = fit_of(frame, "breslow"), 1e-4
    for row in (0, 7, 20, 33):
        grow = pl.when(pl.int_range(60) == row).then(step).otherwise(0.0)
        up, down = (
            fit_of(frame.with_columns(w=pl.col("w") * (1 + sign * grow)), "breslow").coef
            for sign in (1, -1)
        )
        np.testing.assert_allclose(dfbeta(fit)[row], (up - down) / (2 * step), rtol=1e-5, atol=1e-9)


def test_dfbeta_is_nearly_what_leaving_a_row_out_moves():
    frame = drawn(300, seed=8).with_columns(w=pl.lit(1.0))
    fit = fit_of(frame)
    rows = np.arange(0, 300, 30)
    moved = np.array(
        [fit.coef - fit_of(frame.filter(pl.int_range(300) != int(i))).coef for i in rows]
    )
    assert np.corrcoef(dfbeta(fit)[rows].ravel(), moved.ravel())[0, 1] > 0.99


def test_the_robust_variance_is_the_sum_of_squared_dfbetas():
    frame = drawn()
    fit = fit_cox(frame, **ARGUMENTS, cluster="id")
    sums = dfbeta(fit)[::2] + dfbeta(fit)[1::2]
    np.testing.assert_allclose(sums.T @ sums, fit.vcov, rtol=1e-10)


def test_exact_ties_have_no_hazard():
    fit = fit_cox(drawn(), **ARGUMENTS, ties="exact")
    makers = (
        martingale_residuals,
        deviance_residuals,
        score_residuals,
        dfbeta,
        schoenfeld_residuals,
        baseline_hazard,
    )
    for make in makers:
        with pytest.raises(UserError, match="no baseline hazard: use Efron's"):
            make(fit)


def test_a_baseline_without_strata_has_two_columns():
    frame = pl.DataFrame({"t": [1, 2, 3, 4], "d": [1, 0, 1, 1], "x": [0, 1, 1, 0]})
    ours = baseline_hazard(fit_cox(frame, stop="t", event="d", terms=["x"]))
    assert ours.columns == ["time", "hazard"]
    assert ours["time"].to_list() == [1, 2, 3, 4]
    assert ours["hazard"][0] == ours["hazard"][1]
