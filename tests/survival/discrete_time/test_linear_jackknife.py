"""The jackknife of many clusters: its formula in dense algebra, and refits without each cluster."""

import numpy as np
import polars as pl
import pytest
import scipy.sparse as sp

from trajectories.survival.discrete_time import cluster_variance
from trajectories.survival.discrete_time.cells import ClusterCounts
from trajectories.survival.discrete_time.fit import clusters_of, fit_hazard
from trajectories.survival.discrete_time.likelihood import inverse
from trajectories.survival.discrete_time.linear_jackknife import linear_changes, separated_without
from trajectories.survival.discrete_time.separation import Grouping

TERMS = ["C(durb)", "C(sex)", "nch"]


@pytest.fixture(scope="module")
def panel(r_panel):
    return r_panel.with_columns(group=pl.col("pid").cast(pl.Int64) % 130)


def test_one_step_without_a_cluster_in_dense_algebra(panel):
    fit = fit_hazard(panel, event="y", terms=TERMS, cluster=None)
    counts = clusters_of(fit, "group")
    solution, x = fit._solution, fit._design.matrix.toarray()
    changes, lost = linear_changes(
        fit._design.matrix, solution, inverse(solution.information), counts
    )
    assert not lost.any()
    values = solution.values
    for g in (0, 17, 129):
        n, y = (np.asarray(m[g].todense()).ravel() for m in (counts.n, counts.y))
        score = x.T @ (values.ratio * (y - n * values.hazard))
        rest = x.T @ (x * ((fit._design.n - n) * values.weight)[:, None])
        np.testing.assert_allclose(changes[g], -np.linalg.solve(rest, score), rtol=1e-8)


def test_it_is_near_the_refits(panel, monkeypatch):
    linear = fit_hazard(panel, event="y", terms=TERMS, cluster="group", variance="crv3")
    monkeypatch.setattr(cluster_variance, "MOST_REFITS", 1000)
    refits = fit_hazard(panel, event="y", terms=TERMS, cluster="group", variance="crv3")
    ratio = linear.table["se"].to_numpy() / refits.table["se"].to_numpy()
    np.testing.assert_allclose(ratio, 1, atol=0.01)
    assert not np.array_equal(ratio, np.ones_like(ratio))


def test_a_level_within_one_cluster_is_left_out_with_it(panel, monkeypatch):
    """A dummy of each group of clusters, as of first teams: those of single clusters are lost."""
    nested = panel.with_columns(team=pl.when(pl.col("group") < 6).then("group").otherwise(6))
    terms = [*TERMS, "C(team)"]
    tables = []
    for most in (100, 1000):
        monkeypatch.setattr(cluster_variance, "MOST_REFITS", most)
        fit = fit_hazard(nested, event="y", terms=terms, cluster="group", variance="crv3")
        tables.append(fit.table)
    linear, refits = tables
    team = linear["term"].str.starts_with("C(team)").to_numpy()
    for table in tables:
        assert table.filter(pl.Series(team))["se"].is_nan().all()
    se = [table["se"].to_numpy()[1:][~team[1:]] for table in tables]
    assert np.isfinite(se[0]).all()
    np.testing.assert_allclose(se[0], se[1], rtol=0.01)
    assert linear["coef"].equals(refits["coef"])


def test_terms_that_one_cluster_alone_tells_apart_are_lost_and_no_others(panel):
    """Two columns that agree outside one cluster: neither is known without it, their sum is."""
    lone = pl.col("group") == 3
    twins = panel.with_columns(
        one=pl.col("nch").cast(pl.Float64),
        other=pl.col("nch").cast(pl.Float64) + lone.cast(pl.Float64),
    )
    terms = ["C(durb)", "one", "other"]
    fit = fit_hazard(twins, event="y", terms=terms, cluster="group", variance="crv3")
    se = dict(fit.table.select("term", "se").iter_rows())
    assert np.isnan(se["one"])
    assert np.isnan(se["other"])
    durations = [value for name, value in se.items() if name.startswith("C(durb)")]
    assert np.isfinite(durations).all()


@pytest.mark.parametrize(
    ("events", "found"),
    [([[1, 0, 0], [0, 0, 1]], {"C(x)"}), ([[1, 1, 0], [1, 0, 1]], set())],
)
def test_a_group_whose_events_lie_in_one_cluster_is_separated_without_it(events, found):
    months = sp.csr_matrix(np.array([[5.0, 4, 0], [5, 0, 5]]))
    counts = ClusterCounts(months, sp.csr_matrix(np.array(events, dtype=float)))
    grouping = Grouping("C(x)", ("x",), np.array([0, 1, 1]))
    assert separated_without((grouping,), counts) == found
