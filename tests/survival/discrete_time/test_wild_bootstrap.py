"""The restricted wild bootstrap: against a naive refit, and its size."""

import re

import numpy as np
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.hazards import NotEstimableError, fit_hazard
from trajectories.survival.discrete_time.fit import clusters_of
from trajectories.survival.discrete_time.wild_bootstrap import _ScoreTest, wild_bootstrap


def clustered(seed: int, *, effect: float = 0.0, clusters: int = 10) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(clusters), 120)
    x = rng.normal(size=clusters)[group] + rng.normal(size=len(group))
    eta = -2 + effect * x + 0.4 * rng.normal(size=clusters)[group]
    y = rng.random(len(group)) < -np.expm1(-np.exp(eta))
    return pl.DataFrame({"g": group, "x": x.round(1), "z": group % 2, "y": y.astype(int)})


def test_the_interval_holds_the_estimate_and_turns_where_the_test_does():
    fit = fit_hazard(clustered(1, effect=0.5), event="y", terms=["z", "x"], cluster="g")
    found = wild_bootstrap(fit, "x", "g", draws=399)
    estimate = fit.table["coef"][-1]
    assert found.low < estimate < found.high
    assert (found.draws, found.clusters) == (399, 10)
    assert (found.p_value < 0.05) == (not found.low <= 0 <= found.high)
    again = wild_bootstrap(fit, "x", "g", draws=399)
    assert again == found


@pytest.mark.untraced
def test_the_size_is_near_five_per_cent_with_ten_clusters():
    rejected = 0
    for seed in range(60):
        fit = fit_hazard(clustered(seed), event="y", terms=["x"], cluster=None)

        counts = clusters_of(fit, "g")
        signs = np.random.default_rng(1).choice([-1.0, 1.0], (399, 10))
        rejected += _ScoreTest(fit, 1, counts, signs).p_value(0.0) < 0.05
    # P(more than 9 of 60) is 0.1 % at a size of 5 %
    assert rejected <= 9


def test_mistakes_get_a_sentence():
    fit = fit_hazard(clustered(2).with_columns(one=1), event="y", terms=["x"], cluster="g")
    with pytest.raises(UserError, match=re.escape("The model has no term 'w'")):
        wild_bootstrap(fit, "w", "g")
    with pytest.raises(NotEstimableError, match="lie in one cluster"):
        wild_bootstrap(fit, "x", "one")


def test_an_interval_without_an_end_is_infinite():
    two = clustered(3).filter(pl.col("g") < 2)
    fit = fit_hazard(two, event="y", terms=["x"], cluster=None)
    found = wild_bootstrap(fit, "x", "g", draws=99)
    assert np.isinf(found.low)
    assert np.isinf(found.high)
