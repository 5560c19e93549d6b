"""What is read off survival curves, by hand and against plain sums."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.errors import UserError
from trajectories.hazards import kaplan_meier
from trajectories.survival.curves import (
    cumulative_hazard,
    restricted_mean,
    survival_limits,
    survival_quantiles,
)

FOUR = pl.DataFrame({"person": range(4), "time": [1, 2, 3, 4], "exit": [1, 1, 0, 2]})


def test_a_quantile_on_a_level_is_the_middle_of_it():
    found = survival_quantiles(FOUR, (0.75, 0.25, 0.5))
    assert found["probability"].to_list() == [0.25, 0.5, 0.75]
    # 3/4 from 1 to 2, 1/2 from 2 to 4, and 1/4 is passed with the last.
    assert found["estimate"].to_list() == [1.5, 3.0, 4.0]
    assert found.columns == ["probability", "estimate", "low", "high"]
    assert found["high"].to_list() == [None, None, None]


def test_a_level_that_is_not_reached_is_empty():
    nobody = FOUR.with_columns(exit=pl.lit(0))
    assert survival_quantiles(nobody, (0.5,)).row(0) == (0.5, None, None, None)
    # A curve that ends on the level stays there.
    half = FOUR.with_columns(exit=pl.Series([1, 1, 0, 0]))
    assert survival_quantiles(half, (0.5,))["estimate"].to_list() == [2.0]


def test_restricted_means_are_areas():
    # 1 + 3/4 + 1/2 + 1/2, and up to 2.5 the first two and a quarter
    assert restricted_mean(FOUR).row(0)[:2] == (4.0, 2.75)
    assert restricted_mean(FOUR, until=2.5).row(0)[:2] == (2.5, 2.0)
    # It goes on at its last level: nobody leaves after 2.
    half = FOUR.with_columns(exit=pl.Series([1, 1, 0, 0]))
    assert restricted_mean(half, until=10).row(0)[:2] == (10.0, 1.75 + 4.0)


def test_the_limit_is_the_last_time_of_any_group():
    groups = FOUR.with_columns(g=pl.Series(["b", "a", "b", "a"]))
    found = restricted_mean(groups, by=["g"])
    assert found["g"].to_list() == ["a", "b"]
    assert found["until"].to_list() == [4.0, 4.0]
    alone = [restricted_mean(groups.filter(pl.col("g") == g), until=4) for g in ("a", "b")]
    assert found.drop("g").equals(pl.concat(alone))


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_without_losses_the_mean_and_its_error_are_the_sample_s(seed):
    time = np.random.default_rng(seed).integers(1, 9, 30)
    durations = pl.DataFrame({"person": np.arange(30), "time": time, "exit": 1})
    found = restricted_mean(durations, until=6).row(0, named=True)
    cut = np.minimum(time, 6)
    assert found["estimate"] == pytest.approx(cut.mean(), rel=1e-12)
    assert found["se"] == pytest.approx(cut.std() / np.sqrt(30), rel=1e-12, abs=1e-12)


@settings(max_examples=5)
@given(seed=st.integers(0, 10**6))
def test_the_cumulative_hazard_sums_events_over_those_at_risk(seed):
    rng = np.random.default_rng(seed)
    entry = rng.integers(0, 3, 25)
    durations = pl.DataFrame(
        {
            "person": np.arange(25),
            "g": rng.integers(0, 2, 25),
            "entry": entry,
            "time": entry + rng.integers(1, 6, 25),
            "exit": rng.integers(0, 3, 25),
        }
    )
    found = cumulative_hazard(durations, by="g")
    assert found.height == durations.select("g", "time").n_unique()
    for g, time, at_risk, events, _, estimate, se in found.rows():
        own = durations.filter(pl.col("g") == g)
        parts = [
            (
                own.filter((pl.col("time") == t) & (pl.col("exit") != 0)).height,
                own.filter((pl.col("time") >= t) & (pl.col("entry") < t)).height,
            )
            for t in own["time"].unique().sort()
            if t <= time
        ]
        assert (events, at_risk) == parts[-1]
        assert estimate == pytest.approx(sum(d / n for d, n in parts))
        assert se == pytest.approx(np.sqrt(sum(d / n**2 for d, n in parts)))


def test_limits_stay_under_1_and_are_empty_at_0():
    curve = survival_limits(kaplan_meier(FOUR))
    assert curve["high"][0] == 1.0
    assert 0 < curve["low"][0] < 0.75
    assert curve.row(-1, named=True)["low"] is None
    assert curve.row(-1, named=True)["high"] is None
    one = curve.row(0, named=True)
    assert one["low"] == pytest.approx(0.75 * np.exp(-1.959964 * one["se"] / 0.75), rel=1e-6)


def test_mistakes_get_a_sentence():
    with pytest.raises(UserError, match="between 0 and 1"):
        survival_quantiles(FOUR, (0.5, 1.0))
    with pytest.raises(UserError, match="must be a finite number above 0"):
        restricted_mean(FOUR, until=0)
