"""Absorbed effects against a dummy for every group."""

import numpy as np
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.discrete_time.fixed_effects import fit_within
from trajectories.survival.errors import NotEstimableError

EXACT = 1e-7


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    """Months with 12 caseworkers; one has no event, one month has no caseworker."""
    draw = np.random.default_rng(3)
    size = 3000
    worker = draw.integers(0, 12, size)
    effect = draw.normal(0, 0.5, 12)
    x, band = draw.integers(0, 2, size), draw.integers(0, 3, size)
    chance = 1 - np.exp(-np.exp(-2 + effect[worker] - 0.3 * x + 0.2 * band))
    event = (draw.random(size) < chance) & (worker != 5)
    return pl.DataFrame(
        {
            "worker": pl.Series(worker, dtype=pl.UInt32),
            "x": x,
            "band": band,
            "office": worker // 4,
            "cluster": draw.integers(0, 20, size),
            "job": event.astype(np.int8),
        }
    ).with_columns(worker=pl.when(pl.int_range(pl.len()) > 0).then("worker"))


@pytest.mark.parametrize("link", ["poisson", "cloglog", "logit"])
def test_the_maximum_is_that_with_dummies(panel, link):
    terms = ["C(band)", "x"]
    fit = fit_within(panel, within="worker", terms=terms, link=link)
    known = panel.filter(pl.col("worker").is_not_null())
    dummies = fit_hazard(known, terms=[*terms, "C(worker)"], link=link, cluster="cluster")
    own = dummies.table.filter(pl.col("term").is_in(fit.table["term"].implode()))
    np.testing.assert_allclose(fit.table["coef"], own["coef"], rtol=EXACT)
    np.testing.assert_allclose(fit.table["se"], own["se"], rtol=EXACT)
    assert fit.loglik == pytest.approx(dummies.loglik, rel=1e-10)
    assert (fit.n, fit.events, fit.groups) == (dummies.n, dummies.events, 11)
    assert any("groups without an event" in note for note in fit.notes)


def test_what_does_not_vary_within_groups_is_left_out(panel):
    fit = fit_within(panel, within="worker", terms=["C(office)", "x"])
    assert fit.table["term"].to_list() == ["x"]
    assert "do not vary within worker" in fit.notes[-1]
    with pytest.raises(NotEstimableError, match="No term varies"):
        fit_within(panel, within="worker", terms=["C(office)"])


def test_what_cannot_be_compared_gets_a_sentence(panel):
    with pytest.raises(UserError, match="no column 'team'"):
        fit_within(panel, within="team", terms=["x"])
    with pytest.raises(NotEstimableError, match="both months"):
        fit_within(panel.with_columns(job=pl.lit(0)), within="worker", terms=["x"])
    with pytest.raises(NotEstimableError, match="one cluster"):
        fit_within(panel.with_columns(cluster=pl.lit(1)), within="worker", terms=["x"])
    apart = panel.with_columns(z=pl.col("job") * (pl.int_range(pl.len()) % 2).cast(pl.Int8))
    with pytest.raises(NotEstimableError, match="no maximum"):
        fit_within(apart, within="worker", terms=["z"], link="logit")


def test_a_dummy_without_events_within_groups_goes_with_its_months(panel):
    lone = (pl.col("worker") == 2) & (pl.col("job") == 0) & (pl.col("x") == 1)
    rows = panel.with_columns(z=lone.cast(pl.Int8).fill_null(0))
    fit = fit_within(rows, within="worker", terms=["C(band)", "x", "z"])
    without = fit_within(rows.filter(pl.col("z") == 0), within="worker", terms=["C(band)", "x"])
    np.testing.assert_allclose(fit.table["coef"], without.table["coef"], rtol=EXACT)
    np.testing.assert_allclose(fit.table["se"], without.table["se"], rtol=EXACT)
    assert "z has no event within worker" in fit.notes[0]
