import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.dissimilarity.on_demand import OnDemand
from trajectories.reform import Calendar, composition_weights, share_differences
from trajectories.reform.adjusted_tables import Adjustment, adjusted_tables
from trajectories.reform.ages import Ages, DesignGroups
from trajectories.reform.covariates import months_at_risk, with_covariates
from trajectories.reform.design_tables import Compared, design_tables
from trajectories.reform.resampling.reclustered import Typed
from trajectories.sequences import StateSequences

COVARIATES = ("age_band", "sex", "municipality", "state_at_origin", "season")


def _windows(seed: int, n: int = 900) -> tuple[pl.DataFrame, StateSequences]:
    random = np.random.default_rng(seed)
    late = random.integers(0, 3, n)
    year = np.array([2010, 2012, 2014])[late]
    origin = [
        dt.date(int(y), int(m), 1) for y, m in zip(year, random.integers(1, 13, n), strict=True)
    ]
    age = 18 + (42 * random.beta(1, 1 + late)).astype(int)
    first = random.integers(0, 2, n)
    windows = pl.DataFrame(
        {
            "person": random.integers(0, n - n // 4, n),
            "group": np.array(["before", "during", "after"])[late],
            "origin": origin,
            "weight": 1.0,
            "age": age,
            "sex": random.choice(["K", "M"], n),
            "municipality": random.choice([159, 657], n),
            "cluster": np.where(random.random(n) < np.where(age < 30, 0.7, 0.3), 1, 2),
        }
    )
    return windows, StateSequences.from_array(np.column_stack([first, first]), ["A", "B"])


def test_covariates_are_bands_states_and_quarters() -> None:
    windows = pl.DataFrame(
        {
            "origin": [dt.date(2014, 1, 1), dt.date(2014, 6, 1), dt.date(2014, 12, 1)],
            "age": [24, 25, None],
            "municipality": [159, None, 657],
        }
    )
    states = StateSequences.from_array(np.array([[0, 1], [1, 1], [1, 0]]), ["A", "B"])
    found = with_covariates(windows, states)
    assert found["age_band"].to_list() == ["under 25", "25-29", "unknown"]
    assert found["state_at_origin"].to_list() == ["A", "B", "B"]
    assert found["season"].to_list() == ["Q1", "Q2", "Q4"]
    assert found["municipality"].to_list() == ["159", "unknown", "657"]
    assert found["sex"].to_list() == ["unknown"] * 3


def test_months_at_risk_end_where_the_next_month_is_not_seen() -> None:
    months = [dt.date(2014, m, 1) for m in (1, 2, 3, 5)]
    found = months_at_risk(
        pl.DataFrame({"person": [1] * 4, "month": months, "state": ["SA", "SA", "JOB", "SA"]}),
        pl.DataFrame({"person": [1], "birth_date": [dt.date(1984, 1, 31)]}),
        {"job": ("JOB",), "education": ("EDU",)},
        states=("SA",),
        groups=DesignGroups(Ages(under_age=30), Ages(from_age=30)),
    )
    assert found["month"].to_list() == months[:2]
    assert found["job"].to_list() == [False, True]
    assert not found["education"].any()
    assert found["touched"].to_list() == [True, False]


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_months_at_risk_are_those_that_a_loop_finds(seed: int, as_enum: bool) -> None:
    random = np.random.default_rng(seed)
    states = ["EDU", "JOB", "SA", "SA2"]
    rows = [
        (person, dt.date(2014 + m // 12, m % 12 + 1, 1), states[random.integers(4)])
        for person in range(4)
        for m in range(18)
        if random.random() < 0.8
    ]
    months = pl.DataFrame(
        [rows[i] for i in random.permutation(len(rows))],
        schema={"person": pl.Int64, "month": pl.Date, "state": pl.String},
        orient="row",
    )
    if as_enum:
        months = months.with_columns(pl.col("state").cast(pl.Enum(states)))
    births = [dt.date(1984, 6, 3), None, dt.date(1950, 1, 1), dt.date(1985, 12, 31)]
    found = months_at_risk(
        months,
        pl.DataFrame({"person": range(4), "birth_date": births}),
        {"job": ("JOB",), "other": ("EDU", "unheard")},
        states=("SA", "SA2"),
        groups=DesignGroups(Ages(under_age=30), Ages(from_age=30)),
    )
    state = {(person, month): state for person, month, state in rows}
    expected = []
    for person, month, now in rows:
        after = state.get(
            (person, dt.date(month.year + month.month // 12, month.month % 12 + 1, 1))
        )
        if now in ("SA", "SA2") and after and births[person]:
            born = births[person]
            age = month.year - born.year - (born.month >= month.month)
            expected.append((person, month, age < 30, 1.0, after == "JOB", after == "EDU"))
    assert found.rows() == expected


def test_months_of_neither_group_are_absent() -> None:
    birth = [dt.date(2014 - age, 1, 1) for age in range(15, 90)]
    persons = pl.DataFrame({"person": range(len(birth)), "birth_date": birth})
    both = [dt.date(2014, m, 1) for m in (2, 3)]
    months = persons.select("person").join(pl.DataFrame({"month": both}), how="cross")
    groups = DesignGroups(Ages(25, 30), Ages(35, 50))
    found = months_at_risk(
        months.with_columns(state=pl.lit("SA")),
        persons,
        {"job": ("JOB",)},
        states=("SA",),
        groups=groups,
    )
    ages = dict(zip(found["person"].to_list(), found["touched"].to_list(), strict=True))
    expected = {age: True for age in range(25, 30)} | {age: False for age in range(35, 50)}
    assert ages == {age - 15: told for age, told in expected.items()}


def _adjusted(seed: int = 1) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    windows, states = _windows(seed)
    ready = with_covariates(windows, states)
    item = windows["cluster"].to_numpy() - 1
    apart = np.array([[0.0, 1.0], [1.0, 0.0]])
    space = OnDemand(
        2, lambda items: np.array([1.0])[: len(items) - 1], lambda r, c: apart[np.ix_(r, c)]
    )
    typed = Typed(
        space,
        item,
        windows["person"].to_numpy(),
        windows["weight"].to_numpy(),
        item,
        np.array([0, 1]),
    )
    adjustment = Adjustment(COVARIATES, "before", 300, 100, 7, 0.95)
    return ready, adjusted_tables(ready, typed, adjustment)


def test_tables_of_the_adjusted_comparison() -> None:
    windows, tables = _adjusted()
    weights = composition_weights(windows, "group", "before", COVARIATES)
    weighted = windows.with_columns(w=pl.Series(weights.weights))
    for row in tables["adjusted_shares"].iter_rows(named=True):
        part = weighted.filter(pl.col("group") == row["group"])
        own = part.filter(pl.col("cluster") == row["cluster"])
        assert row["share"] == pytest.approx(own.height / part.height)
        assert row["adjusted"] == pytest.approx(own["w"].sum() / part["w"].sum())
        assert row["persons"] == own["person"].n_unique()
        assert row["adjusted_low"] < row["adjusted"] < row["adjusted_high"]
    naive = share_differences(windows).filter(pl.col("age") == "all")
    both = tables["adjusted_differences"].join(naive, on=["contrast", "cluster"])
    assert both.height == 6
    np.testing.assert_allclose(both["difference"], both["difference_right"], atol=1e-12)
    # The clusters are certain here, so that both intervals tell of the same persons.
    width = (both["high"] - both["low"]) / (both["high_right"] - both["low_right"])
    np.testing.assert_allclose(width, 1, atol=0.15)
    assert both["persons"].to_list() == both["persons_right"].to_list()
    parts = tables["decomposition"].pivot("part", index=["contrast", "cluster"], values="value")
    np.testing.assert_allclose(
        parts["composition"] + parts["rates"], parts["difference"], atol=1e-12
    )
    np.testing.assert_allclose(
        parts.select(pl.sum_horizontal(COVARIATES)).to_series(), parts["composition"], atol=1e-12
    )
    # Age alone makes the clusters, and age alone moves.
    row = parts.filter((pl.col("contrast") == "after - before") & (pl.col("cluster") == 1))
    assert row["age_band"].item() > 0.6 * row["difference"].item() > 0
    balance = tables["composition_balance"]
    assert set(balance["balanced"]) == {"yes"}
    assert balance["difference_after"].abs().max() == 0
    sizes = tables["effective_sizes"]
    assert sizes["group"].to_list() == ["before", "during", "after"]
    spread = balance.filter(pl.col("covariate") == "sex")["spread_persons"]
    people = windows.group_by("group").agg(pl.col("person").n_unique())["person"]
    # two sexes, about as many of each: the standard deviation is a half
    assert spread.max() == pytest.approx(people.max() / 2, rel=0.02)
    assert sizes["precision"].is_between(0.1, 1 + 1e-9).all()


def _months(effect: float, seed: int = 3, n: int = 60_000) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    index = random.integers(0, 120, n)
    person = random.integers(0, n // 12, n)
    touched = person % 2 == 0
    chance = 0.1 + 0.03 * touched + effect * (touched & (index >= 72))
    return pl.DataFrame(
        {
            "person": person,
            "month": [dt.date(2008 + i // 12, i % 12 + 1, 1) for i in index.tolist()],
            "touched": touched,
            "weight": 1.0,
            "job": random.random(n) < chance,
        }
    )


def test_tables_of_the_design_find_a_planted_effect() -> None:
    calendar = Calendar(dt.date(2014, 1, 1), 9, 12, 3)
    found = design_tables(
        [Compared(_months(0.1), {"exit_job": "job"}, calendar)],
        shown_months=36,
        bounds=(0.0, 0.001),
        confidence=0.95,
    )
    row = found["design"].row(0, named=True)
    assert row["low"] < 0.1 < row["high"]
    assert row["low"] > 0
    assert row["bounded_low"] < 0.1 < row["bounded_high"]
    assert (row["word"], row["pre_trends"] != "contradicted") == ("effect", True)
    assert row["placebo_count"] == found["design_placebos"].height == 5
    assert row["placebo_p_value"] == pytest.approx(1 / 6)
    compared = _months(0.1).with_columns(side=calendar.side(pl.col("month"))).drop_nulls("side")
    cells = compared.group_by("touched", "side").agg(pl.len(), with_job=pl.col("job").sum())
    assert row["fewest_rows"] == cells["len"].min()
    before = cells.filter(pl.col("touched"), pl.col("side") == "before")
    assert row["touched_before_fewer"] == before["with_job"].item()
    trends = found["design_trends"]
    assert 0 < trends["fewest_rows"].min() < row["fewest_rows"]
    assert trends["months"].to_list() == [3 * lag for lag in trends["lag"].to_list()]
    after = trends.filter(pl.col("lag") >= 0)["estimate"].mean()
    before = trends.filter(pl.col("lag") < 0)["estimate"].mean()
    assert after - before == pytest.approx(0.1, abs=0.03)


def test_a_design_without_data_has_empty_tables() -> None:
    late = _months(0.0, n=4000).filter(pl.col("month") >= dt.date(2014, 1, 1))
    calendar = Calendar(dt.date(2014, 1, 1), 9, 12, 3)
    for data in (late, late.clear()):
        found = design_tables(
            [Compared(data, {"exit_job": "job"}, calendar)],
            shown_months=24,
            bounds=(0.0,),
            confidence=0.95,
        )
        assert found["design"].is_empty()
        assert found["design_trends"].is_empty()
        assert found["design_placebos"].is_empty()
