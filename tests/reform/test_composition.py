import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.reform import cluster_shares, group_order, share_differences


def _windows(seed: int, n: int = 240) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "person": random.integers(0, n // 2, n).astype(np.uint32),
            "group": random.choice(["before", "during", "after"], n),
            "cluster": random.integers(1, 4, n),
            "weight": random.uniform(0.3, 3, n),
            "age": random.integers(18, 60, n).astype(np.int16),
        }
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shares_and_errors_equal_a_weighted_regression_clustered_by_person(seed: int) -> None:
    windows = _windows(seed)
    table = cluster_shares(windows, split_age=30)
    for row in table.filter(pl.col("age") == "all").iter_rows(named=True):
        part = windows.filter(pl.col("group") == row["group"])
        y = (part["cluster"] == row["cluster"]).cast(pl.Float64).to_numpy()
        fit = sm.WLS(y, np.ones(len(y)), weights=part["weight"].to_numpy()).fit(
            cov_type="cluster", cov_kwds={"groups": part["person"].to_numpy()}
        )
        assert row["share"] == pytest.approx(fit.params[0], rel=1e-12)
        assert row["se"] == pytest.approx(fit.bse[0], rel=1e-10)


def test_differences_equal_a_regression_on_the_group_clustered_by_person() -> None:
    windows = _windows(4)
    table = share_differences(windows, split_age=30)
    assert table["contrast"].unique().sort().to_list() == [
        "after - before",
        "after - during",
        "during - before",
    ]
    for row in table.filter(pl.col("age") == "all").iter_rows(named=True):
        second, first = row["contrast"].split(" - ")
        pair = windows.filter(pl.col("group").is_in([first, second]))
        y = (pair["cluster"] == row["cluster"]).cast(pl.Float64).to_numpy()
        x = sm.add_constant((pair["group"] == second).cast(pl.Float64).to_numpy())
        fit = sm.WLS(y, x, weights=pair["weight"].to_numpy()).fit(
            cov_type="cluster", cov_kwds={"groups": pair["person"].to_numpy()}
        )
        n = len(y)
        assert row["difference"] == pytest.approx(fit.params[1], rel=1e-10)
        assert row["se"] == pytest.approx(fit.bse[1] * np.sqrt((n - 2) / (n - 1)), rel=1e-10)
        assert row["high"] - row["low"] == pytest.approx(2 * 1.959963984540054 * row["se"])


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 40))
def test_shares_sum_to_one_differences_to_zero_and_counts_to_the_windows(seed: int, n: int) -> None:
    windows = _windows(seed, n)
    shares = cluster_shares(windows, split_age=30)
    full = shares.filter(pl.col("share").is_not_null())
    sums = full.group_by("age", "group").agg(pl.col("share").sum())
    assert sums["share"].to_numpy() == pytest.approx(1)
    assert shares.filter(pl.col("age") == "all")["windows"].sum() == n
    young, old = (
        shares.filter(pl.col("age") == age)["windows"].sum() for age in ("under 30", "30 and over")
    )
    assert young + old == n
    inside = shares.filter(pl.col("low").is_not_null() & pl.col("high").is_not_null())
    assert ((inside["low"] > 0) & (inside["high"] < 1) & (inside["low"] <= inside["share"])).all()
    differences = share_differences(windows, split_age=30).filter(
        pl.col("difference").is_not_null()
    )
    sums = differences.group_by("age", "contrast").agg(pl.col("difference").sum())
    assert sums["difference"].to_numpy() == pytest.approx(0, abs=1e-12)


def test_the_order_of_rows_changes_nothing() -> None:
    windows = _windows(5)
    shuffled = windows.sample(fraction=1, shuffle=True, seed=1)
    for function in (cluster_shares, share_differences):
        first, second = function(windows), function(shuffled)
        assert first.drop(pl.selectors.float()).equals(second.drop(pl.selectors.float()))
        for column in first.select(pl.selectors.float()).columns:
            np.testing.assert_allclose(first[column], second[column], rtol=1e-12)


def test_a_share_of_one_and_a_lone_person_have_no_interval() -> None:
    windows = pl.DataFrame(
        {"person": [1], "group": ["before"], "cluster": [1], "weight": [1.0], "age": [None]},
        schema_overrides={"age": pl.Int16},
    )
    row = cluster_shares(windows, split_age=30).filter(pl.col("age") == "all").row(0, named=True)
    assert (row["share"], row["se"], row["low"], row["high"]) == (1.0, None, None, None)
    assert share_differences(windows, split_age=30).is_empty()


def test_groups_that_are_no_periods_stand_in_the_order_of_letters() -> None:
    assert group_order(pl.Series(["yes", "no", None])) == ["no", "yes"]
    assert group_order(pl.Series(["after", "before"])) == ["before", "after"]
