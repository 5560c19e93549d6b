"""Several factors, as R's dissmfacw."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from discrepancy import naive
from discrepancy.r_mvad import case, table
from trajectories.discrepancy import discrepancy, multifactor


@pytest.mark.parametrize("weighted", [False, True])
def test_several_factors_equal_r(reference, weighted):
    mvad = case(reference, weighted=weighted)
    expected = table(reference, "dissmfacw", weighted=weighted)
    factors = expected["Variable"].to_list()[:-1]
    found = multifactor(mvad.d, mvad.data, mvad.weights, factors=factors, permutations=200)
    assert found.table["factor"].to_list() == [*factors, "Total"]
    assert_allclose(found.table["pseudo_f"], expected["PseudoF"], rtol=1e-9)
    assert_allclose(found.table["pseudo_r2"], expected["PseudoR2"], rtol=1e-9)
    # R took ten permutations, the observed one among them, so that .1 is the least it could find.
    assert (found.table["p_value"] <= expected["p_value"]).all()


def explained(matrix, columns, weights):
    """Project centred dissimilarities on weighted columns, as matrices."""
    n, share = len(weights), weights / weights.sum()
    centring = np.eye(n) - np.outer(np.ones(n), share)
    gower = centring @ (-matrix / 2) @ centring.T
    root = np.sqrt(weights)
    q, _ = np.linalg.qr(root[:, None] * columns)
    return float(np.trace(q @ q.T @ (np.outer(root, root) * gower)))


def data(seed, n):
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "word": rng.choice(list("abc"), n),
            "number": rng.normal(size=n),
            "truth": rng.random(n) < 0.5,
        }
    )


@given(st.integers(0, 50), st.booleans())
@settings(max_examples=15)
def test_shares_are_those_of_projections(seed, squared):
    d, _ = naive.points(seed, 30)
    frame, weights = data(seed, 30), np.random.default_rng(seed).uniform(0.5, 2, 30)
    found = multifactor(d, frame, weights, squared=squared, permutations=0).table
    matrix = naive.square(d**2 if squared else d)
    parts = {
        "word": np.stack([frame["word"] == "b", frame["word"] == "c"], 1) * 1.0,
        "number": frame["number"].to_numpy()[:, None],
        "truth": frame["truth"].to_numpy()[:, None] * 1.0,
    }
    ones, total = np.ones((30, 1)), naive.sum_of_squares(matrix, weights)
    full = explained(matrix, np.concatenate([ones, *parts.values()], 1), weights)
    residual = (total - full) / (weights.sum() - 5)
    for name, df, f, r2 in found.select("factor", "df", "pseudo_f", "pseudo_r2").iter_rows():
        rest = [part for other, part in parts.items() if other != name]
        without = 0.0
        if name != "Total":
            without = explained(matrix, np.concatenate([ones, *rest], 1), weights)
        assert_allclose(r2, (full - without) / total, rtol=1e-9, atol=1e-12)
        assert_allclose(f, (full - without) / df / residual, rtol=1e-9, atol=1e-12)


def test_one_factor_is_the_analysis_of_one_factor():
    d, groups = naive.points(2, 24, shift=1)
    weights = np.random.default_rng(2).uniform(1, 2, 24)
    found = multifactor(d, pl.DataFrame({"g": groups == 1}), weights, permutations=300).table
    single = discrepancy(d, groups, weights, permutations=300).table
    assert_allclose(found["pseudo_f"], np.full(2, single["value"][0]), rtol=1e-9)
    assert_allclose(found["pseudo_r2"], np.full(2, single["value"][2]), rtol=1e-9)
    assert found["p_value"][0] == pytest.approx(single["p_value"][0], abs=0.06)


@pytest.mark.untraced
def test_the_test_rejects_true_nulls_in_one_of_twenty_and_finds_a_planted_factor():
    rejected, found = 0, 0
    for seed in range(100):
        d, groups = naive.points(seed, 24, shift=1.5)
        noise = np.random.default_rng([seed, 7]).normal(size=24)
        frame = pl.DataFrame({"noise": noise, "group": groups == 1})
        p = multifactor(d, frame, permutations=20, seed=seed).table["p_value"]
        rejected += p[0] <= 0.05
        found += p[1] <= 0.05
    assert stats.binomtest(rejected, 100, 0.05).pvalue > 0.01
    assert found > 90


def test_factors_that_cannot_be_told_apart_are_refused():
    d, groups = naive.points(0, 12)
    frame = pl.DataFrame({"a": groups, "b": 1.0 - groups, "c": None, "d": 1})
    with pytest.raises(ValueError, match="determined by the others"):
        multifactor(d, frame, factors=["a", "b"])
    with pytest.raises(ValueError, match="c has missing values"):
        multifactor(d, frame, factors=["a", "c"])
    with pytest.raises(ValueError, match="d has the same value"):
        multifactor(d, frame, factors=["a", "d"])
    with pytest.raises(ValueError, match="12 rows"):
        multifactor(d, frame[:5])
