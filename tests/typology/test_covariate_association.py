"""The share of an association that a typology keeps, as R's clustassoc."""

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from discrepancy import naive
from discrepancy.r_mvad import case, table
from trajectories.discrepancy import discrepancy
from trajectories.typology import cluster_association


@pytest.mark.parametrize("weighted", [False, True])
def test_what_clusters_keep_equals_r(reference, weighted):
    mvad = case(reference, weighted=weighted)
    members = table(reference, "hclust_ward.D_members", weighted=weighted)
    expected = table(reference, "clustassoc", weighted=weighted)
    partitions = [members[str(k)] for k in range(2, 9)]
    found = cluster_association(mvad.d, partitions, mvad.data["gcse5eq"], mvad.weights)
    assert found["clusters"].to_list() == expected["numcluster"].to_list()
    assert_allclose(found["unaccounted"], expected["Unaccounted"], rtol=1e-9)
    assert_allclose(found["remaining"], expected["Remaining"], rtol=1e-9)
    # R searches for the least deviance and stops near it; this is the least itself.
    excess = (expected["BIC"] - found["bic"]).to_numpy()
    assert (excess > -1e-9).all()
    assert (excess < 1e-4).all()


def planted(seed=0):
    d, groups = naive.points(seed, 40, shift=3)
    return d, groups


def test_clusters_that_are_the_covariate_keep_all_of_it():
    d, groups = planted()
    half = (np.random.default_rng(1).random(40) < 0.5).astype(int)
    partitions = [half, groups, groups + 2 * half]
    found = cluster_association(d, partitions, np.array(list("xy"))[groups])
    alone = discrepancy(d, groups, permutations=0).table["value"][2]
    assert found["remaining"][0] == pytest.approx(alone)
    assert found["unaccounted"][0] == 1
    assert found["unaccounted"][1] > 0.8
    assert found["unaccounted"][2:].to_list() == pytest.approx([0, 0], abs=1e-12)
    assert found["bic"][2] < found["bic"][1]


@pytest.mark.parametrize("words", [False, True])
def test_bic_is_that_of_a_regression_on_clusters(words):
    rng = np.random.default_rng(3)
    d, groups = planted(3)
    clusters, weights = np.arange(40) // 14, rng.uniform(0.5, 2, 40)
    design = sm.add_constant(np.stack([clusters == 1, clusters == 2], 1) * 1.0)
    noisy = np.where(rng.random(40) < 0.2, 1 - groups, groups)
    if words:
        model = sm.GLM(noisy, design, family=sm.families.Binomial(), freq_weights=weights)
        expected = -2 * model.fit().llf + 3 * np.log(weights.sum())
        covariate = pl.Series(noisy == 1)
    else:
        values = noisy + rng.normal(size=40)
        expected = -2 * sm.WLS(values, design, weights=weights).fit().llf + 4 * np.log(40)
        covariate = pl.Series(values)
    found = cluster_association(d, [clusters], covariate, weights)
    assert found["bic"][1] == pytest.approx(expected, rel=1e-9)
