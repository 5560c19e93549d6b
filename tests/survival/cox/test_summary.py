"""Joint tests and concordance against what they are by definition."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from survival.cox_oracles import ARGUMENTS, Naive, drawn
from trajectories.survival.cox.model import fit_cox
from trajectories.survival.cox.summary import concordance, joint_tests


def test_the_score_test_of_one_group_is_the_log_rank_test():
    frame = drawn(80, seed=11)
    fit = fit_cox(frame, entry="entry", stop="stop", event="event", terms=["z"], ties="exact")
    observed, variance = 0.0, 0.0
    naive = Naive(frame, layered=False, weighted=False)
    for _, _, at_risk, dead in naive.moments():
        n, d, exposed = at_risk.sum(), dead.sum(), naive.x[at_risk, 1].sum()
        observed += naive.x[dead, 1].sum() - d * exposed / n
        if n > 1:
            variance += d * (n - d) / (n - 1) * exposed / n * (1 - exposed / n)
    found = {row["test"]: row for row in joint_tests(fit).iter_rows(named=True)}
    assert found["score"]["chi2"] == pytest.approx(observed**2 / variance, rel=1e-10)
    assert found["score"]["p"] == pytest.approx(stats.chi2.sf(found["score"]["chi2"], 1))
    assert list(found) == ["likelihood ratio", "score", "wald"]


def test_the_tests_of_clusters():
    frame = drawn()
    fit = fit_cox(frame, **ARGUMENTS, cluster="id")
    tests = joint_tests(fit)
    assert tests["df"].to_list() == [2] * 4
    wald = tests.filter(pl.col("test") == "wald")["chi2"][0]
    assert wald == pytest.approx(fit.coef @ np.linalg.inv(fit.vcov) @ fit.coef, rel=1e-10)
    single = fit_cox(frame, **{**ARGUMENTS, "terms": ["z"]}, cluster="id")
    wald, robust = joint_tests(single)["chi2"].to_list()[2:]
    # Both are tests of the same coefficient, near 0.
    assert robust == pytest.approx(wald, rel=0.3)


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6), layered=st.booleans())
def test_concordance_counts_pairs(seed, layered):
    frame = drawn(40, seed).with_columns(pl.col("x").round(0))
    fit = fit_cox(frame, **ARGUMENTS, weight="w", strata="layer" if layered else None)
    naive = Naive(frame, layered=layered)
    eta = np.round(naive.x @ fit.coef, 9)
    better, pairs = 0.0, 0.0
    for _, _, at_risk, dead in naive.moments():
        for i in np.flatnonzero(dead):
            for j in np.flatnonzero(at_risk & ~dead):
                weight = naive.w[i] * naive.w[j]
                pairs += weight
                better += weight * (1.0 if eta[i] > eta[j] else 0.5 if eta[i] == eta[j] else 0.0)
    assert concordance(fit) == pytest.approx(better / pairs, rel=1e-12)


def test_a_covariate_that_orders_everybody_has_concordance_1():
    frame = pl.DataFrame(
        {"t": [1, 2, 3, 4, 5, 6], "d": [1, 1, 0, 1, 1, 0], "x": [9.0, 8, 7, 6, 5, 1]}
    )
    # The coefficient diverges; one pair the wrong way round holds it.
    mixed = frame.with_columns(x=pl.Series([9.0, 5, 7, 6, 8, 1]))
    fit = fit_cox(mixed, stop="t", event="d", terms=["x"])
    assert fit.coef[0] > 0
    # Of 5 + 4 + 2 + 1 pairs those of 5 with 7, 6 and 8 and of 6 with 8 are the wrong way round.
    assert concordance(fit) == pytest.approx(8 / 12)
