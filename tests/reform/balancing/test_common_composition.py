import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.errors import UserError
from trajectories.reform import composition_weights, decomposition
from trajectories.reform.balancing.entropy import entropy_weights


def _people(seed: int, n: int = 600) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    late = random.random(n) < 0.5
    young = random.random(n) < np.where(late, 0.6, 0.3)
    return pl.DataFrame(
        {
            "group": np.where(late, "after", "before"),
            "age": np.where(young, "young", "old"),
            "place": random.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]),
            "months": random.gamma(2, 3 + late, n),
            "weight": random.uniform(0.5, 2, n),
            "cluster": np.where(random.random(n) < np.where(young, 0.7, 0.2), 1, 2),
        }
    )


COVARIATES = ["age", "place", "months"]


def test_each_group_gets_the_composition_of_the_target() -> None:
    people = _people(1)
    found = composition_weights(people, "group", "before", COVARIATES, weights="weight")
    asked = found.balance.filter("balanced")
    assert asked["difference_after"].abs().max() < 1e-8
    assert asked.filter(pl.col("group") == "after")["difference_before"].abs().max() > 0.3
    weighted = people.with_columns(w=pl.Series(found.weights))
    for name, part in weighted.group_by("group"):
        assert part["w"].sum() == pytest.approx(part["weight"].sum())
        share = part.filter(pl.col("age") == "young")["w"].sum() / part["w"].sum()
        before = people.filter(pl.col("group") == "before")
        young = before.filter(pl.col("age") == "young")["weight"].sum() / before["weight"].sum()
        assert share == pytest.approx(young), name
    # The target itself keeps its weights.
    own = weighted.filter(pl.col("group") == "before")
    np.testing.assert_allclose(own["w"], own["weight"], rtol=1e-9)
    sizes = found.effective_size.filter(pl.col("group") == "after").row(0, named=True)
    w = weighted.filter(pl.col("group") == "after")["w"].to_numpy()
    assert sizes["effective_after"] == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert sizes["effective_after"] < sizes["effective_before"] <= sizes["rows"]


def test_cells_give_the_weights_of_the_rows() -> None:
    people = _people(2)
    found = composition_weights(people, "group", "all", COVARIATES, weights="weight")
    part = people.with_columns(w=pl.Series(found.weights)).filter(pl.col("group") == "after")
    features = np.column_stack(
        [
            part["age"] == "young",
            part["place"] == "a",
            part["place"] == "b",
            part["months"].to_numpy(),
        ]
    ).astype(float)
    base = people["weight"].to_numpy()
    target = [
        np.average(people["age"].to_numpy() == "young", weights=base),
        np.average(people["place"].to_numpy() == "a", weights=base),
        np.average(people["place"].to_numpy() == "b", weights=base),
        np.average(people["months"].to_numpy(), weights=base),
    ]
    rows = entropy_weights(features, np.array(target), part["weight"].to_numpy()).weights
    np.testing.assert_allclose(part["w"] / part["w"].sum(), rows, atol=1e-11)


def test_a_covariate_that_cannot_be_balanced_is_named_or_left_out() -> None:
    people = _people(3).with_columns(
        place=pl.when(pl.col("group") == "after").then(pl.lit("d")).otherwise("place")
    )
    with pytest.raises(UserError, match=r"after: no weights .* before by place"):
        composition_weights(people, "group", "before", COVARIATES)
    found = composition_weights(people, "group", "before", COVARIATES, infeasible="leave_out")
    assert found.left_out == ("place",)
    asked = found.balance.filter(pl.col("covariate") == "age")
    assert asked["difference_after"].abs().max() < 1e-8
    assert not found.balance.filter(pl.col("covariate") == "place")["balanced"].any()
    with pytest.raises(UserError, match="by place"):
        composition_weights(people, "group", "before", ["place"], infeasible="leave_out")


def test_wrong_arguments_are_told() -> None:
    people = _people(4, 20)
    with pytest.raises(ValueError, match="entropy"):
        composition_weights(people, "group", "before", COVARIATES, method="ipw")
    with pytest.raises(ValueError, match="no row of group is 'never'"):
        composition_weights(people, "group", "never", COVARIATES)
    with pytest.raises(ValueError, match="at least one covariate"):
        composition_weights(people, "group", "before", [])
    with pytest.raises(ValueError, match="months has missing values"):
        composition_weights(
            people.with_columns(months=pl.lit(None, pl.Float64)), "group", "before", ["months"]
        )


def test_a_missing_category_is_a_level() -> None:
    people = _people(5).with_columns(place=pl.when(pl.col("place") != "c").then("place"))
    found = composition_weights(people, "group", "before", ["place"])
    assert "unknown" in found.balance["level"].to_list()
    assert found.balance["difference_after"].abs().max() < 1e-8


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 200))
def test_the_parts_of_a_difference_add_up_exactly(seed: int, n: int) -> None:
    people = _people(seed, n)
    if people["group"].n_unique() < 2:
        return
    parts = decomposition(
        people, "group", "before", "after", "cluster", COVARIATES, weights="weight"
    )
    for cluster in people["cluster"].unique():
        shares = {
            name: part.filter(pl.col("cluster") == cluster)["weight"].sum() / part["weight"].sum()
            for (name,), part in people.group_by("group")
        }
        own = parts.filter(pl.col("outcome") == str(cluster))
        assert own["value"].sum() == pytest.approx(shares["after"] - shares["before"], abs=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_one_category_it_is_kitagawas_decomposition(seed: int) -> None:
    people = _people(seed)
    parts = decomposition(people, "group", "before", "after", "cluster", ["place"])
    composition = rates = 0.0
    halves = {name: part for (name,), part in people.group_by("group")}
    for place in "abc":
        cell = {k: part.filter(pl.col("place") == place) for k, part in halves.items()}
        p = {k: cell[k].height / halves[k].height for k in halves}
        r = {k: (cell[k]["cluster"] == 1).mean() for k in halves}
        composition += (p["after"] - p["before"]) * (r["after"] + r["before"]) / 2
        rates += (r["after"] - r["before"]) * (p["after"] + p["before"]) / 2
    own = parts.filter(pl.col("outcome") == "1")
    assert own.filter(pl.col("part") == "composition")["value"].item() == pytest.approx(composition)
    assert own.filter(pl.col("part") == "rates")["value"].item() == pytest.approx(rates)


def test_a_difference_by_composition_alone_is_all_composition() -> None:
    cells = [("before", "x", 1, 3), ("before", "x", 2, 1), ("before", "y", 1, 1)]
    cells += [("before", "y", 2, 3), ("after", "x", 1, 6), ("after", "x", 2, 2)]
    cells += [("after", "y", 1, 1), ("after", "y", 2, 3)]
    data = pl.DataFrame(cells, schema=["group", "kind", "cluster", "n"], orient="row")
    parts = decomposition(data, "group", "before", "after", "cluster", ["kind"], weights="n")
    rates = parts.filter(pl.col("part") == "rates")["value"]
    assert rates.abs().max() == pytest.approx(0, abs=1e-12)
    one = parts.filter((pl.col("part") == "composition") & (pl.col("outcome") == "1"))
    assert one["value"].item() == pytest.approx(7 / 12 - 1 / 2)
    weighted = composition_weights(data, "group", "before", ["kind"], weights="n")
    again = data.with_columns(n=pl.Series(weighted.weights))
    for _, part in again.group_by("group"):
        share = part.filter(pl.col("cluster") == 1)["n"].sum() / part["n"].sum()
        assert share == pytest.approx(0.5)


def test_a_level_that_one_group_lacks_takes_the_others_rate() -> None:
    data = pl.DataFrame(
        {
            "group": ["a"] * 4 + ["b"] * 6,
            "kind": ["x"] * 4 + ["x"] * 4 + ["y"] * 2,
            "cluster": [1, 1, 2, 2, 1, 1, 2, 2, 1, 1],
        }
    )
    parts = decomposition(data, "group", "a", "b", "cluster", ["kind"])
    own = parts.filter(pl.col("outcome") == "1")
    # The rate of x is the same, y is new: all of the difference is composition.
    assert own.filter(pl.col("part") == "rates")["value"].item() == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="no row"):
        decomposition(data, "group", "a", "c", "cluster", ["kind"])
