import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.reform import Calendar, difference_in_differences, trends
from trajectories.reform.design.pre_trends import pre_trends

REFORM = Calendar(dt.date(2014, 1, 1), anticipation_months=9, span_months=12, step_months=3)


def _months(seed: int, n: int = 3000, effect: float = 0.0, drift: float = 0.0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    index = random.integers(0, 96, n)
    person = random.integers(0, n // 6, n)
    touched = person % 3 == 0
    after = index >= 72
    chance = 0.2 + 0.05 * touched + 0.001 * index / 12 + touched * (effect * after)
    chance = chance + touched * drift * index / 12 + 0.1 * (person % 2)
    return pl.DataFrame(
        {
            "person": person,
            "month": [dt.date(2008 + i // 12, i % 12 + 1, 1) for i in index.tolist()],
            "touched": touched,
            "weight": random.uniform(0.5, 2, n),
            "job": random.random(n) < chance,
        }
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_it_equals_the_interaction_of_a_saturated_regression(seed: int) -> None:
    data = _months(seed)
    found = difference_in_differences(data, "job", calendar=REFORM).row(0, named=True)
    part = data.with_columns(side=REFORM.side(pl.col("month"))).drop_nulls("side")
    frame = pd.DataFrame(
        part.select(
            y=pl.col("job").cast(pl.Float64),
            t=pl.col("touched").cast(pl.Float64),
            a=(pl.col("side") == "after").cast(pl.Float64),
            w="weight",
            person="person",
        ).to_dict(as_series=False)
    )
    fit = smf.wls("y ~ t * a", frame, weights=frame["w"]).fit(
        cov_type="cluster", cov_kwds={"groups": frame["person"]}
    )
    n, k = len(frame), 4
    assert found["estimate"] == pytest.approx(fit.params["t:a"], rel=1e-9)
    assert found["se"] == pytest.approx(fit.bse["t:a"] * np.sqrt((n - k) / (n - 1)), rel=1e-9)
    assert found["rows"] == n
    assert found["persons"] == frame["person"].nunique()
    assert found["touched_after"] == pytest.approx(fit.params.sum())
    assert found["low"] < found["estimate"] < found["high"]


def test_ratios_equal_a_saturated_poisson_regression() -> None:
    data = _months(3).with_columns(weight=pl.lit(1.0))
    found = difference_in_differences(data, "job", calendar=REFORM, scale="ratio")
    part = data.with_columns(side=REFORM.side(pl.col("month"))).drop_nulls("side")
    frame = pd.DataFrame(
        part.select(
            y=pl.col("job").cast(pl.Float64),
            t=pl.col("touched").cast(pl.Float64),
            a=(pl.col("side") == "after").cast(pl.Float64),
            person="person",
        ).to_dict(as_series=False)
    )
    fit = smf.poisson("y ~ t * a", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["person"]}, disp=0, method="newton"
    )
    row = found.row(0, named=True)
    assert np.log(row["estimate"]) == pytest.approx(fit.params["t:a"], rel=1e-7)
    n = len(frame)
    assert row["se"] == pytest.approx(fit.bse["t:a"] * np.sqrt((n - 4) / (n - 1)), rel=1e-6)


def test_the_months_compared_are_those_of_the_calendar() -> None:
    months = pl.DataFrame(
        {"month": pl.date_range(dt.date(2011, 1, 1), dt.date(2016, 1, 1), "1mo", eager=True)}
    )
    side = months.select(pl.col("month"), side=REFORM.side(pl.col("month")))
    before = side.filter(pl.col("side") == "before")["month"]
    after = side.filter(pl.col("side") == "after")["month"]
    assert (before.min(), before.max()) == (dt.date(2012, 4, 1), dt.date(2013, 3, 1))
    assert (after.min(), after.max()) == (dt.date(2014, 1, 1), dt.date(2014, 12, 1))
    step = months.select(pl.col("month"), step=REFORM.step(pl.col("month")))
    of = dict(step.iter_rows())
    assert [of[dt.date(2013, 12, 1)], of[dt.date(2014, 1, 1)], of[dt.date(2014, 4, 1)]] == [
        -1,
        0,
        1,
    ]
    assert of[dt.date(2013, 3, 1)] == -4
    assert Calendar(dt.date(2014, 1, 1), 8, 12, 3).left_out_months == 9
    for wrong in (
        (dt.date(2014, 1, 2), 0, 12, 3),
        (dt.date(2014, 1, 1), -1, 12, 3),
        (dt.date(2014, 1, 1), 0, 12, 5),
    ):
        with pytest.raises(ValueError, match="month"):
            Calendar(*wrong)


def test_steps_equal_an_event_study_by_regression() -> None:
    data = _months(4, 6000)
    found = trends(data, "job", calendar=REFORM, shown_months=18)
    assert found.reference == -4
    assert found.table["step"].to_list() == [-9, -8, -7, -6, -5, -4, 0, 1, 2, 3, 4, 5]
    part = data.with_columns(step=REFORM.step(pl.col("month"))).filter(
        pl.col("step").is_in(found.table["step"].implode())
    )
    frame = pd.DataFrame(
        part.select(
            y=pl.col("job").cast(pl.Float64),
            t=pl.col("touched").cast(pl.Float64),
            step=pl.col("step").cast(pl.String),
            w="weight",
            person="person",
        ).to_dict(as_series=False)
    )
    fit = smf.wls("y ~ C(step, Treatment('-4')) * t", frame, weights=frame["w"]).fit(
        cov_type="cluster", cov_kwds={"groups": frame["person"]}
    )
    names = [f"C(step, Treatment('-4'))[T.{step}]:t" for step in found.steps]
    np.testing.assert_allclose(found.estimate, fit.params[names], rtol=1e-8)
    n, k = len(frame), 2 * 12
    np.testing.assert_allclose(
        found.vcov, fit.cov_params().loc[names, names] * (n - k) / (n - 1), rtol=1e-6, atol=1e-12
    )
    at = found.table.filter(pl.col("step") == -4).row(0, named=True)
    assert at["estimate"] == 0
    assert at["se"] is None


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_shift_of_one_group_or_of_one_time_changes_nothing(seed: int) -> None:
    data = _months(seed, 800).with_columns(y=pl.col("job").cast(pl.Float64))
    moved = data.with_columns(
        y=pl.col("y")
        + 3 * pl.col("touched").cast(pl.Float64)
        - (pl.col("month") >= REFORM.date).cast(pl.Float64)
    )
    one, two = (
        difference_in_differences(part, "y", calendar=REFORM).row(0, named=True)
        for part in (data, moved)
    )
    assert one["estimate"] == pytest.approx(two["estimate"], abs=1e-10)
    assert one["se"] == pytest.approx(two["se"], abs=1e-10)


def test_a_cell_without_rows_has_no_estimate() -> None:
    data = _months(5, 400).filter(pl.col("touched") | (pl.col("month") < REFORM.date))
    row = difference_in_differences(data, "job", calendar=REFORM).row(0, named=True)
    assert row["estimate"] is None
    assert row["comparison_after"] is None
    assert row["touched_after"] is not None
    never = data.with_columns(job=pl.lit(value=False))
    ratio = difference_in_differences(never, "job", calendar=REFORM, scale="ratio")
    assert ratio["estimate"].item() is None
    with pytest.raises(ValueError, match="last step before"):
        trends(data.filter(pl.col("month") > REFORM.date), "job", calendar=REFORM, shown_months=12)


def test_pre_trends_speak_where_trends_differ_and_not_where_they_do_not() -> None:
    def rejections(drift: float, times: int) -> int:
        count = 0
        for seed in range(times):
            data = _months(100 + seed, 4000, drift=drift)
            found = pre_trends(trends(data, "job", calendar=REFORM, shown_months=60))
            assert found.slope_low < found.slope < found.slope_high
            count += found.p_value < 0.05
        return count

    # Of 100 tests at 5 per cent more than 13 reject with a chance of 0.05 per cent.
    assert rejections(0.0, 100) <= 13
    assert rejections(0.08, 30) > 20
    none = pre_trends(trends(_months(1), "job", calendar=REFORM, shown_months=3))
    assert none.steps == 0
    assert np.isnan(none.p_value)


def test_the_slope_is_the_generalised_least_squares_line() -> None:
    found = trends(_months(6, 6000), "job", calendar=REFORM, shown_months=18)
    tested = pre_trends(found)
    before = found.steps < found.reference
    x = (found.steps[before] - found.reference).astype(float)
    inverse = np.linalg.inv(found.vcov[np.ix_(before, before)])
    slope = x @ inverse @ found.estimate[before] / (x @ inverse @ x)
    assert tested.slope == pytest.approx(slope)
    assert tested.slope_se == pytest.approx((x @ inverse @ x) ** -0.5)
